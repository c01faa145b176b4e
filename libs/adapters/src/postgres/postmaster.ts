import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** The running server of the cluster in `data`, by its own pid file; undefined when none runs. */
export async function postmaster(data: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 && (await worksIn(pid, data)) ? { pid, port } : undefined;
}

/** Whether the server with this number says of itself that it is in this state (`ready`: it takes connections). */
export async function says(data: string, pid: number | undefined, state: string): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === state;
}

/**
 * Removes a pid file whose server is certainly gone, and says whether the way is free. PostgreSQL itself only asks whether
 * *some* process has that number: after a kill -9 that may be a stranger (numbers are used again, soon in containers) or a
 * dead process nobody waits for, and the server would refuse to start for ever. Its orphaned sessions still write to the
 * cluster until they notice; while one of them lives, the file stays.
 */
export async function clearStale(data: string): Promise<boolean> {
  if ((await postmaster(data)) !== undefined) return false;
  for (const pid of await processes()) if (await worksIn(pid, data)) return false;
  await rm(join(data, 'postmaster.pid'), { force: true });
  return true;
}

/** Every process of a server has the data folder as its working folder. A dead process has none. */
async function worksIn(pid: number, data: string): Promise<boolean> {
  if (platform() === 'linux') {
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return folder !== undefined && folder === (await realpath(data).catch(() => data));
  }
  const command = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return command.stdout.includes('postgres') && command.stdout.includes(data);
}

/** All process numbers where they can be listed; elsewhere PostgreSQL's own look at the shared memory must do. */
async function processes(): Promise<number[]> {
  if (platform() !== 'linux') return [];
  return (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
}
