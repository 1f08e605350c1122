import { StrictMode } from 'react';
import { AuthProvider } from '@latchkey-go/client/react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { Site } from '../../shared/site';
import '../../shared/styles/index.css';
import { App } from './App';
import { auth } from './auth';
import './styles.css';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Site value="Store">
      <AuthProvider client={auth}>
        {/* A navigation shows at once, so that what comes after it can count on it. */}
        <BrowserRouter useTransitions={false}>
          <App />
        </BrowserRouter>
      </AuthProvider>
    </Site>
  </StrictMode>,
);
