import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { ExchangeError } from '#model';

/**
 * Below what operating systems hand out for outgoing connections (from 32768 on Linux, from 49152 elsewhere): between our look
 * and the start of the program that gets the port, nobody takes it by merely connecting somewhere.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 200;

/** Whether nobody listens on this port of loopback now. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** Ports of loopback, all different, on which nobody listens now; chosen at random, so that programs started side by side do not meet. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; tries < TRIES && found.size < count; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count) throw new ExchangeError('CONFIGURATION_INVALID', { detail: 'There is no free port on loopback.' });
  return [...found];
}
