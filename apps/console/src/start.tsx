import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startLanguages } from './i18n/index.ts';

/** Draws the console into the page. */
export async function start(): Promise<void> {
  await startLanguages();
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
