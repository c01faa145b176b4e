// Takes the contracts as they are now for what is promised from now on (after a build). What takes a promise away needs a reason, which stands
// in docs/contracts/CHANGES.md for partners to read:  node scripts/accept-contracts.mjs [--reason "why, and what partners shall do"]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakingChanges } from '../dist/libs/onboarding/src/index.js';

const FOLDER = 'docs/contracts/baseline';
const FILES = { openapi: 'openapi.json', asyncapi: 'asyncapi.json', errors: 'errors.json', schemas: 'schemas.json' };
const at = process.argv.indexOf('--reason');
const reason = at < 0 ? undefined : process.argv[at + 1];

const pages = JSON.parse(execFileSync(process.execPath, ['bin/contracts.mjs'], { maxBuffer: 256 * 1024 * 1024 }).toString());
const page = (path) => JSON.parse(pages.find((one) => one.path === path).text);
const now = {
  openapi: page('openapi.json'),
  asyncapi: page('asyncapi.json'),
  errors: page('errors.json'),
  schemas: page('schemas/all.json'),
};

const before = Object.fromEntries(
  Object.entries(FILES).map(([name, file]) => [
    name,
    existsSync(join(FOLDER, file)) ? JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) : {},
  ]),
);
const breaks = breakingChanges(before, now);
for (const { where, what } of breaks) console.log(`${where}: ${what}`);
if (breaks.length > 0 && !(reason?.length >= 20)) {
  console.error(`${breaks.length} breaking changes. To take them on: --reason "why, and what partners shall do" (20 characters or more).`);
  process.exit(1);
}

mkdirSync(FOLDER, { recursive: true });
const hash = createHash('sha256');
for (const [name, file] of Object.entries(FILES)) {
  // A line for each member: a change is seen where it is.
  const text = `${JSON.stringify(now[name], null, 1)}\n`;
  writeFileSync(join(FOLDER, file), text);
  hash.update(text);
}
const entry = [
  '',
  `## ${new Date().toISOString().slice(0, 10)}`,
  '',
  breaks.length > 0 ? `**Breaking.** ${reason}` : `Nothing is taken away. ${reason ?? ''}`.trim(),
  '',
  ...breaks.map(({ where, what }) => `- ${where}: ${what}`),
  ...(breaks.length > 0 ? [''] : []),
  `Baseline: \`${hash.digest('hex')}\``,
  '',
];
appendFileSync('docs/contracts/CHANGES.md', entry.join('\n'));
console.log(`Accepted, ${breaks.length} of it breaking. See docs/contracts/CHANGES.md.`);
