/**
 * `npm run check:negative-list`: proves that each test of the negative list fails when its check is removed. In copies of the sources,
 * takes out one check at a time (test/fixtures/protocol/negative-list.yaml) and runs the one test that must notice. Arguments name
 * the items to prove (part of their text); without, all. Exit: 0 when every
 * test noticed, 1 when a mutant survived, 2 when the list does not fit the sources or a test fails without any mutation.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';

const LIST = 'test/fixtures/protocol/negative-list.yaml';
const DOCUMENT = 'docs/protocols/LB-PROTO-1-negative-list.md';
const HEAD = `# LB-PROTO-1: the negative list, item by item

What is never accepted (§9), the check that refuses it, and a test that fails when the check is removed. Made from \`${LIST}\` by
\`node scripts/mutate-trust.mjs --write-table\`; \`npm run check:negative-list\` removes each check and shows that its test notices;
\`libs/trust/src/negative-list-table.spec.ts\` holds the names.`;
const COPIED = [
  'libs',
  'config',
  'docs/protocols',
  'test/support',
  'test/contract',
  'test/fixtures/protocol',
  'jest.config.mjs',
  'package.json',
];
const WORKERS = Math.max(1, Math.min(4, availableParallelism()));
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

async function makeCopy() {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-mutants-'));
  for (const path of COPIED) await cp(path, join(folder, path), { recursive: true });
  await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs the tests of one spec whose name contains `test`; tells how many passed and failed. */
function runTests(folder, spec, test) {
  const named = test === undefined ? [] : ['-t', escaped(test)];
  const args = [
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    'unit',
    '-w',
    '1',
    '--json',
    '--silent',
    '--testPathPatterns',
    escaped(spec),
    ...named,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', () => {
      try {
        const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(output.slice(output.indexOf('{')));
        resolve({ passed: numPassedTests, failed: numFailedTests, broken: numRuntimeErrorTestSuites });
      } catch {
        resolve({ passed: 0, failed: 0, broken: 1 });
      }
    });
  });
}

async function judge(folder, { spec, file, find, replace, test }) {
  const path = join(folder, file);
  const source = await readFile(path, 'utf8');
  if (source.split(find).length !== 2) return 'the check is not in its file exactly once';
  await writeFile(
    path,
    source.replace(find, () => replace),
  );
  try {
    const { passed, failed, broken } = await runTests(folder, spec, test);
    // A mutant that cannot even be loaded proves nothing.
    if (broken > 0) return 'the mutant does not run';
    if (passed + failed === 0) return 'no test of this name';
    return failed > 0 ? 'killed' : 'SURVIVED';
  } finally {
    await writeFile(path, source);
  }
}

/** The rows as the document prints them. */
const tableOf = (rows) =>
  ['| item | check | test that fails without it |', '| --- | --- | --- |']
    .concat(rows.map(({ item, file, check, spec, test }) => `| ${item} | \`${check}\` in \`${file}\` | ${test} (\`${spec}\`) |`))
    .join('\n');

async function main() {
  const groups = load(await readFile(LIST, 'utf8'));
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const all = groups.flatMap(({ spec, checks }) => checks.map((check) => ({ spec, ...check })));
  const rows = all.filter(({ item }) => wanted.length === 0 || wanted.some((text) => item.includes(text)));
  if (process.argv.includes('--write-table')) {
    await writeFile(DOCUMENT, `${HEAD}\n\n${tableOf(all)}\n`);
    return 0;
  }
  const folders = await Promise.all(Array.from({ length: WORKERS }, makeCopy));
  const began = Date.now();
  try {
    for (const spec of new Set(rows.map((row) => row.spec))) {
      const { failed, broken } = await runTests(folders[0], spec);
      if (failed + broken === 0) continue;
      console.error(`${spec} fails without any mutation`);
      return 2;
    }
    const waiting = rows.map((row, index) => ({ row, index }));
    const verdicts = [];
    await Promise.all(
      folders.map(async (folder) => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          verdicts[next.index] = await judge(folder, next.row);
          if (process.stderr.isTTY) process.stderr.write(`\r${rows.length - waiting.length}/${rows.length} `);
        }
      }),
    );
    const wide = (name) => Math.max(...rows.map((row) => row[name].length));
    rows.forEach(({ item, file, check, test }, index) =>
      console.log(
        `${verdicts[index].padEnd(8)}  ${item.padEnd(wide('item'))}  ${check.padEnd(wide('check'))}  ${file.padEnd(wide('file'))}  ${test}`,
      ),
    );
    const survived = verdicts.filter((verdict) => verdict === 'SURVIVED').length;
    const unfit = verdicts.filter((verdict) => verdict !== 'SURVIVED' && verdict !== 'killed').length;
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(
      `${rows.length} checks removed one at a time: ${rows.length - survived - unfit} noticed, ${survived} survived, ${unfit} unfit (${seconds} s)`,
    );
    return unfit > 0 ? 2 : survived > 0 ? 1 : 0;
  } finally {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

process.exitCode = await main();
