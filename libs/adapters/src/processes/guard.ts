import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { Socket } from 'node:net';

/**
 * The guardian, a process of its own: reads `guard PID SIGNAL` and `release PID`, a line each, and at the end of its input, which
 * comes with the end of whoever started it, ends what is still guarded; what does not heed the signal is killed. A number that
 * belongs to another process by now (it was born at another time) is left alone.
 */
const GUARDIAN = `
const { readFileSync } = require('node:fs');
const wards = new Map();
const born = (pid) => {
  try {
    return readFileSync('/proc/' + pid + '/stat', 'utf8').replace(/^.*\\) /s, '').split(' ')[19];
  } catch {
    return '';
  }
};
const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};
const end = (pid, signal) => {
  // Its whole group where it leads one: what a start script began goes with it.
  for (const target of [-pid, pid])
    try {
      return process.kill(target, signal);
    } catch {}
};
const left = () => [...wards].filter(([pid, ward]) => alive(pid) && born(pid) === ward.born);
require('node:readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [what, number, signal] = line.split(' ');
    if (what === 'guard') wards.set(Number(number), { signal, born: born(number) });
    else wards.delete(Number(number));
  })
  .on('close', () => {
    for (const [pid, { signal }] of left()) end(pid, signal);
    const deadline = Date.now() + 5000;
    const look = () => {
      const still = left();
      if (still.length === 0) return;
      if (Date.now() > deadline) for (const [pid] of still) end(pid, 'SIGKILL');
      else setTimeout(look, 50);
    };
    look();
  });
`;

let guardian: ChildProcess | undefined;
const wards = new Set<number>();

/**
 * Ends the process when ours ends, however that happens: by a signal that nobody can catch, too. Returns how to let it go.
 * For processes that are of no use without us (a demo's broker, a test's database); a server that must outlive us is not guarded.
 */
export function guard(pid: number, signal: NodeJS.Signals): () => void {
  guardian ??= startGuardian();
  wards.add(pid);
  guardian.stdin?.write(`guard ${pid} ${signal}\n`);
  return () => release(pid);
}

/** Guards a child from its first moment to its end. Without effect when it could not be started. */
export function guardChild(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) child.once('exit', guard(child.pid, signal));
}

function release(pid: number): void {
  if (!wards.delete(pid)) return;
  guardian?.stdin?.write(`release ${pid}\n`);
  if (wards.size > 0) return;
  guardian?.stdin?.end();
  guardian = undefined;
}

function startGuardian(): ChildProcess {
  const child = spawn(process.execPath, ['-e', GUARDIAN], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    cwd: tmpdir(),
    // A group of its own: what ends us by the terminal must not end it.
    detached: true,
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  // It waits for us, not we for it.
  child.unref();
  (child.stdin as unknown as Socket).unref();
  return child;
}
