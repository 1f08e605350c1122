import { StrictMode } from 'react';
import type { ReactNode } from 'react';
import type { AuthClient } from '@latchkey-go/client';
import { AuthProvider } from '@latchkey-go/client/react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { Site } from './site';
import './styles/index.css';

/** Shows an example, by the name that ends the title of each page. */
export function start(name: string, client: AuthClient, app: ReactNode): void {
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <Site value={name}>
        <AuthProvider client={client}>
          {/* A navigation shows at once, so that what comes after it can count on it. */}
          <BrowserRouter useTransitions={false}>{app}</BrowserRouter>
        </AuthProvider>
      </Site>
    </StrictMode>,
  );
}
