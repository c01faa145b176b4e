import type { CrashPoint, PassPoint } from '#exchange';
import { CRASH_POINTS, passNothing } from '#exchange';
import { ExchangeError } from '#model';

/** Turns `CRASH_AT=point:nth` into a process that kills itself there, as a power cut would: no handler, no flush. */
export function crashAt(setting: string | undefined): PassPoint {
  if (setting === undefined) return passNothing;
  const [point, nth] = setting.split(':');
  if (!CRASH_POINTS.includes(point as CrashPoint))
    throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'CRASH_AT', detail: 'No such point.' });
  let left = Number(nth);
  return (passed) => {
    if (passed === point && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
