/** LB-PROTO-1 §9: what must never be accepted, one test an item. Nearly all are truly signed, so that only the named check refuses them. */
import { createHmac, createPublicKey, sign } from 'node:crypto';
import { ERRORS } from '#model';
import { fields, forge, later, NOW, PARTS, trustWorld } from '../../../test/support/trust-world.ts';
import {
  buildManifest,
  decodeFrame,
  encodeFrame,
  generateKey,
  LocalSigner,
  MAX_PARTS,
  openReceipt,
  readCompact,
  sealReceipt,
  verifyMessage,
  type MessageVerdict,
  type Reason,
} from './index.ts';

const { keys, lsw, keg, directory, publish, expected, seal } = trustWorld();
const sealed = seal();
const header = { alg: 'ES256', kid: lsw.kid, typ: 'lb-message+jws', iat: NOW.getTime() / 1000 };
const manifestText = sealed.manifestBytes.toString();
const framed = (jws: Buffer, parts = PARTS) => encodeFrame({ jws, parts });
const verify = (jws: Buffer, parts = PARTS) => verifyMessage(framed(jws, parts), directory, expected);
const reasonOf = (verdict: MessageVerdict) => (verdict.ok ? 'accepted' : verdict.reason);
const segments = (jws: Buffer) => jws.toString().split('.') as [string, string, string];
/** Decodes to the same octets in a lax decoder: the last letter of an 86-letter signature has four unused bits. */
const withUnusedBits = (text: string) => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);

it('accepts the message all cases below are made from', () => expect(reasonOf(verify(sealed.jws))).toBe('accepted'));

describe('re-serialised JSON', () => {
  it('refuses a manifest parsed and printed again', () => {
    const [head, , signature] = segments(sealed.jws);
    const again = Buffer.from(JSON.stringify(JSON.parse(manifestText), null, 1)).toString('base64url');
    expect(reasonOf(verify(Buffer.from([head, again, signature].join('.'))))).toBe('SIGNATURE_WRONG');
  });
});

