import { askEarly } from './api/client.ts';
import { askSession } from './api/session.ts';
import { nameOwnStyles } from './csp.ts';
import { textsOf, wanted } from './i18n/languages.ts';
import { FIRST_ANSWERS, SCREEN_FILES, type ScreenName } from './screens/files.ts';
import { screensFor } from './shell/screens.ts';
import 'antd/dist/antd.css';
import './console.css';

nameOwnStyles();
// The gateway was updated while this page was open, and the file of a screen is gone: the new page has the new files. Once only.
addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem('landbridge.renewed') === document.lastModified) return;
  sessionStorage.setItem('landbridge.renewed', document.lastModified);
  event.preventDefault();
  location.reload();
});
// A small beginning: what the first screen waits for is asked for while the rest of the program still comes.
const [, name = ''] = /^\/console\/([^/]+)/.exec(location.pathname) ?? [];
askEarly(FIRST_ANSWERS[name as ScreenName] ?? []);
void askSession().then(
  async (found) => {
    if (found?.stage !== 'full') return;
    const first = (name || screensFor(found.rights)[0]) as ScreenName;
    if (name === '') askEarly(FIRST_ANSWERS[first] ?? []);
    await SCREEN_FILES[first]?.();
  },
  () => undefined,
);
void textsOf(wanted());
// Not awaited here: what comes stands on files of this beginning, and would wait for it in turn.
void import('./start.tsx').then(({ start }) => start());
