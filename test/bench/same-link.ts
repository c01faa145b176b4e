import { readAgreements } from '#config';
import { MailboxTransport } from '#adapters';
import { AgreementBook, Clock, InboundPipeline, Relays, type Aside } from '#exchange';
import { PROJECTIONS } from '#formats';
import { directoryKey, generateKey, KeyDirectory, LocalSigner, newMessageId, sealMessage, type Signer } from '#trust';
import { InMemoryDatabase, InMemoryExchangeStore, InMemoryMailboxStore } from '../../libs/exchange/src/testing/in-memory-store.ts';
import type { Translation } from '../../apps/gateway/src/translation.ts';
import { manifest } from './documents.ts';
import { percentile } from './statistics.ts';

export interface SameLink {
  readonly messages: number;
  /** How long a small message behind the large one on its own link took from being posted to its receipt. */
  readonly p50Ms: number;
  readonly maxMs: number;
  /** The large one, from being posted to its receipt. */
  readonly largeSeconds: number;
}

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
    for (let i = 0; i < 200; i += 1) await mailbox.take('src', seal(manifest(10_000 + i, 2)), false);
    const frame = seal(large);
    const start = performance.now();
    let answered = 0;
    const slow = mailbox.take('src', frame, false).then(() => (answered = performance.now()));
    const waits: Promise<number>[] = [];
    for (let due = start + 20, i = 20_000; answered === 0; due += 20, i += 1) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      const posted = due;
      waits.push(mailbox.take('src', seal(manifest(i, 2)), false).then(() => performance.now() - posted));
    }
    await slow;
    const all = await Promise.all(waits);
    return { messages: all.length, p50Ms: percentile(all, 0.5), maxMs: Math.max(...all), largeSeconds: (answered - start) / 1000 };
  } finally {
    await relays.stop();
    await mailbox.close();
    pipeline.close();
  }
}
