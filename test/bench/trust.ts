import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import {
  directoryKey,
  encodeLogEntry,
  generateKey,
  KeyDirectory,
  leafHash,
  LocalSigner,
  matchReceipt,
  newMessageId,
  openReceipt,
  partDigests,
  sealLogRoot,
  sealMessage,
  sealReceipt,
  sealTranslation,
  treeRoot,
  verifyMessage,
  type LogEntry,
  type ManifestFields,
  type SealedMessage,
  type SealedReceipt,
  type SigningAlgorithm,
} from '#trust';
import { percentile } from './statistics.ts';

/** Messages a commit of the gateway holds under load. */
const BATCH = 100;
const NOW = new Date();

/** Microseconds a message, ours and by bare node:crypto on the same octets. */
export interface TrustCost {
  readonly step: string;
  readonly ours: number;
  readonly bare: number;
}

export interface TrustReport {
  readonly algorithm: SigningAlgorithm;
  readonly bytes: number;
  readonly steps: readonly TrustCost[];
  /** Sign, verify, receipt and log together. */
  readonly whole: TrustCost;
  readonly ratio: number;
}

interface Party {
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  readonly signer: LocalSigner;
}

interface World {
  readonly sender: Party;
  readonly gateway: Party;
  readonly directory: KeyDirectory;
  readonly algorithm: SigningAlgorithm;
  readonly parts: readonly { name: string; mediaType: string; charset: string; bytes: Buffer }[];
  readonly fields: readonly ManifestFields[];
}

/** What one batch made, so that the bare run works on the very same octets. */
interface Made {
  readonly sealed: readonly SealedMessage[];
  readonly receipts: readonly SealedReceipt[];
  readonly leaves: readonly Buffer[];
  readonly root: Buffer;
  readonly statements: readonly Buffer[];
}

/**
 * What our trust code costs for a message that is sealed, verified, receipted, its receipt verified, and both logged under a
 * signed root a batch; beside node:crypto doing the same hashes, signatures and verifications on the same octets and nothing
 * else. Both take turns batch by batch in one process, so that what slows the machine slows both. The database is in neither.
 */
export function measureTrust(bytes: number, algorithm: SigningAlgorithm, milliseconds: number): TrustReport {
  const world = worldOf(bytes, algorithm);
  const ours = new Map<string, number[]>();
  const bare = new Map<string, number[]>();
  const began = process.cpuUsage();
  // Of processor time, too: on a busy machine a span of the clock ends before the code is warm.
  const spent = () => Object.values(process.cpuUsage(began)).reduce((all, one) => all + one, 0) / 1000;
  for (let round = 0; spent() < milliseconds || round < 8; round += 1) {
    // The first rounds warm up.
    const count = round >= 3;
    const made = ourBatch(world, count ? ours : new Map<string, number[]>());
    bareBatch(world, made, count ? bare : new Map<string, number[]>());
  }
  const steps = [...ours].map(([step, times]) => ({ step, ours: quiet(times), bare: quiet(bare.get(step) ?? []) }));
  const counted = steps.filter(({ step }) => step !== 'translation');
  const whole = { step: 'whole', ours: sum(counted.map((one) => one.ours)), bare: sum(counted.map((one) => one.bare)) };
  return { algorithm, bytes, steps, whole, ratio: Number((whole.ours / whole.bare).toFixed(2)) };
}

/** The quietest tenth of the batches, of both sides: what the code costs, not what disturbed it. */
const quiet = (times: readonly number[]): number => percentile(times, 0.1);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function timed<T>(times: Map<string, number[]>, step: string, work: () => T): T {
  // Processor time: what else runs on the machine does not count.
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  const spent = (user + system) / BATCH;
  times.set(step, [...(times.get(step) ?? []), spent]);
  return result;
}

