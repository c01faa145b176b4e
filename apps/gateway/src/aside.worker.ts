/** Runs in a worker thread: understands one large document at a time. Reads the same configuration as the gateway, once. */
import { constants, getPriority, platform, setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import { understand, type Understood } from '#exchange';
import { ExchangeError } from '#model';
import type { AsideTask } from './aside.ts';
import { loadTranslation } from './translation.ts';

/** A third of the processor beside a thread of ordinary priority, so that it comes to its end all the same. */
const YIELDING = constants.priority.PRIORITY_BELOW_NORMAL / 2;
const { agreements, home } = workerData as { readonly agreements?: string; readonly home: string };
/** Where the processor is short, small messages have it first. Linux counts per thread; elsewhere it would slow all of the process. */
if (platform() === 'linux') setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + YIELDING));

// The main thread has found every fault already.
const options = loadTranslation(agreements, { home, lazily: true });

let generation = '';
/** The main thread has taken the same versions over and reported what is wrong with them. */
function takeOver(live: AsideTask['live']): void {
  const now = live.map(({ link, base, version }) => `${link} ${base} ${version}`).join();
  if (now !== generation) options.translator.take(live, () => undefined);
  generation = now;
}

export default function understandAside({ payload, link, files, live }: AsideTask): Understood {
  takeOver(live);
  const from = options.book.link(link);
  if (!from) throw new ExchangeError('INTERNAL', { detail: 'The worker knows another configuration.' });
  return understand(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), from, options, files);
}
