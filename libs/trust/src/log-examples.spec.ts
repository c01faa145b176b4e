/** The examples of LB-PROTO-4 are verified as an auditor or partner would: from the files and the public keys alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { compactVerify, importJWK } from 'jose';
import {
  agrees,
  auditDigest,
  decodeLogEntry,
  differencesOf,
  encodeLogEntry,
  includes,
  KeyDirectory,
  leafHash,
  matchReconciliation,
  openLogRoot,
  openReconciliation,
  openReconciliationAnswer,
  readReconciliation,
  sha256,
  treeRoot,
  type ChainedAudit,
  type CountedMessage,
  type KeyDocument,
  type LogEntry,
} from './index.ts';

const folder = 'test/fixtures/protocol/log';
const read = (name: string) => readFileSync(`${folder}/${name}`);
const text = readFileSync('docs/protocols/LB-PROTO-4-log-and-reconciliation.md', 'utf8');
const examples = JSON.parse(read('examples.json').toString()) as {
  directory: KeyDocument[];
  entries: LogEntry[];
  proof: { index: number; size: number; path: string[] };
  audit: ChainedAudit[];
  auditDigests: string[];
  sent: CountedMessage[];
};
const directory = new KeyDirectory();
for (const document of examples.directory) directory.importTrusted(document);
const now = new Date('2026-03-15T01:00:00Z');

describe('examples of LB-PROTO-4', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.jws')))(
    '%s: jose verifies it, and the document prints it in full',
    async (name) => {
      const octets = read(name);
      const { kid } = JSON.parse(Buffer.from(octets.toString().split('.')[0]!, 'base64url').toString()) as { kid: string };
      const key = directory.records().find((record) => record.kid === kid)!;
      const { payload } = await compactVerify(octets, await importJWK(key, key.alg));
      expect(text).toContain(`\`\`\`text\n${octets.toString()}\n\`\`\``);
      expect(text).toContain(Buffer.from(payload).toString());
    },
  );

  it('entries have the octets printed, make the tree of the first root, and one is proved to stand in it', () => {
    const octets = examples.entries.map(encodeLogEntry);
    const leaves = octets.map(leafHash);
    for (const printed of [...octets, ...leaves]) expect(text).toContain(printed.toString('hex'));
    expect(octets.map(decodeLogEntry)).toEqual(examples.entries);
    const opened = openLogRoot(read('root-1.jws'), directory);
    if (!opened.ok) throw new TypeError(opened.reason);
    const root = Buffer.from(opened.root.entries.tree, 'base64url');
    expect(treeRoot(leaves).equals(root)).toBe(true);
    const { index, size, path } = examples.proof;
    const steps = path.map((hash) => Buffer.from(hash, 'hex'));
    expect(includes({ leaf: leaves[index]!, index, size, path: steps, root })).toBe(true);
    expect(includes({ leaf: leaves[index - 1]!, index, size, path: steps, root })).toBe(false);
    for (const hash of path) expect(text).toContain(hash);
  });

  it('the second root holds the first, and the end of the audit chain', () => {
    const opened = openLogRoot(read('root-2.jws'), directory);
    if (!opened.ok) throw new TypeError(opened.reason);
    expect(opened.root).toMatchObject({ previous: sha256(read('root-1.jws')), audit: { count: 2, digest: examples.auditDigests[1] } });
    const [first, second] = examples.audit as [ChainedAudit, ChainedAudit];
    expect([auditDigest(first, ''), auditDigest(second, examples.auditDigests[0]!)]).toEqual(examples.auditDigests);
    for (const digest of examples.auditDigests) expect(text).toContain(digest);
  });

  it('the day is agreed by one answer, and the other names the message that is missing', () => {
    const statement = readReconciliation(read('reconciliation.jws'))!;
    expect(openReconciliation(read('reconciliation.jws'), directory, { now, from: 'LBG', to: 'KEG' })).toMatchObject({ ok: true });
    expect(statement.log?.digest).toBe(sha256(read('root-2.jws')));
    const [agreed, missing] = ['answer-agreed.jws', 'answer-message-2-missing.jws'].map((name) => {
      const opened = openReconciliationAnswer(read(name), directory, { now, from: 'KEG', to: 'LBG' });
      if (!opened.ok) throw new TypeError(opened.reason);
      expect(matchReconciliation(opened.answer, statement, read('reconciliation.jws'))).toEqual({ ok: true });
      return opened.answer;
    });
    expect([agrees(statement.sent, agreed!.received), agrees(statement.sent, missing!.received)]).toEqual([true, false]);
    expect(differencesOf(examples.sent, missing!.received)).toMatchObject({ missingThere: [[2, 2]], missingHere: [], differing: [] });
  });
});