function ourBatch({ sender, gateway, directory, parts, fields }: World, times: Map<string, number[]>): Made {
  const expected = { addressee: 'LBG', sender: 'SRC', test: false, now: NOW };
  const sealed = timed(times, 'sign', () => fields.map((one) => sealMessage(one, parts, sender.signer, NOW)));
  const verified = timed(times, 'verify', () => sealed.map(({ frame }) => must(verifyMessage(frame, directory, expected))));
  const receipts = timed(times, 'receipt: sign', () =>
    verified.map((one) => sealReceipt(one, { levels: ['R1', 'R2'], status: 'valid', issuedAt: NOW }, gateway.signer)),
  );
  timed(times, 'receipt: verify', () =>
    receipts.map(({ jws }, i) => {
      const { manifest, jwsDigest } = sealed[i]!;
      const { receipt } = must(openReceipt(jws, directory, { now: NOW, issuer: 'LBG' }));
      must(matchReceipt(receipt, { messageId: manifest.messageId, from: 'SRC', to: 'LBG', jwsDigest, parts: partDigests(manifest) }));
    }),
  );
  const { leaves, root } = timed(times, 'log', () => {
    const leaves = sealed.flatMap((one, i) => [encodeLogEntry(entryOf(one, i)), encodeLogEntry(receiptEntry(receipts[i]!, i))]);
    const tree = treeRoot(leaves.map(leafHash)).toString('base64url');
    const entries = { after: 0, last: leaves.length, size: leaves.length, tree };
    const closed = NOW.toISOString();
    return {
      leaves,
      root: sealLogRoot({ gateway: 'LBG', sequence: 1, closed, entries, total: leaves.length, audit: { count: 0 } }, gateway.signer),
    };
  });
  const statements = timed(times, 'translation', () =>
    sealed.map((one) =>
      sealTranslation(
        {
          source: one,
          result: one,
          index: 0,
          readBy: MAPPING,
          writtenBy: MAPPING,
          projection: 'railManifest',
          referenceDataVersion: `sha256:${MAPPING.digest}`,
        },
        gateway.signer,
        NOW,
      ),
    ),
  );
  return { sealed, receipts, leaves, root, statements };
}

const MAPPING = { id: 'cn-manifest/MT1101', version: '1.0.0', digest: '0'.repeat(64) };

function bareBatch({ sender, gateway, parts, algorithm }: World, made: Made, times: Map<string, number[]>): void {
  const document = parts[0]?.bytes ?? Buffer.alloc(0);
  const messages = made.sealed.map(({ jws, manifestBytes }) => ({ jws, manifestBytes, ...segments(jws) }));
  const receipts = made.receipts.map(({ jws }) => ({ jws, ...segments(jws) }));
  const root = segments(made.root).input;
  const statements = made.statements.map((jws) => segments(jws).input);
  timed(times, 'sign', () =>
    messages.forEach(({ input, jws, manifestBytes }) => {
      digest(document);
      digest(manifestBytes);
      bareSign(algorithm, sender.key, input);
      digest(jws);
    }),
  );
  timed(times, 'verify', () =>
    messages.forEach(({ input, jws, manifestBytes, signature }) => {
      bareVerify(algorithm, sender.publicKey, input, signature);
      digest(document);
      digest(manifestBytes);
      digest(jws);
    }),
  );
  timed(times, 'receipt: sign', () =>
    receipts.forEach(({ input, jws }) => {
      bareSign(algorithm, gateway.key, input);
      digest(jws);
    }),
  );
  timed(times, 'receipt: verify', () =>
    receipts.forEach(({ input, jws, signature }) => {
      bareVerify(algorithm, gateway.publicKey, input, signature);
      digest(jws);
    }),
  );
  timed(times, 'log', () => {
    for (const leaf of made.leaves) digest(leaf);
    // A tree over n leaves has n - 1 nodes of 65 octets.
    for (let node = 1; node < made.leaves.length; node += 1) digest(NODE);
    bareSign(algorithm, gateway.key, root);
  });
  timed(times, 'translation', () => statements.forEach((input) => bareSign(algorithm, gateway.key, input)));
}

const NODE = Buffer.alloc(65, 1);
const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function bareSign(algorithm: SigningAlgorithm, key: KeyObject, input: Buffer): Buffer {
  return algorithm === 'Ed25519' ? sign(null, input, key) : sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
}

