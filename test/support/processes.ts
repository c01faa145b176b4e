import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { waitFor } from './wait-for.ts';

/** Stops a process and resolves when the last of its threads stands: on a busy machine some run on for a while after the signal. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await waitFor(async () => (await statesOf(pid)).every((state) => state.startsWith('T')));
}

async function statesOf(pid: number): Promise<string[]> {
  if (process.platform !== 'linux') return [(await promisify(execFile)('ps', ['-o', 'state=', '-p', String(pid)])).stdout.trim()];
  const threads = await readdir(`/proc/${pid}/task`);
  const lines = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'latin1').catch(() => ') T')));
  return lines.map((line) => line.slice(line.lastIndexOf(')') + 2));
}

/** Numbers of the processes that have to do with a folder: they work in it, or it stands in their command line or environment. */
export async function processesOf(folder: string): Promise<number[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-Aww', '-E', '-o', 'pid=,command=']);
    const lines = stdout.split('\n').filter((line) => line.includes(folder));
    return lines.map((line) => Number(line.trim().split(' ')[0]));
  }
  const all = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const told = await Promise.all(all.map(async (pid) => ((await about(pid)).includes(folder) ? [pid] : [])));
  return told.flat();
}

/** Empty for a process that has ended meanwhile. */
async function about(pid: number): Promise<string> {
  const quiet = (): string => '';
  const parts = [
    readlink(`/proc/${pid}/cwd`).catch(quiet),
    readFile(`/proc/${pid}/cmdline`, 'latin1').catch(quiet),
    readFile(`/proc/${pid}/environ`, 'latin1').catch(quiet),
  ];
  return (await Promise.all(parts)).join('\n');
}
