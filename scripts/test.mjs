// Runs every test and ends with "N passed, N failed", counted by jest itself. Exit 1 when one failed or none ran.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'landbridge-test-'));
const run = (command, args) => spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
const counts = { passed: 0, failed: 0, skipped: 0 };
let broken = run('npm', ['run', '--silent', 'build']) !== 0;

// Unit tests share the cores; the others start servers and processes of their own and take turns.
const stages = [
  ['unit', ['--selectProjects', 'unit', '--maxWorkers=2']],
  ['processes', ['--selectProjects', 'integration', 'e2e', '--runInBand', '--forceExit']],
];
for (const [name, args] of broken ? [] : stages) {
  const file = join(folder, `${name}.json`);
  const status = run(process.execPath, [
    'node_modules/jest/bin/jest.js',
    ...args,
    '--json',
    `--outputFile=${file}`,
    '--silent=false',
    '--reporters=default',
  ]);
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    counts.passed += result.numPassedTests;
    // A suite that could not even start has no tests of its own, and is a failure all the same.
    counts.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    counts.skipped += result.numPendingTests + result.numTodoTests;
  } catch {
    broken = true;
  }
  broken ||= status !== 0;
}
rmSync(folder, { recursive: true, force: true });
if (broken && counts.failed === 0) counts.failed = 1;
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}\n`);
process.exit(broken || counts.passed === 0 ? 1 : 0);