function bareVerify(algorithm: SigningAlgorithm, key: KeyObject, input: Buffer, signature: Buffer): void {
  const good =
    algorithm === 'Ed25519' ? verify(null, input, key, signature) : verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature);
  if (!good) throw new Error('The signature is not good.');
}

function segments(jws: Buffer): { input: Buffer; signature: Buffer } {
  const dot = jws.lastIndexOf('.');
  return { input: jws.subarray(0, dot), signature: Buffer.from(jws.toString('latin1', dot + 1), 'base64url') };
}

function must<T extends { readonly ok: boolean }>(verdict: T): Extract<T, { ok: true }> {
  if (!verdict.ok) throw new Error('The bench artefact is refused.');
  return verdict as Extract<T, { ok: true }>;
}

const entryOf = ({ manifest, manifestDigest, jwsDigest }: SealedMessage, i: number): LogEntry => ({
  id: 2 * i + 1,
  at: manifest.created,
  link: 'source',
  direction: 'in',
  kind: 'message',
  messageId: manifest.messageId,
  sequence: manifest.link.sequence,
  ...(manifest.link.previous !== undefined && { previousDigest: manifest.link.previous }),
  manifestDigest,
  jwsDigest,
});

const receiptEntry = ({ receipt, jwsDigest }: SealedReceipt, i: number): LogEntry => ({
  id: 2 * i + 2,
  at: receipt.issued,
  link: 'source',
  direction: 'out',
  kind: 'receipt',
  messageId: receipt.receiptId,
  jwsDigest,
});

function worldOf(bytes: number, algorithm: SigningAlgorithm): World {
  const party = (): Party => {
    const key = generateKey(algorithm);
    const signer = new LocalSigner(key);
    return { key, signer, publicKey: publicOf(signer) };
  };
  const directory = new KeyDirectory();
  const sender = party();
  const gateway = party();
  const from = new Date(NOW.getTime() - 86_400_000);
  for (const [name, { signer }] of [['SRC', sender] as const, ['LBG', gateway] as const])
    directory.importTrusted({
      profile: 'LB-PROTO-1',
      party: name,
      version: 1,
      issued: from.toISOString(),
      keys: [directoryKey(signer.jwk, { from })],
    });
  const fields = Array.from({ length: BATCH }, (_, i): ManifestFields => ({
    messageId: newMessageId(NOW),
    conversationId: newMessageId(NOW),
    from: { party: 'SRC' },
    to: { party: 'LBG' },
    messageType: { type: 'cn-manifest/MT1101', version: '1.0' },
    created: NOW.toISOString(),
    notAfter: new Date(NOW.getTime() + 72 * 3_600_000).toISOString(),
    priority: 'B',
    test: false,
    link: { sequence: i + 2, previous: 'A'.repeat(43) },
    businessKeys: [
      { type: 'journey', value: 'LYG20260314' },
      { type: 'bill', value: `LYG20260314${i}` },
    ],
  }));
  const parts = [{ name: 'document', mediaType: 'application/xml', charset: 'utf-8', bytes: Buffer.alloc(bytes, '<a>合成</a>') }];
  return { sender, gateway, directory, algorithm, parts, fields };
}

const publicOf = ({ jwk }: LocalSigner): KeyObject => createPublicKey({ key: jwk, format: 'jwk' });

/** The table of one size, with the bar it is measured against. */
export function reportTrust({ algorithm, bytes, steps, whole, ratio }: TrustReport): string {
  const line = ({ step, ours, bare }: TrustCost) =>
    `  ${step.padEnd(18)}${ours.toFixed(1).padStart(9)}${bare.toFixed(1).padStart(9)}${(ours / bare).toFixed(2).padStart(8)}`;
  return [
    `${algorithm}, document of ${bytes} bytes, batches of ${BATCH}: microseconds a message`,
    `  ${'step'.padEnd(18)}${'ours'.padStart(9)}${'bare'.padStart(9)}${'ratio'.padStart(8)}`,
    ...steps.filter(({ step }) => step !== 'translation').map(line),
    line(whole),
    ...steps.filter(({ step }) => step === 'translation').map(line),
    `  at most 1.5 times bare: ${ratio <= 1.5 ? 'yes' : 'NO'} (${ratio})`,
  ].join('\n');
}
