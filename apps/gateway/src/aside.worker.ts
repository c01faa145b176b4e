/** Runs in a worker thread: understands one large document at a time. Reads the same formats as the gateway, once; what is agreed on comes with each document. */
import { constants, getPriority, platform, setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import { understand, type AgreementBook, type Understood } from '#exchange';
import { ExchangeError } from '#model';
import type { AsideTask } from './aside.ts';
import { bookOf, readTranslation } from './translation.ts';

/** A third of the processor beside a thread of ordinary priority, so that it comes to its end all the same. */
const YIELDING = constants.priority.PRIORITY_BELOW_NORMAL / 2;
const { home } = workerData as { readonly home: string };
/** Where the processor is short, small messages have it first. Linux counts per thread; elsewhere it would slow all of the process. */
if (platform() === 'linux') setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + YIELDING));

const { translator, project } = readTranslation({ home, lazily: true });
let book: AgreementBook | undefined;

let generation = '';
/** The main thread has taken the same versions over and reported what is wrong with them. */
function takeOver(live: AsideTask['live']): void {
  const now = live.map(({ link, base, version }) => `${link} ${base} ${version}`).join();
  if (now !== generation) translator.take(live, () => undefined);
  generation = now;
}

export default function understandAside({ payload, link, files, agreements, digest, live }: AsideTask): Understood {
  takeOver(live);
  // The main thread has found every fault already.
  if (book?.edition.digest !== digest) book = bookOf(translator, agreements);
  const from = book.link(link);
  if (!from) throw new ExchangeError('INTERNAL', { detail: 'The link of a document is not agreed on any more.' });
  return understand(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), from, { translator, project, book }, files);
}
