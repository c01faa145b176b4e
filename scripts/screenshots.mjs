// Pictures of every screen of the console into docs/images/, from a day that the demo plays; needs `npm run build`.
// node scripts/screenshots.mjs [--out FOLDER] [--languages en,zh-CN] [--dark] [--only NAME,NAME] [--axe] [--first-screen]
import { parseArgs } from 'node:util';
import { makeScreenshots } from '../dist/test/support/screenshots.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'docs/images' },
    languages: { type: 'string', default: 'en,zh-CN' },
    dark: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    axe: { type: 'boolean', default: false },
    'first-screen': { type: 'boolean', default: false },
  },
});
await makeScreenshots({
  folder: values.out,
  languages: values['first-screen'] ? [] : values.languages.split(','),
  dark: values.dark,
  only: values.only.split(','),
  axe: values.axe,
  tell: (text) => console.log(text),
});
