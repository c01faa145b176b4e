/**
 * Makes the example artefacts of LB-PROTO-4 with fresh keys: files under test/fixtures/protocol/log and the section between the
 * markers of the protocol document. Run after a change of the formats: `npm run build && node dist/test/support/log-examples.js`.
 * libs/trust/src/log-examples.spec.ts verifies both.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  answerReconciliation,
  auditDigest,
  directoryKey,
  encodeLogEntry,
  generateKey,
  inclusionPath,
  KeyDirectory,
  leafHash,
  LocalSigner,
  openReconciliation,
  PROFILE,
  sealLogRoot,
  sealReconciliation,
  sha256,
  sumUp,
  treeRoot,
  type ChainedAudit,
  type KeyDocument,
  type LogEntry,
} from '#trust';

const FOLDER = 'test/fixtures/protocol/log';
const DOCUMENT = 'docs/protocols/LB-PROTO-4-log-and-reconciliation.md';
const MARKERS = ['<!-- examples: made by test/support/log-examples.ts -->', '<!-- end of examples -->'] as const;

const at = new Date('2026-03-14T09:15:00.000Z');
const morning = new Date('2026-03-15T00:20:00.000Z');
const gateway = new LocalSigner(generateKey('ES256'));
const partner = new LocalSigner(generateKey('Ed25519'));
const keyDocument = (party: string, signer: LocalSigner): KeyDocument => ({
  profile: PROFILE,
  party,
  version: 1,
  issued: at.toISOString(),
  keys: [directoryKey(signer.jwk, { from: new Date('2026-01-01T00:00:00.000Z') })],
});
const documents = [keyDocument('LBG', gateway), keyDocument('KEG', partner)];
const directory = new KeyDirectory();
for (const document of documents) directory.importTrusted(document);

const digest = (text: string) => sha256(Buffer.from(text));
const message = (n: number): LogEntry => ({
  id: n,
  at: at.toISOString(),
  link: 'keg',
  direction: 'out',
  kind: 'message',
  messageId: `019cebaf-8aa0-7c3e-9d42-5b1f0a6e7c0${n}`,
  sequence: n,
  ...(n > 1 && { previousDigest: digest(`manifest ${n - 1}`) }),
  manifestDigest: digest(`manifest ${n}`),
  jwsDigest: digest(`message ${n}`),
});
const entries: LogEntry[] = [
  message(1),
  message(2),
  message(3),
  {
    id: 5,
    at: at.toISOString(),
    link: 'keg',
    direction: 'in',
    kind: 'receipt',
    messageId: '019cebaf-8aa0-7c3e-9d42-5b1f0a6e7d01',
    jwsDigest: digest('receipt'),
  },
  { ...message(4), id: 6 },
];
const leaves = entries.map((entry) => leafHash(encodeLogEntry(entry)));

const record: ChainedAudit = {
  sequence: 1,
  at: at.toISOString(),
  actor: 'алия',
  action: 'key.import',
  subject: 'party:KEG',
  reason: '换钥匙',
  after: '{"version":2}',
};
const next: ChainedAudit = { sequence: 2, at: at.toISOString(), actor: 'gateway', action: 'gateway.stop', subject: 'gateway:LBG' };
const audit = [record, next];
const first = auditDigest(record, '');
const auditDigests = [first, auditDigest(next, first)];

const root1 = sealLogRoot(
  {
    gateway: 'LBG',
    sequence: 1,
    closed: at.toISOString(),
    entries: { after: 0, last: 6, size: 5, tree: treeRoot(leaves).toString('base64url') },
    total: 5,
    audit: { count: 1, digest: first },
  },
  gateway,
);
const root2 = sealLogRoot(
  {
    gateway: 'LBG',
    sequence: 2,
    closed: new Date(at.getTime() + 60_000).toISOString(),
    previous: sha256(root1),
    entries: { after: 6, last: 6, size: 0, tree: treeRoot([]).toString('base64url') },
    total: 5,
    audit: { count: 2, digest: auditDigests[1] },
  },
  gateway,
);

const sent = [1, 2, 3, 4].map((n) => ({ sequence: n, manifestDigest: digest(`manifest ${n}`) }));
const { jws: statement } = sealReconciliation(
  {
    link: 'keg',
    from: 'LBG',
    to: 'KEG',
    day: '2026-03-14',
    sent: sumUp(sent, { after: 0, last: 4 }),
    received: sumUp([], { after: 0, last: 0 }),
    log: { sequence: 2, digest: sha256(root2) },
  },
  gateway,
  morning,
);
const opened = openReconciliation(statement, directory, { now: morning, from: 'LBG', to: 'KEG' });
if (!opened.ok) throw new TypeError(opened.reason);
const answer = (received: typeof sent) =>
  answerReconciliation(opened, { sent: [], received }, partner, new Date(morning.getTime() + 5_000));

const jws = {
  'root-1': root1,
  'root-2': root2,
  reconciliation: statement,
  'answer-agreed': answer(sent),
  'answer-message-2-missing': answer(sent.filter(({ sequence }) => sequence !== 2)),
};
const proof = { index: 3, size: leaves.length, path: inclusionPath(leaves, 3).map((hash) => hash.toString('hex')) };
const examples = { directory: documents, entries, proof, audit, auditDigests, sent };

const block = (text: string) => `\`\`\`text\n${text}\n\`\`\``;
const payloadOf = (octets: Buffer) => Buffer.from(octets.toString().split('.')[1] ?? '', 'base64url').toString();
const section = [
  `Public keys, entries and audit records stand in \`${FOLDER}/examples.json\`, every JWS in a file of the same name there.\n`,
  '### entries, and their leaf hashes\n',
  ...entries.map(
    (entry, i) =>
      `Entry ${entry.id}: canonical octets, then the leaf hash, in hexadecimal:\n\n${block(encodeLogEntry(entry).toString('hex'))}\n\n${block(leaves[i]!.toString('hex'))}\n`,
  ),
  `### inclusion of entry ${entries[proof.index]!.id}\n\nIndex ${proof.index} of ${proof.size}, the path from the leaf upwards:\n\n${block(proof.path.join('\n'))}\n`,
  `### audit chain\n\nDigests of the two records of \`examples.json\`:\n\n${block(auditDigests.join('\n'))}\n`,
  ...Object.entries(jws).map(
    ([name, octets]) =>
      `### ${name}\n\nPayload, then the JWS as sent or kept:\n\n${block(payloadOf(octets))}\n\n${block(octets.toString())}\n`,
  ),
].join('\n');

mkdirSync(FOLDER, { recursive: true });
for (const [name, octets] of Object.entries(jws)) writeFileSync(`${FOLDER}/${name}.jws`, octets);
writeFileSync(`${FOLDER}/examples.json`, `${JSON.stringify(examples, null, 2)}\n`);
const text = readFileSync(DOCUMENT, 'utf8');
const [before, rest] = text.split(MARKERS[0]) as [string, string];
writeFileSync(DOCUMENT, `${before}${MARKERS[0]}\n\n${section}\n${MARKERS[1]}${rest.split(MARKERS[1])[1]}`);
