/** Runs in a worker thread: understands one large document at a time. Reads the same configuration as the gateway, once. */
import { workerData } from 'node:worker_threads';
import { understand, type Understood } from '#exchange';
import { ExchangeError } from '#model';
import type { AsideTask } from './aside.ts';
import { loadTranslation } from './translation.ts';

const { agreements, home } = workerData as { readonly agreements?: string; readonly home: string };
// The main thread has found every fault already.
const options = loadTranslation(agreements, { home, lazily: true });

export default function understandAside({ payload, link, files }: AsideTask): Understood {
  const from = options.book.link(link);
  if (!from) throw new ExchangeError('INTERNAL', { detail: 'The worker knows another configuration.' });
  return understand(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), from, options, files);
}
