import { readAgreements } from '#config';
import { MailboxTransport } from '#adapters';
import { ExchangeError } from '#model';
import { AgreementBook, Clock, InboundPipeline, Relays, type Aside } from '#exchange';
import { PROJECTIONS } from '#formats';
import { directoryKey, generateKey, KeyDirectory, LocalSigner, newMessageId, sealMessage, type Signer } from '#trust';
import { InMemoryDatabase, InMemoryExchangeStore, InMemoryMailboxStore } from '../../libs/exchange/src/testing/in-memory-store.ts';
import type { Translation } from '../../apps/gateway/src/translation.ts';
import { manifest } from './documents.ts';
import { othersProcessor, waitedForProcessor } from './schedule.ts';
import { percentile } from './statistics.ts';

export interface SameLink {
  readonly messages: number;
  /** How long a small message behind the large one on its own link took from being posted to its receipt. */
  readonly p50Ms: number;
  readonly maxMs: number;
  /** The longest without the time in which the thread had work and no processor; absent where the system does not tell. */
  readonly maxServedMs?: number;
  /** Processors that other programs kept busy meanwhile; absent where the system does not tell. */
  readonly othersBusy?: number;
  /** The large one, from being posted to its receipt. */
  readonly largeSeconds: number;
}

const LATER: ReadonlySet<string> = new Set(['STILL_AT_WORK', 'OVERLOADED']);

class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}

/**
 * One link over the mailbox transport and the whole pipeline, with signatures; the store is in memory, so what is measured is
 * waiting and not the disk. The large manifest is posted first, then a small one every 20 ms until the large one is answered.
 */
export async function measureSameLink(path: string, translation: Translation, aside: Aside, large: Buffer): Promise<SameLink> {
  const clock = new SystemClock();
  const directory = new KeyDirectory();
  const signers = new Map<string, Signer>();
  for (const party of ['LBG', 'SRC', 'DST']) {
    const signer = new LocalSigner(generateKey('ES256'));
    signers.set(party, signer);
    const keys = [directoryKey(signer.jwk, { from: new Date(0) })];
    directory.importTrusted({ profile: 'LB-PROTO-1', party, version: 1, issued: clock.now().toISOString(), keys });
  }
  const mappings = new Set(translation.translator.mappings.map(({ id }) => id));
  const book = new AgreementBook(readAgreements(path), { mappings, projections: new Set(Object.keys(PROJECTIONS)) });
  const database = new InMemoryDatabase();
  const store = new InMemoryExchangeStore(database);
  const mailbox = new MailboxTransport(new InMemoryMailboxStore(database));
  const report = (error: unknown) => process.stderr.write(`${String(error)}\n`);
  const shared = { store, clock, report, pass: () => undefined };
  const relays = new Relays(book.links, () => mailbox, {
    ...shared,
    gateway: 'LBG',
    directory,
    signers: { current: () => signers.get('LBG')! },
    random: Math.random,
    inDoubtSeconds: 2,
    pollMilliseconds: 1_000,
  });
  const pipeline = new InboundPipeline({
    ...shared,
    ...translation,
    book,
    directory,
    signers: { current: () => signers.get('LBG')! },
    // Nobody rotates while this is measured.
    keys: {
      take: (delivery) => Promise.resolve({ kind: 'unproven', delivery, code: 'SIGNATURE_INVALID', reason: 'NO_KEYS' }),
      catchUp: () => Promise.resolve(false),
    },
    aside,
    relays,
    referenceDataVersion: 'bench',
    orders: () => undefined,
  });
  await pipeline.start();
  await mailbox.start(book.links, pipeline.receive);
  relays.start(5_000);
  let link: { sequence: number; previous?: string } = { sequence: 1 };
  const seal = (bytes: Buffer): Buffer => {
    const now = clock.now();
    const fields = {
      messageId: newMessageId(now),
      conversationId: 'bench',
      from: { party: 'SRC' },
      to: { party: 'LBG' },
      messageType: { type: 'cn-manifest/MT1101', version: '1' },
      created: now.toISOString(),
      notAfter: new Date(now.getTime() + 3_600_000).toISOString(),
      priority: 'B' as const,
      test: false,
      link,
      businessKeys: [],
    };
    const sealed = sealMessage(
      fields,
      [{ name: 'document', mediaType: 'application/xml', charset: 'UTF-8', bytes }],
      signers.get('SRC')!,
      now,
    );
    link = { sequence: link.sequence + 1, previous: sealed.manifestDigest };
    return sealed.frame;
  };
  try {
    const post = async (frame: Buffer): Promise<void> => {
      // What is not answered in time, or too much at once, is posted again, as a partner does.
      for (let again = false; ; again = true) {
        try {
          return void (await mailbox.take('src', frame, again));
        } catch (error) {
          if (!(error instanceof ExchangeError && LATER.has(error.code))) throw error;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    for (let i = 0; i < 200; i += 1) await post(seal(manifest(10_000 + i, 2)));
    const frame = seal(large);
    const others = othersProcessor();
    const start = performance.now();
    let answered = 0;
    const slow = post(frame).then(() => (answered = performance.now()));
    const waits: Promise<Wait>[] = [];
    let [before, due, serial] = [momentNow(), start + 20, 20_000];
    while (answered === 0) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      const now = momentNow();
      for (; due <= now.at; due += 20) waits.push(waitOf(between(before, now, due), post(seal(manifest((serial += 1), 2)))));
      before = now;
    }
    await slow;
    const all = await Promise.all(waits);
    const milliseconds = all.map(({ total }) => total);
    const served = all.flatMap(({ total, withoutProcessor }) => (withoutProcessor === undefined ? [] : [total - withoutProcessor]));
    const busy = others?.();
    return {
      messages: all.length,
      p50Ms: percentile(milliseconds, 0.5),
      maxMs: Math.max(...milliseconds),
      ...(served.length > 0 && { maxServedMs: Math.max(...served) }),
      ...(busy !== undefined && { othersBusy: Number((busy / (performance.now() - start)).toFixed(1)) }),
      largeSeconds: (answered - start) / 1000,
    };
  } finally {
    await relays.stop();
    await mailbox.close();
    pipeline.close();
  }
}

/** Milliseconds. */
interface Wait {
  readonly total: number;
  /** Of these, those in which this thread had work and no processor. */
  readonly withoutProcessor: number | undefined;
}

/** A moment, and how long this thread had waited for a processor by then, both in milliseconds. */
interface Moment {
  readonly at: number;
  readonly waited: number | undefined;
}

const momentNow = (): Moment => ({ at: performance.now(), waited: waitedForProcessor() });

/** A moment at which nobody looked, between two at which somebody did. */
const between = (before: Moment, after: Moment, at: number): Moment => ({
  at,
  waited:
    before.waited === undefined || after.waited === undefined
      ? undefined
      : after.waited - ((after.waited - before.waited) * (after.at - at)) / (after.at - before.at),
});

async function waitOf(due: Moment, answer: Promise<void>): Promise<Wait> {
  await answer;
  const done = momentNow();
  const withoutProcessor = due.waited === undefined || done.waited === undefined ? undefined : done.waited - due.waited;
  return { total: done.at - due.at, withoutProcessor };
}
