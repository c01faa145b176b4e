import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesOf } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';

/** Everything the command makes lies below `folder`, temporary files included: what has to do with it shows it. */
function run(folder: string, args: readonly string[]): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], TMPDIR: folder, LANDBRIDGE_DATA: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, said: () => text };
}

/**
 * Our own programs start servers that make themselves at home in processes of their own; no kill of the program may leave one behind.
 */
describe('after a kill -9', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-left-'));
    await chmod(folder, 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

  test.each([
    ['the demo', ['bin/landbridge.mjs', 'demo', '--rabbitmq'], 'A ship is announced'],
    ['the chaos harness', ['dist/test/chaos/main.js', '--cycles', '50'], '1/50'],
    // Nobody holds the servers' numbers yet.
    ['the demo while its servers start', ['bin/landbridge.mjs', 'demo', '--rabbitmq'], ''],
  ])(
    'nothing of %s runs on',
    async (_what, args, when) => {
      const { child, said } = run(folder, args);
      const started =
        when === '' ? async () => (await processesOf(join(folder, 'landbridge-demo-'))).length > 0 : () => said().includes(when);
      await waitFor(() => child.exitCode !== null || started(), 60_000);
      expect({ ended: child.exitCode, said: child.exitCode === null ? '' : said() }).toEqual({ ended: null, said: '' });
      child.kill('SIGKILL');
      await once(child, 'exit');
      await waitFor(async () => (await processesOf(folder)).length === 0, 30_000);
    },
    120_000,
  );
});
