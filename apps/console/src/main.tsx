import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { nameOwnStyles } from './csp.ts';
import { startLanguages } from './i18n/index.ts';
import './console.css';

nameOwnStyles();
await startLanguages();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
