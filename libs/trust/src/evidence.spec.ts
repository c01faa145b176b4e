/** An evidence pack proves what happened, long after, to somebody who has nothing but the file and the parties' fingerprints. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { evidenceWorld } from '../../../test/support/evidence-world.ts';
import {
  generateKey,
  LocalSigner,
  readEvidence,
  sealReceipt,
  signKeyCompromised,
  verifyEvidence,
  writeEvidence,
  type EvidenceMessage,
  type EvidencePack,
  type TrustAnchors,
} from './index.ts';

const judged = (pack: EvidencePack, anchors?: TrustAnchors) => verifyEvidence(writeEvidence(pack), anchors);
const reasons = (pack: EvidencePack, anchors?: TrustAnchors) => judged(pack, anchors).findings.map(({ at, reason }) => `${at} ${reason}`);

/** The pack with its subject changed. */
const withSubject = (pack: EvidencePack, change: Partial<EvidenceMessage>): EvidencePack => ({
  ...pack,
  messages: pack.messages.map((message) => (message.role === 'subject' ? { ...message, ...change } : message)),
});
const purged = (pack: EvidencePack): EvidencePack => ({ ...pack, messages: pack.messages.map((message) => ({ ...message, parts: [] })) });

describe('a pack', () => {
  const world = evidenceWorld();
  const file = writeEvidence(world.pack());

  it('is intact, names its keys and why they are believed, and tells both sides of the translation', () => {
    const verdict = verifyEvidence(file, world.anchors);
    expect(verdict.findings).toEqual([]);
    expect(verdict.outcome).toBe('intact');
    expect(verdict.provenAt?.toISOString()).toBe('2026-03-14T09:16:00.000Z');
    expect(verdict.receipts.map(({ status }) => status)).toEqual(['valid', 'released', 'valid']);
    expect(verdict.translations).toMatchObject([
      {
        source: { sender: 'HRG' },
        projection: 'consignmentNotes',
        result: { recipient: 'KEG', messageId: world.subject.manifest.messageId },
      },
    ]);
    expect(new Set(verdict.keys.map(({ party, anchor }) => `${party} ${anchor}`))).toEqual(
      new Set(['HRG pinned', 'LBG pinned', 'KEG pinned']),
    );
  });

  it('has the same bytes for the same content, and reads back to it', () => {
    expect(writeEvidence(world.pack()).equals(file)).toBe(true);
    expect(readEvidence(file)).toEqual(world.pack());
  });

  it('is an archive that any tool opens, with a summary in four languages', () => {
    // The directory at the end, read as APPNOTE 4.3.12 and 4.3.16 describe it and not by the code that wrote it.
    const end = file.length - 22;
    const names: string[] = [];
    for (let at = file.readUInt32LE(end + 16); at < end; at += 46 + file.readUInt16LE(at + 28)) {
      const local = file.readUInt32LE(at + 42);
      expect([file.toString('latin1', at, at + 2), file.toString('latin1', local, local + 2)]).toEqual(['PK', 'PK']);
      names.push(file.toString('latin1', at + 46, at + 46 + file.readUInt16LE(at + 28)));
    }
    expect(names).toHaveLength(file.readUInt16LE(end + 10));
    expect(names).toEqual(expect.arrayContaining(['pack.json', 'summary/zh.txt', 'messages/1/manifest.jws', 'keys/LBG-1.jws']));
    expect(file.toString('utf8')).toEqual(expect.stringContaining('所涉报文'));
    for (const words of ['Рассматриваемое сообщение', 'Қаралатын хабар', 'The message in question'])
      expect(file.toString('utf8')).toContain(words);
  });

  it('without anchors is whole, but says that its keys rest on the pack alone', () => {
    const { outcome, keys } = verifyEvidence(file);
    expect([outcome, new Set(keys.map(({ anchor }) => anchor))]).toEqual(['intact', new Set(['pack'])]);
  });

  it('of an unknown subject is not believed: a key of nobody you trust is no proof', () => {
    const { outcome, findings } = verifyEvidence(file, { ...world.anchors, KEG: [] });
    expect(outcome).toBe('key');
    expect(findings).toContainEqual({ outcome: 'key', at: 'messages/1/receipts/1.jws', reason: 'KEY_NOT_VOUCHED' });
  });

  it('1,000 times with one octet changed anywhere, archive fields included: none verifies', () => {
    const verified = fc
      .sample(fc.record({ at: fc.nat(file.length - 1), by: fc.integer({ min: 1, max: 255 }) }), 1000)
      .filter(({ at, by }) => {
        const altered = Buffer.from(file);
        altered[at] = altered[at]! ^ by;
        return verifyEvidence(altered, world.anchors).outcome !== 'signature';
      });
    expect(verified).toEqual([]);
  });

  it('with octets left out, put in, or hung on is none', () => {
    for (const at of [0, 4, 40, file.length >> 1, file.length - 22, file.length - 1]) {
      expect(verifyEvidence(Buffer.concat([file.subarray(0, at), file.subarray(at + 1)])).outcome).toBe('signature');
      expect(verifyEvidence(Buffer.concat([file.subarray(0, at), Buffer.of(0), file.subarray(at)])).outcome).toBe('signature');
    }
    expect(verifyEvidence(Buffer.concat([file, file])).outcome).toBe('signature');
    expect(verifyEvidence(Buffer.alloc(0)).outcome).toBe('signature');
  });
});

