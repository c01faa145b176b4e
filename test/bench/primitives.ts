import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import amqplib from 'amqplib';
import { SaxesParser } from 'saxes';
import { createDataSource, migrate, PostgresExchangeStore } from '#adapters';
import type { BatchCommit, LinkHead } from '#exchange';
import type { Translator } from '#formats';
import { newMessageId, sealMessage, type ManifestFields, sealReceipt, verifyMessage, type KeyDirectory } from '#trust';
import { microseconds, microsecondsAsync } from './statistics.ts';
import type { Stage } from './stage.ts';

/** Microseconds each step takes alone, for one message of this size. */
export interface Primitives {
  readonly parse: number;
  readonly map: number;
  readonly verify: number;
  readonly sign: number;
  readonly digest: number;
  readonly insert: number;
  readonly publish: number;
  readonly consume: number;
}

const BATCH = 100;

/** Bare saxes in namespace mode, building nothing: the least a conforming parser costs. */
export function parsing(document: Buffer): number {
  return microseconds(() => new SaxesParser({ xmlns: true }).write(document.toString('utf8')).close());
}

/** Decode, check and encode; the bare parse is inside and subtracted by the caller. */
export function translating(translator: Translator, document: Buffer): number {
  return microseconds(() => {
    const [decoded] = translator.decode(document).messages;
    if (!decoded || translator.check(decoded.message).some(({ severity }) => severity === 'error'))
      throw new Error('The bench document is refused.');
    const { bytes } = translator.encode(decoded.message, { mapping: 'cn-manifest/MT1101', parameters: {} });
    if (bytes.length === 0) throw new Error('The bench document was not written.');
  });
}

/** One ES256 verification, one signature, one SHA-256, by node:crypto on bytes as large as the JWS and the document. */
export function cryptography(jws: Buffer, document: Buffer): Pick<Primitives, 'verify' | 'sign' | 'digest'> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const signature = sign('sha256', jws, options);
  return {
    verify: microseconds(() => verify('sha256', jws, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)),
    sign: microseconds(() => sign('sha256', jws, options)),
    digest: microseconds(() => createHash('sha256').update(document).digest()),
  };
}

/** What one batch stores, committed durably: inbox and outbox rows, receipt, events, chain; then marked as published. Per message. */
export async function storing(stage: Stage, document: Buffer): Promise<number> {
  const dataSource = createDataSource({ url: stage.postgres.url });
  await dataSource.initialize();
  await migrate(dataSource);
  const store = new PostgresExchangeStore(dataSource);
  // Links of its own: the gateway's chains must not follow made-up digests.
  for (const link of ['store-in', 'store-out']) {
    if (!(await store.holdLink(link, () => undefined))) throw new Error('The link is held.');
  }
  let head = (await store.heads(['store-out']))[0] as LinkHead;
  try {
    return await microsecondsAsync(async () => {
      const { batch, next } = batchOf(document, head);
      const { outboxIds } = await store.commit(batch);
      head = next;
      await store.markPublished([...outboxIds.values()], new Date());
    }, BATCH);
  } finally {
    await store.close();
    await dataSource.destroy();
  }
}

