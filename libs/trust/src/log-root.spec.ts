import fc from 'fast-check';
import {
  auditDigest,
  decodeLogEntry,
  directoryKey,
  encodeLogEntry,
  generateKey,
  KeyDirectory,
  LocalSigner,
  openLogRoot,
  sealLogRoot,
  sha256,
  signJws,
  TYPES,
  type LogEntry,
} from './index.ts';

const closed = '2026-03-14T01:31:00.000Z';
const signer = new LocalSigner(generateKey('ES256'));
const other = new LocalSigner(generateKey('Ed25519'));
const directory = new KeyDirectory();
for (const [party, one] of [
  ['LBG', signer],
  ['KEG', other],
] as const)
  directory.importTrusted({
    profile: 'LB-PROTO-1',
    party,
    version: 1,
    issued: closed,
    keys: [directoryKey(one.jwk, { from: new Date('2026-01-01T00:00:00.000Z') })],
  });
const digest = (text: string) => sha256(Buffer.from(text));
const fields = {
  gateway: 'LBG',
  sequence: 2,
  closed,
  previous: digest('root 1'),
  entries: { after: 3, last: 7, size: 3, tree: digest('tree') },
  total: 6,
  audit: { count: 1, digest: digest('audit') },
};

const text = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('报关单', 'Достық', 'Құлжа'));
const entry = fc.record<LogEntry>(
  {
    id: fc.nat(),
    at: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }).map((date) => date.toISOString()),
    link: text,
    direction: fc.constantFrom('in' as const, 'out' as const),
    kind: fc.constantFrom('message' as const, 'receipt' as const),
    messageId: text,
    sequence: fc.nat(),
    previousDigest: text,
    manifestDigest: text,
    jwsDigest: text,
  },
  { requiredKeys: ['id', 'at', 'link', 'direction', 'kind', 'messageId', 'jwsDigest'] },
);

describe('octets of a log entry', () => {
  it('are read back to the same entry, and two entries never share them', () => {
    fc.assert(
      fc.property(entry, entry, (one, two) => {
        expect(decodeLogEntry(encodeLogEntry(one))).toEqual(one);
        expect(encodeLogEntry(one).equals(encodeLogEntry(two))).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(two)));
      }),
    );
  });

  it('cut, lengthened or foreign octets are nobody’s entry', () => {
    const octets = encodeLogEntry({ id: 1, at: closed, link: 'keg', direction: 'in', kind: 'receipt', messageId: 'm', jwsDigest: 'd' });
    for (let length = 0; length < octets.length; length += 1) expect(decodeLogEntry(octets.subarray(0, length))).toBeUndefined();
    expect(decodeLogEntry(Buffer.concat([octets, Buffer.of(0)]))).toBeUndefined();
    expect(decodeLogEntry(Buffer.from('{"id":1}'))).toBeUndefined();
  });

  it('a field cannot move into its neighbour', () => {
    const base = { sequence: 1, at: closed, actor: 'a', action: 'key.import', subject: 's' };
    expect(auditDigest({ ...base, reason: 'x' }, '')).not.toBe(auditDigest({ ...base, approver: 'x' }, ''));
    expect(auditDigest(base, '')).not.toBe(auditDigest(base, digest('before')));
  });
});

describe('signed root', () => {
  it('is verified as the gateway’s own', () => {
    expect(openLogRoot(sealLogRoot(fields, signer), directory)).toMatchObject({ ok: true, root: { profile: 'LB-PROTO-1', ...fields } });
  });

  it('signed by a partner, or typed as something else, is not a root', () => {
    expect(openLogRoot(sealLogRoot(fields, other), directory)).toMatchObject({ ok: false, reason: 'KEY_NOT_OF_PARTY' });
    const receipt = signJws(Buffer.from(JSON.stringify({ profile: 'LB-PROTO-1', ...fields })), TYPES.receipt, signer, new Date(closed));
    expect(openLogRoot(receipt, directory)).toMatchObject({ ok: false, reason: 'TYPE_WRONG' });
  });

  it('one octet changed anywhere is noticed', () => {
    const jws = sealLogRoot(fields, signer);
    for (let at = 0; at < jws.length; at += 1) {
      const changed = Buffer.from(jws);
      changed[at] = changed[at]! ^ 0x01;
      expect(openLogRoot(changed, directory).ok).toBe(false);
    }
  });

  it('cannot be built with a hole in its chain or a count that does not fit', () => {
    for (const wrong of [
      { ...fields, previous: undefined },
      { ...fields, sequence: 1 },
      { ...fields, entries: { ...fields.entries, size: 0 } },
      { ...fields, entries: { ...fields.entries, last: 2 } },
      { ...fields, audit: { count: 1 } },
    ])
      expect(() => sealLogRoot(wrong as typeof fields, signer)).toThrow();
  });
});

const sorted = (value: LogEntry) => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
