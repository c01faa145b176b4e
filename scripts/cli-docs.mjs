// Writes docs/cli.md from the help of the built program; with --check compares instead and exits 1 when it is out of date.
import { readFileSync, writeFileSync } from 'node:fs';

const [{ createProgram }, { cliMarkdown }] = await Promise.all([
  import('../dist/apps/cli/src/program.js'),
  import('../dist/apps/cli/src/markdown.js'),
]);
const file = new URL('../docs/cli.md', import.meta.url);
const text = cliMarkdown(createProgram());
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/cli.md is out of date; run node scripts/cli-docs.mjs');
  process.exitCode = 1;
}
