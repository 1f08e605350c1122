import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Boot } from './Boot';
import { takeResetLink } from './resetLink';
import '../../ui/styles/index.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/pages.css';
import './styles/lists.css';

// Before anything else looks at the address; and when a link is pasted into a page that is open.
takeResetLink();
addEventListener('popstate', takeResetLink);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Boot />
  </StrictMode>,
);