describe('long after', () => {
  it('verifies when the documents are purged, and says so', () => {
    const world = evidenceWorld();
    const verdict = judged(purged(world.pack()), world.anchors);
    expect(verdict.outcome).toBe('purged');
    expect(verdict.findings.map(({ at }) => at)).toEqual(['messages/1/parts/document', 'messages/2/parts/document']);
  });

  it('verifies after every party rotated its keys twice, from the fingerprints of either time', () => {
    const world = evidenceWorld();
    const before = world.anchors;
    for (const day of [30, 60]) for (const holder of [world.hrg, world.lbg, world.keg]) holder.rotate(world.seconds(day * 86_400));
    expect(reasons(world.pack(), before)).toEqual([]);
    expect(judged(purged(world.pack()), before).outcome).toBe('purged');
    const newest = { HRG: [world.hrg.signer.kid], LBG: [world.lbg.signer.kid], KEG: [world.keg.signer.kid] };
    expect(judged(world.pack(), newest).outcome).toBe('key');
  });

  it('a receipt signed with the third key is believed because the first introduced the second and the second the third', () => {
    const world = evidenceWorld();
    world.keg.rotate(world.seconds(60));
    world.keg.rotate(world.seconds(120));
    const late = sealReceipt(world.subject, { levels: ['R3'], status: 'accepted', issuedAt: world.seconds(7200) }, world.keg.signer);
    const pack = withSubject(world.pack(), { receipts: [...world.pack().messages[0]!.receipts, { jws: late.jws }] });
    const verdict = judged(pack, world.anchors);
    expect([verdict.outcome, verdict.keys.find(({ kid }) => kid === world.keg.signer.kid)?.anchor]).toEqual(['intact', 'introduced']);
  });

  it('a key compromised after the message was under a signed root does no harm; before, the message proves nothing', () => {
    const after = evidenceWorld();
    const kid = after.hrg.signer.kid;
    after.hrg.rotate(after.seconds(100));
    after.hrg.compromised(kid, after.seconds(86_400), after.seconds(90_000));
    expect(judged(after.pack(), { ...after.anchors, HRG: [kid, after.hrg.signer.kid] }).outcome).toBe('intact');

    const earlier = evidenceWorld();
    const lost = earlier.hrg.signer.kid;
    earlier.hrg.rotate(earlier.seconds(100));
    earlier.hrg.compromised(lost, earlier.seconds(-1), earlier.seconds(90_000));
    const verdict = judged(earlier.pack(), { ...earlier.anchors, HRG: [lost, earlier.hrg.signer.kid] });
    expect(verdict.findings).toContainEqual({ outcome: 'key', at: 'messages/2/manifest.jws', reason: 'KEY_COMPROMISED' });
  });

  it('a key the gateway called compromised, against the word of its owner, counts as little; a stranger’s word counts for nothing', () => {
    const world = evidenceWorld();
    const { kid } = world.hrg.signer;
    const word = (signer: LocalSigner, since: Date): EvidencePack => {
      const bytes = signKeyCompromised('HRG', kid, since, signer, world.seconds(90_000));
      return world.pack({ keys: [...world.pack().keys, { party: 'HRG', version: 1, form: 'compromised', bytes }] });
    };
    expect(judged(word(world.lbg.signer, world.seconds(86_400)), world.anchors).outcome).toBe('intact');
    const early = judged(word(world.lbg.signer, world.seconds(-1)), world.anchors);
    expect(early.findings).toContainEqual({ outcome: 'key', at: 'messages/2/manifest.jws', reason: 'KEY_COMPROMISED' });
    const foreign = judged(word(world.keg.signer, world.seconds(-1)), world.anchors);
    expect(foreign.findings).toEqual([{ outcome: 'key', at: 'keys/HRG-1', reason: 'KEY_NOT_VOUCHED' }]);
    expect(judged(word(world.keg.signer, world.seconds(-1))).findings).toMatchObject([{ reason: 'KEY_NOT_OF_PARTY' }]);
  });

  it('a compromised key introduces nobody, whatever date its holder writes on the document', () => {
    const world = evidenceWorld();
    const first = world.keg.signer.kid;
    world.keg.rotate(world.seconds(60));
    world.keg.compromised(first, world.seconds(30), world.seconds(90));
    const late = sealReceipt(world.subject, { levels: ['R3'], status: 'accepted', issuedAt: world.seconds(7200) }, world.keg.signer);
    const pack = withSubject(world.pack(), { receipts: [{ jws: late.jws }] });
    expect(judged(pack, world.anchors).findings).toContainEqual({
      outcome: 'key',
      at: 'messages/1/receipts/1.jws',
      reason: 'KEY_NOT_VOUCHED',
    });
  });
});

