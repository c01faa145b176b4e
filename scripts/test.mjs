// Runs every test and ends with "N passed, N failed", counted by jest itself. Exit 1 when one failed or none ran.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'landbridge-test-'));
// Whatever ends us, by a signal that nobody can catch, too, ends the tests with us; the guardian is there once we are built.
let guardChild = () => undefined;
async function run(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  guardChild(child, 'SIGTERM');
  const [status] = await once(child, 'exit');
  return status ?? 1;
}
const counts = { passed: 0, failed: 0, skipped: 0 };
let broken = (await run('npm', ['run', '--silent', 'build'])) !== 0;
if (!broken) ({ guardChild } = await import('../dist/libs/adapters/src/processes/guard.js'));

// Suites with processes wait more than they work: three at a time keep two cores busy.
const stages = [
  ['unit', ['--selectProjects', 'unit', '--maxWorkers=2']],
  ['processes', ['--selectProjects', 'integration', 'e2e', '--maxWorkers=3', '--forceExit']],
];
for (const [name, args] of broken ? [] : stages) {
  const file = join(folder, `${name}.json`);
  const status = await run(process.execPath, [
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