describe('alg from the message', () => {
  it('refuses none', () => {
    const unsecured = Buffer.from(
      `${Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url')}.${sealed.manifestBytes.toString('base64url')}.`,
    );
    expect(reasonOf(verify(unsecured))).toBe('ALG_REFUSED');
  });
  it('refuses HMAC keyed with the public key', () => {
    const [, payload] = segments(sealed.jws);
    const input = `${Buffer.from(JSON.stringify({ ...header, alg: 'HS256' })).toString('base64url')}.${payload}`;
    const secret = createPublicKey(keys.LSW).export({ type: 'spki', format: 'pem' });
    const jws = Buffer.from(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`);
    expect(reasonOf(verify(jws))).toBe('ALG_NOT_OF_KEY');
  });
  it('refuses another algorithm than the one registered for the key', () => {
    const [, payload] = segments(sealed.jws);
    const input = Buffer.from(`${Buffer.from(JSON.stringify({ ...header, alg: 'EdDSA', kid: keg.kid })).toString('base64url')}.${payload}`);
    const jws = Buffer.concat([input, Buffer.from(`.${sign(null, input, keys.KEG).toString('base64url')}`)]);
    expect(reasonOf(verifyMessage(framed(jws), directory, { ...expected, sender: 'KEG', addressee: 'LSW' }))).toBe('ALG_NOT_OF_KEY');
  });
  it('refuses a name inherited by every object', () => {
    expect(reasonOf(verify(forge({ ...header, alg: 'constructor' }, manifestText, keys.LSW)))).toBe('ALG_REFUSED');
  });
});

describe('key from the message', () => {
  const attacker = generateKey('ES256');
  it.each(['jwk', 'jku', 'x5u', 'x5c'])('refuses %s although truly signed', (member) => {
    const jwk = createPublicKey(attacker).export({ format: 'jwk' });
    expect(reasonOf(verify(forge({ ...header, [member]: member === 'jwk' ? jwk : 'x' }, manifestText, keys.LSW)))).toBe(
      'HEADER_MEMBER_REFUSED',
    );
  });
  it('refuses a key nobody registered', () => {
    expect(reasonOf(verify(forge({ ...header, kid: new LocalSigner(attacker).kid }, manifestText, attacker)))).toBe('KEY_UNKNOWN');
  });
});

describe('kid in a path', () => {
  it.each(['../../keys/LSW', 'https://example.test/key', `${'A'.repeat(42)}=`, '', 7])('never looks up %p', (kid) => {
    expect(reasonOf(verify(forge({ ...header, kid }, manifestText, keys.LSW)))).toBe('HEADER_VALUE');
  });
});

describe('crit ignored', () => {
  it.each([[['exp']], [['iat']], [[]], ['iat']])('refuses crit %j', (crit) => {
    expect(reasonOf(verify(forge({ ...header, crit }, manifestText, keys.LSW)))).toBe('CRITICAL_UNKNOWN');
  });
  it('refuses members this profile does not define', () => {
    expect(reasonOf(verify(forge({ ...header, purpose: 'test' }, manifestText, keys.LSW)))).toBe('HEADER_MEMBER_UNKNOWN');
  });
  it('refuses an unencoded payload (b64)', () => {
    expect(reasonOf(verify(forge({ ...header, b64: false }, manifestText, keys.LSW)))).toBe('HEADER_MEMBER_REFUSED');
  });
});

describe('DER ECDSA signatures', () => {
  it('refuses the DER form', () => {
    const [head, payload] = segments(sealed.jws);
    const der = sign('sha256', Buffer.from(`${head}.${payload}`), keys.LSW);
    expect(reasonOf(verify(Buffer.from(`${head}.${payload}.${der.toString('base64url')}`)))).toBe('SIGNATURE_LENGTH');
  });
});

describe('lax base64url', () => {
  const [head, payload, signature] = segments(sealed.jws);
  it.each([
    ['unused bits in the signature', `${head}.${payload}.${withUnusedBits(signature)}`],
    ['a blank in the signature', `${head}.${payload}.${signature.slice(0, 9)} ${signature.slice(9)}`],
    ['a line feed at the end', `${head}.${payload}.${signature}\n`],
    ['padding', `${head}.${payload}.${signature}==`],
    ['the other alphabet', `${head}.${payload}.${'+'.padEnd(signature.length - 1, '/')}A`],
    ['a letter beyond ASCII that latin1 would fold', `${head}.${payload}.${signature.slice(0, -1)}š`],
  ])('refuses %s', (_name, jws) => expect(reasonOf(verify(Buffer.from(jws)))).toBe('NOT_BASE64URL'));
  it('refuses a padded payload although truly signed', () => {
    const padded = (value: string | Buffer) => Buffer.from(value).toString('base64url') + '=';
    const plain = (value: string | Buffer) => Buffer.from(value).toString('base64url');
    expect(reasonOf(verify(forge(header, manifestText, keys.LSW, { header: plain, payload: padded })))).toBe('NOT_BASE64URL');
    expect(reasonOf(verify(forge(header, manifestText, keys.LSW, { header: padded, payload: plain })))).toBe('NOT_BASE64URL');
  });
  it.each([
    ['two parts', `${head}.${payload}`],
    ['four parts', `${head}.${payload}.${signature}.`],
    ['an empty header', `.${payload}.${signature}`],
    ['nothing', ''],
    ['the JSON serialisation', JSON.stringify({ protected: head, payload, signature })],
  ])('refuses %s', (_name, jws) => expect(reasonOf(verify(Buffer.from(jws)))).toBe('NOT_COMPACT'));
});

describe('JSON that parsers disagree on, truly signed', () => {
  it.each<[string, string, Reason]>([
    ['a header member twice', JSON.stringify(header).replace('{', `{"typ":"lb-receipt+jws",`), 'HEADER_MALFORMED'],
    ['a header that is an array', '[]', 'HEADER_MALFORMED'],
    ['a header number beyond 2^53', JSON.stringify(header).replace(/"iat":\d+/, '"iat":9007199254740993'), 'HEADER_MALFORMED'],
    ['iat as text', JSON.stringify({ ...header, iat: '1773479700' }), 'HEADER_VALUE'],
    ['iat in fractions', JSON.stringify({ ...header, iat: 1.5 }), 'HEADER_VALUE'],
  ])('refuses %s', (_name, text, reason) => expect(reasonOf(verify(forge(text, manifestText, keys.LSW)))).toBe(reason));
  it.each([
    ['a manifest member twice', manifestText.replace('{', '{"test":true,')],
    ['a number beyond 2^53', manifestText.replace('"sequence":1', '"sequence":9007199254740993')],
    ['a lone surrogate', manifestText.replace('day-at-the-border', '\\ud800')],
    ['an unknown member', manifestText.replace('{', '{"attempt":2,')],
    ['another profile', manifestText.replace('LB-PROTO-1', 'LB-PROTO-2')],
    [
      'a message id in capital letters',
      manifestText.replace(/"messageId":"[^"]*"/, (text) =>
        text.toUpperCase().replace('MESSAGEID', 'messageId').replace('-7000-8000-', '-7000-A000-'),
      ),
    ],
    ['a life longer than 31 days', manifestText.replace(/"notAfter":"[^"]*"/, `"notAfter":"${later(32 * 86_400).toISOString()}"`)],
    ['a second message without link to the first', manifestText.replace('"sequence":1', '"sequence":2')],
    ['two parts of one name', manifestText.replace('"name":"attachment"', '"name":"document"')],
    ['a part name that is a path', manifestText.replace('"name":"document"', '"name":"../document"')],
    ['an impossible day', manifestText.replace(/"created":"[^"]*"/, '"created":"2026-02-30T00:00:00.000Z"')],
    ['deep nesting', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['no JSON', 'manifest'],
  ])('refuses %s', (_name, text) => {
    expect(text).not.toBe(manifestText);
    expect(reasonOf(verify(forge(header, text, keys.LSW)))).toBe('PAYLOAD_MALFORMED');
  });
});

describe('one artefact taken for another', () => {
  it.each(['lb-receipt+jws', 'lb-keys+jws', 'lb-mailbox+jws', 'JWT', undefined])('refuses typ %s as a message', (typ) => {
    expect(reasonOf(verify(forge({ ...header, typ }, manifestText, keys.LSW)))).toBe('TYPE_WRONG');
  });
  it('refuses a receipt as a message and a message as a receipt', () => {
    const receipt = sealReceipt(sealed, { levels: ['R1'], status: 'stored', issuedAt: NOW }, keg);
    expect(reasonOf(verifyMessage(framed(receipt.jws), directory, { ...expected, sender: 'KEG', addressee: 'LSW' }))).toBe('TYPE_WRONG');
    expect(openReceipt(sealed.jws, directory, { now: NOW, issuer: 'LSW' })).toMatchObject({ reason: 'TYPE_WRONG' });
  });
});

describe('parties', () => {
  it('refuses a message for A re-sent to B', () => {
    expect(reasonOf(verifyMessage(sealed.frame, directory, { ...expected, addressee: 'HRG' }))).toBe('ADDRESSEE');
  });
  it('refuses a message of one partner on the link of another', () => {
    expect(reasonOf(verifyMessage(sealed.frame, directory, { ...expected, sender: 'HRG' }))).toBe('KEY_NOT_OF_PARTY');
  });
  it('refuses a partner that signs in the name of another', () => {
    const { bytes } = buildManifest(fields({ from: { party: 'NSW' } }), PARTS);
    expect(reasonOf(verify(forge(header, bytes, keys.LSW)))).toBe('SENDER');
  });
  it('refuses a test message on a production link and the reverse, but knows who sent it', () => {
    const verdict = verifyMessage(seal({ test: true }).frame, directory, expected);
    expect(verdict).toMatchObject({ ok: false, code: 'TEST_PRODUCTION_MIXED', authentic: { kid: lsw.kid } });
    expect(reasonOf(verifyMessage(sealed.frame, directory, { ...expected, test: true }))).toBe('TEST_PRODUCTION');
  });
});

describe('time', () => {
  it('refuses an expired message, but knows who sent it', () => {
    const now = later(72 * 3600 + 1);
    expect(verifyMessage(sealed.frame, directory, { ...expected, now })).toMatchObject({
      ok: false,
      code: 'MESSAGE_EXPIRED',
      authentic: { manifest: { messageId: sealed.manifest.messageId } },
    });
    expect(reasonOf(verifyMessage(sealed.frame, directory, { ...expected, now: later(72 * 3600) }))).toBe('accepted');
  });
  it('refuses a far-future iat and tolerates a small skew', () => {
    const issued = (seconds: number) => forge({ ...header, iat: header.iat + seconds }, manifestText, keys.LSW);
    expect(verify(issued(301))).toMatchObject({ ok: false, code: 'CLOCK_SKEW', reason: 'ISSUED_IN_FUTURE' });
    expect(reasonOf(verify(issued(300)))).toBe('accepted');
  });
  it('refuses a manifest created in the future', () => {
    expect(reasonOf(verify(seal({ created: later(301).toISOString() }).jws))).toBe('ISSUED_IN_FUTURE');
  });
});

describe('unsigned', () => {
  it('refuses an empty signature', () => {
    const [head, payload] = segments(sealed.jws);
    expect(reasonOf(verify(Buffer.from(`${head}.${payload}.`)))).toBe('SIGNATURE_LENGTH');
  });
  it('refuses a signature of zeros', () => {
    const [head, payload] = segments(sealed.jws);
    expect(reasonOf(verify(Buffer.from(`${head}.${payload}.${Buffer.alloc(64).toString('base64url')}`)))).toBe('SIGNATURE_WRONG');
  });
});

describe('parts', () => {
  const [first, second] = PARTS as [(typeof PARTS)[0], (typeof PARTS)[0]];
  it.each<[string, typeof PARTS, Reason]>([
    ['missing', [first], 'PART_MISSING'],
    ['extra', [first, second, { ...second, name: 'extra' }], 'PART_EXTRA'],
    [
      'swapped',
      [
        { ...first, bytes: second.bytes },
        { ...second, bytes: first.bytes },
      ],
      'PART_ALTERED',
    ],
    ['repeated', [first, second, second], 'PART_REPEATED'],
    ['altered', [first, { ...second, bytes: Buffer.from([0, 1, 2, 3, 254, 254]) }], 'PART_ALTERED'],
    ['shortened', [first, { ...second, bytes: second.bytes.subarray(1) }], 'PART_ALTERED'],
  ])('refuses a part %s', (_name, parts, reason) => expect(reasonOf(verify(sealed.jws, parts))).toBe(reason));
});

describe('bombs', () => {
  it('refuses a header of 64 KB unread', () => {
    expect(readCompact(forge({ ...header, fill: 'x'.repeat(65_536) }, '', keys.LSW), 1 << 20)).toMatchObject({ reason: 'TOO_LARGE' });
  });
  it('refuses a deeply nested header', () => {
    expect(reasonOf(verify(forge(`{"alg":"ES256","x":${'['.repeat(600)}${']'.repeat(600)}}`, '', keys.LSW)))).toBe('HEADER_MALFORMED');
  });
  it('refuses a JWS beyond the limit before decoding it', () => {
    expect(readCompact(forge(header, Buffer.alloc(200_000), keys.LSW), 256 * 1024)).toMatchObject({ reason: 'TOO_LARGE' });
  });
  it('refuses thousands of parts, and lengths that are not there', () => {
    const many = Buffer.from(sealed.frame);
    many.writeUInt16BE(65_535, 5);
    const long = Buffer.from(sealed.frame);
    long.writeUInt32BE(0xffffffff, 7);
    for (const frame of [many, long]) expect(decodeFrame(frame)).toMatchObject({ code: 'FRAME_MALFORMED' });
    expect(decodeFrame(sealed.frame, 10)).toMatchObject({ code: 'TOO_LARGE' });
  });
  it('refuses one part more than the limit although all are there', () => {
    const full = encodeFrame({
      jws: sealed.jws,
      parts: Array.from({ length: MAX_PARTS }, (_, i) => ({ name: `p${i}`, bytes: Buffer.alloc(0) })),
    });
    expect(decodeFrame(full).ok).toBe(true);
    const overfull = Buffer.concat([full, Buffer.from('\x01x\0\0\0\0', 'latin1')]);
    overfull.writeUInt16BE(MAX_PARTS + 1, 5);
    expect(decodeFrame(overfull)).toMatchObject({ code: 'FRAME_MALFORMED' });
  });
  it('refuses compression, so that nothing is ever inflated', () => {
    expect(reasonOf(verify(forge({ ...header, zip: 'DEF' }, manifestText, keys.LSW)))).toBe('HEADER_MEMBER_REFUSED');
  });
});

describe('an error text that tells which step failed', () => {
  it('tells the sender one and the same for every failed authentication', () => {
    const [head, payload] = segments(sealed.jws);
    const attempts = [
      verify(Buffer.from(`${head}.${payload}.`)),
      verify(forge({ ...header, typ: 'JWT' }, manifestText, keys.LSW)),
      verify(forge({ ...header, kid: 'A'.repeat(43) }, manifestText, keys.LSW)),
      verify(forge(header, '{}', keys.LSW)),
      verify(sealed.jws, []),
      verifyMessage(sealed.frame, directory, { ...expected, addressee: 'HRG' }),
    ];
    expect(new Set(attempts.map((verdict) => (verdict.ok ? 'accepted' : verdict.code)))).toEqual(new Set(['SIGNATURE_INVALID']));
    expect(ERRORS.SIGNATURE_INVALID.text).not.toMatch(/key|digest|type|signature/i);
  });
});

// Last, since it changes the directory.
describe('signed by a key that must not sign', () => {
  const listed = directory.document('LSW')!.keys[0]!;
  it.each<[Reason, Partial<typeof listed>]>([
    ['KEY_PENDING', { status: 'pending' }],
    ['KEY_RETIRED', { status: 'retired' }],
    ['KEY_COMPROMISED', { status: 'compromised', compromisedSince: later(86_400).toISOString() }],
    ['KEY_NOT_YET_VALID', { from: later(1).toISOString() }],
    ['KEY_EXPIRED', { until: NOW.toISOString() }],
  ])('refuses: %s', (reason, life) => {
    const version = (directory.document('LSW')?.version ?? 0) + 1;
    publish('LSW', version, [{ ...listed, ...life }]);
    expect(reasonOf(verify(sealed.jws))).toBe(reason);
  });
});