describe('what is missing or does not belong', () => {
  const world = evidenceWorld();
  const other = evidenceWorld();
  const pack = world.pack();
  const [subject] = pack.messages as readonly [EvidenceMessage, ...EvidenceMessage[]];

  it('no receipt of the addressee', () => {
    expect(judged(withSubject(pack, { receipts: [] }), world.anchors).outcome).toBe('receipt');
  });

  it('no signed root over the message', () => {
    const bare = { role: subject.role, jws: subject.jws, parts: subject.parts, receipts: subject.receipts, events: [] };
    expect(
      judged({ ...pack, messages: [{ ...bare, translation: world.translation }, ...pack.messages.slice(1)] }, world.anchors).outcome,
    ).toBe('time');
  });

  it.each<[string, EvidencePack, string]>([
    [
      'a part exchanged',
      withSubject(pack, { parts: [{ name: 'document', bytes: Buffer.from('other') }] }),
      'messages/1/parts/document PART_ALTERED',
    ],
    [
      'a receipt about another message',
      withSubject(pack, { receipts: [...pack.messages[1]!.receipts] }),
      'messages/1/receipts/1.jws KEY_NOT_OF_PARTY',
    ],
    ['the proof of another entry', withSubject(pack, { proof: pack.messages[1]!.proof! }), 'messages/1/log/leaf.bin LOG_OTHER'],
    [
      'the path of another entry',
      withSubject(pack, { proof: { ...subject.proof!, path: pack.messages[1]!.proof!.path } }),
      'messages/1/log/leaf.bin LOG_PATH',
    ],
    ['another place in the tree', withSubject(pack, { proof: { ...subject.proof!, index: 0 } }), 'messages/1/log/leaf.bin LOG_PATH'],
    ['a statement of another gateway', withSubject(pack, { translation: other.translation }), 'messages/1/translation.jws KEY_UNKNOWN'],
    [
      'a receipt in the place of a statement',
      withSubject(pack, { translation: world.received.jws }),
      'messages/1/translation.jws TYPE_WRONG',
    ],
    [
      'a source that is not the source',
      { ...pack, messages: [subject, { ...pack.messages[1]!, jws: other.source.jws }] },
      'messages/2/manifest.jws KEY_UNKNOWN',
    ],
    ['two subjects', { ...pack, messages: [subject, subject] }, 'pack.json PACK_UNRELATED'],
    [
      'a key document that nobody signed as it stands',
      {
        ...pack,
        keys: pack.keys.map((key) => (key.form === 'signed' ? { ...key, bytes: other.lbg.documents[0]!.bytes.subarray(1) } : key)),
      },
      'keys/LBG-1 NOT_BASE64URL',
    ],
  ])('%s', (_, changed, found) => {
    expect(reasons(changed, world.anchors)).toContain(found);
    expect(['signature', 'key']).toContain(judged(changed, world.anchors).outcome);
  });

  it('a gateway that forges the source is found out: it has the key of its own, not of HRG', () => {
    const forger = new LocalSigner(generateKey('Ed25519'));
    const receipt = sealReceipt(world.subject, { levels: ['R3'], status: 'accepted', issuedAt: world.seconds(10) }, forger);
    expect(judged(withSubject(pack, { receipts: [{ jws: receipt.jws }] }), world.anchors).outcome).toBe('key');
  });
});

it('the digest of a pack of fixed content does not change from one day to the next', () => {
  const { pack } = evidenceWorld();
  const digest = (file: Buffer) => createHash('sha256').update(file).digest('hex');
  const one = pack();
  expect(digest(writeEvidence(one))).toBe(digest(writeEvidence({ ...one, keys: [...one.keys] })));
});
