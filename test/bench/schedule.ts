import { readFileSync } from 'node:fs';

/** A clock tick of /proc/stat, in milliseconds: a hundred a second on every Linux that Node.js runs on. */
const TICK = 10;

/** Milliseconds in which the main thread had work and no processor, since it began. Undefined but on Linux. */
export function waitedForProcessor(): number | undefined {
  const [, waited] = lineOf(`/proc/self/task/${process.pid}/schedstat`)?.split(' ') ?? [];
  return waited === undefined ? undefined : Number(waited) / 1e6;
}

/** Begins to count the processor time of all other programs; the answer says how many milliseconds it was. Undefined but on Linux. */
export function othersProcessor(): (() => number) | undefined {
  const start = others();
  return start === undefined ? undefined : () => (others() ?? start) - start;
}

function others(): number | undefined {
  const fields = lineOf('/proc/stat')?.trim().split(/\s+/).slice(1).map(Number);
  if (!fields) return undefined;
  const [user = 0, nice = 0, system = 0] = fields;
  const own = process.cpuUsage();
  return (user + nice + system) * TICK - (own.user + own.system) / 1_000;
}

function lineOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n', 1)[0];
  } catch {
    return undefined;
  }
}