function batchOf(document: Buffer, head: LinkHead): { batch: BatchCommit; next: LinkHead } {
  const now = new Date();
  const next = { link: 'store-out', sequence: head.sequence + BATCH, manifestDigest: newMessageId(now) };
  const receipt = Buffer.alloc(1_100, 65);
  const ids = Array.from({ length: BATCH }, () => [newMessageId(now), newMessageId(now), newMessageId(now)] as const);
  const shared = {
    priority: 'B',
    test: false,
    createdAt: now,
    deadline: new Date(now.getTime() + 3_600_000),
    state: 'publishing',
  } as const;
  const mapping = { id: 'cn-manifest/MT1101', version: '1.0.0', digest: '0'.repeat(64) };
  return {
    next,
    batch: {
      inbox: ids.map(([id]) => ({
        sender: 'SRC',
        messageId: id,
        link: 'store-in',
        manifestDigest: id,
        jwsDigest: id,
        linkSequence: 1,
        kid: 'k',
        frame: document,
        type: 'MT1101',
        functionCode: '9',
        canonicalType: 'Manifest',
        conversationId: id,
        orderKey: `journey:${id}`,
        businessKeys: [`journey:${id}`, `bill:${id}`],
        mapping,
        test: false,
        priority: 'B',
        state: 'routed',
        issues: [],
        receivedAt: now,
      })),
      quarantine: [],
      duplicates: [],
      notices: [],
      envelopes: [],
      closings: [],
      outbox: ids.flatMap(([id, out, receiptId], i) => [
        {
          ...shared,
          messageId: out,
          link: 'store-out',
          kind: 'message',
          linkSequence: head.sequence + 1 + i,
          orderKey: `journey:${id}`,
          type: mapping.id,
          functionCode: '9',
          canonicalType: 'Manifest',
          correlationId: id,
          businessKeys: [`journey:${id}`, `bill:${id}`],
          frame: document,
          manifestDigest: out,
          mapping,
          expectation: { messageId: out, from: 'LBG', to: 'DST', jwsDigest: out, manifestDigest: out, parts: [] },
          source: { sender: 'SRC', messageId: id },
        },
        {
          ...shared,
          messageId: receiptId,
          link: 'store-in',
          kind: 'receipt',
          type: 'receipt',
          correlationId: id,
          businessKeys: [],
          frame: receipt,
        },
      ]),
      receipts: ids.map(([id, , receiptId]) => ({
        receiptId,
        link: 'store-in',
        direction: 'issued',
        issuer: 'LBG',
        aboutSender: 'SRC',
        aboutMessageId: id,
        levels: ['R1', 'R2'],
        status: 'valid',
        jws: receipt,
        at: now,
      })),
      moves: [],
      events: ids.map(([id]) => ({ subject: `in:SRC/${id}`, kind: 'state', from: 'received', to: 'routed', actor: 'LBG', at: now })),
      heads: [{ expected: head, next }],
    },
  };
}

/** Raw amqplib on a quorum queue: persistent, mandatory, confirmed, 200 unconfirmed at most; then read back and acknowledged. Per message. */
export async function carrying(stage: Stage, body: Buffer): Promise<{ publish: number; consume: number }> {
  const connection = await amqplib.connect(stage.broker.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const queue = `bench-${body.length}`;
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  const count = Math.max(500, Math.min(8_000, Math.round(40_000_000 / body.length)));
  const start = process.hrtime.bigint();
  for (let sent = 0; sent < count; sent += 200) {
    const window = Math.min(200, count - sent);
    for (let i = 0; i < window; i += 1) channel.publish('', queue, body, { persistent: true, mandatory: true });
    await channel.waitForConfirms();
  }
  const published = process.hrtime.bigint();
  await channel.prefetch(400);
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    channel
      .consume(queue, (message) => {
        if (!message) return reject(new Error('The queue went away.'));
        seen += 1;
        if (seen % 100 === 0 || seen === count) channel.ack(message, true);
        if (seen === count) resolve();
      })
      .catch(reject);
  });
  const consumed = process.hrtime.bigint();
  await channel.deleteQueue(queue);
  await connection.close();
  return { publish: Number(published - start) / 1_000 / count, consume: Number(consumed - published) / 1_000 / count };
}

/** What our own trust library takes for the same work, to see what it adds to bare cryptography. */
export function trusting(
  stage: Stage,
  directory: KeyDirectory,
  frame: Buffer,
  document: Buffer,
): { verifyMessage: number; sealMessage: number; sealReceipt: number } {
  const now = new Date();
  const expected = { addressee: 'LBG', sender: 'SRC', test: false, now };
  const verdict = verifyMessage(frame, directory, expected);
  if (!verdict.ok) throw new Error(verdict.reason);
  const fields: ManifestFields = verdict.manifest;
  const part = { name: 'document', mediaType: 'application/xml', charset: 'utf-8', bytes: document };
  return {
    verifyMessage: microseconds(() => verifyMessage(frame, directory, expected)),
    sealMessage: microseconds(() => sealMessage(fields, [part], stage.signers.LBG, now)),
    sealReceipt: microseconds(() => sealReceipt(verdict, { levels: ['R1', 'R2'], status: 'valid', issuedAt: now }, stage.signers.LBG)),
  };
}
