/** A second signature beside the one everybody verifies: what it may be, and what never passes for one. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { generalVerify, importSPKI } from 'jose';
import { fields, later, NOW, PARTS, trustWorld } from '../../../test/support/trust-world.ts';
import {
  attachSecond,
  decodeFrame,
  encodeFrame,
  generalJws,
  judgeSecond,
  openSecond,
  prepareSecond,
  sealMessage,
  secondKey,
  verifyMessage,
  type SecondKey,
} from './index.ts';

const { lsw, directory, expected, seal } = trustWorld();
const sealed = seal();
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const pemOf = (key: typeof p384) => key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const key = secondKey(pemOf(p384), 'ES384');
const value = (input: Buffer, by = p384) => sign('sha384', input, { key: by.privateKey, dsaEncoding: 'ieee-p1363' });
const make = (jws = sealed.jws, by = p384, named: Pick<SecondKey, 'alg' | 'kid'> = key, at = NOW) => {
  const { input, finish } = prepareSecond(jws, named, at);
  return finish(value(input, by));
};
const second = make();
const judge = (octets: Buffer, jws = sealed.jws, keys = [key], now = NOW) => {
  const opened = openSecond(octets, jws, keys, now);
  return opened.ok ? judgeSecond(opened) : opened.reason;
};
/** An artefact with any protected header, truly signed. */
const forge = (header: Record<string, unknown>, jws = sealed.jws) => {
  const head = Buffer.from(JSON.stringify(header)).toString('base64url');
  const input = Buffer.from(`${head}.${jws.toString().split('.')[1]}`);
  return Buffer.from(JSON.stringify({ signatures: [{ protected: head, signature: value(input).toString('base64url') }] }));
};
const header = { alg: 'ES384', kid: key.kid, typ: 'lb-second+jws', iat: NOW.getTime() / 1000 };
const text = (change: (artefact: string) => string) => Buffer.from(change(second.toString()));

describe('a second signature as agreed', () => {
  test('is valid over the very payload of the first', () => expect(judge(second)).toBe('valid'));

  test('makes a JWS in the general serialisation that any JOSE library verifies with either key', async () => {
    const general = JSON.parse(generalJws(sealed.jws, second)) as Parameters<typeof generalVerify>[0];
    const { payload } = await generalVerify(general, await importSPKI(key.pem, 'ES384'));
    expect(Buffer.from(payload)).toEqual(sealed.manifestBytes);
  });

  test('travels behind the last part, and the octets of the first signature stay', () => {
    const frame = attachSecond(sealed.frame, second);
    expect(frame[4]).toBe(2);
    const decoded = decodeFrame(frame);
    expect(decoded).toEqual({ ok: true, jws: sealed.jws, parts: PARTS.map(({ name, bytes }) => ({ name, bytes })), second });
    expect(decoded.ok && encodeFrame(decoded)).toEqual(frame);
  });

  test('is handed on where the link agreed on one, and its frame is refused everywhere else', () => {
    const frame = attachSecond(sealed.frame, second);
    expect(verifyMessage(frame, directory, { ...expected, second: true })).toMatchObject({ ok: true, second, jwsDigest: sealed.jwsDigest });
    expect(verifyMessage(frame, directory, expected)).toEqual({ ok: false, code: 'FRAME_MALFORMED', reason: 'SECOND_NOT_AGREED' });
    expect(verifyMessage(sealed.frame, directory, { ...expected, second: true })).toMatchObject({ ok: true });
  });

  test('every truncation, every octet too many and every length that lies is refused', () => {
    const frame = attachSecond(sealed.frame, second);
    for (let length = sealed.frame.length; length < frame.length; length++) expect(decodeFrame(frame.subarray(0, length)).ok).toBe(false);
    expect(decodeFrame(Buffer.concat([frame, Buffer.alloc(1)])).ok).toBe(false);
    const empty = Buffer.concat([sealed.frame, Buffer.alloc(4)]);
    empty[4] = 2;
    expect(decodeFrame(empty).ok).toBe(false);
    expect(() => attachSecond(frame, second)).toThrow();
  });

  test('of an algorithm we do not know is handed to whoever knows it', () => {
    const foreign = secondKey(pemOf(p384), 'urn:oid:1.2.156.10197.1.501');
    const { input, finish } = prepareSecond(sealed.jws, foreign, NOW);
    const opened = openSecond(finish(Buffer.from('opaque')), sealed.jws, [foreign], NOW);
    expect(opened).toMatchObject({ ok: true, input, signature: Buffer.from('opaque') });
    expect(opened.ok && judgeSecond(opened)).toBeUndefined();
  });
});

describe('never passes for one', () => {
  test.each([
    ['altered', () => text((artefact) => artefact.replace(/"signature":"..../, '"signature":"AAAA')), 'invalid'],
    ['by a key nobody agreed', () => make(sealed.jws, other, secondKey(pemOf(other), 'ES384')), 'KEY_UNKNOWN'],
    ['by another key under the agreed kid', () => make(sealed.jws, other), 'invalid'],
    ['another algorithm than the key’s', () => forge({ ...header, alg: 'ES256' }), 'ALG_NOT_OF_KEY'],
    ['none', () => forge({ ...header, alg: 'none' }), 'ALG_NOT_OF_KEY'],
    ['crit', () => forge({ ...header, crit: ['x'], x: 1 }), 'CRITICAL_UNKNOWN'],
    ['a key of its own', () => forge({ ...header, jwk: p384.publicKey.export({ format: 'jwk' }) }), 'HEADER_MEMBER_REFUSED'],
    ['a certificate of its own', () => forge({ ...header, x5c: ['AAAA'] }), 'HEADER_MEMBER_REFUSED'],
    ['a member nobody defined', () => forge({ ...header, note: 'x' }), 'HEADER_MEMBER_UNKNOWN'],
    ['the type of a message', () => forge({ ...header, typ: 'lb-message+jws' }), 'TYPE_WRONG'],
    ['a kid that is a path', () => forge({ ...header, kid: '../key' }), 'HEADER_VALUE'],
    ['signed in the future', () => make(sealed.jws, p384, key, later(600)), 'ISSUED_IN_FUTURE'],
    ['blanks', () => text((artefact) => artefact.replace(',', ', ')), 'SECOND_MALFORMED'],
    ['a further member', () => text((artefact) => artefact.replace('{', '{"payload":"AAAA",')), 'SECOND_MALFORMED'],
    ['an unprotected header', () => text((artefact) => artefact.replace('{"protected"', '{"header":{},"protected"')), 'SECOND_MALFORMED'],
    ['a member twice', () => text((artefact) => artefact.replace('{"protected"', '{"signature":"AAAA","protected"')), 'SECOND_MALFORMED'],
    ['two', () => text((artefact) => artefact.replace(/\[(.*)\]/, '[$1,$1]')), 'SECOND_MALFORMED'],
    ['padding', () => text((artefact) => artefact.replace(/"\}\]/, '="}]')), 'NOT_BASE64URL'],
    ['the compact JWS itself', () => sealed.jws, 'SECOND_MALFORMED'],
    ['more octets than the limit', () => Buffer.alloc(17 * 1024, 0x20), 'TOO_LARGE'],
    [
      'DER instead of R‖S',
      () => prepareSecond(sealed.jws, key, NOW).finish(sign('sha384', prepareSecond(sealed.jws, key, NOW).input, p384.privateKey)),
      'invalid',
    ],
  ])('%s', (_, octets, reason) => expect(judge(octets())).toBe(reason));

  test('over another payload', () => {
    const elsewhere = sealMessage(fields({ messageId: '019ce000-0000-7000-8000-000000000002' }), PARTS, lsw, NOW);
    expect(judge(second, elsewhere.jws)).toBe('invalid');
  });

  test('by a key whose time is over, not come or taken away', () => {
    expect(judge(second, sealed.jws, [{ ...key, until: NOW }])).toBe('KEY_EXPIRED');
    expect(judge(second, sealed.jws, [{ ...key, from: later(1) }])).toBe('KEY_NOT_YET_VALID');
    expect(judge(second, sealed.jws, [{ ...key, compromisedSince: later(1) }])).toBe('KEY_COMPROMISED');
  });

  test('the second signature as the first: its type keeps it apart', () => {
    const { signatures } = JSON.parse(second.toString()) as { signatures: [{ protected: string; signature: string }] };
    const compact = Buffer.from([signatures[0].protected, sealed.jws.toString().split('.')[1], signatures[0].signature].join('.'));
    const verdict = verifyMessage(encodeFrame({ jws: compact, parts: PARTS }), directory, expected);
    expect(verdict).toMatchObject({ ok: false, reason: 'TYPE_WRONG' });
  });
});

test('keys that do not fit their algorithm are refused at the start', () => {
  expect(() => secondKey(pemOf(p384), 'ES256')).toThrow(expect.objectContaining({ code: 'KEY_REFUSED' }));
  expect(() => secondKey('-----BEGIN NOTHING-----', 'ES384')).toThrow(expect.objectContaining({ code: 'KEY_REFUSED' }));
  const weak = generateKeyPairSync('rsa', { modulusLength: 2048 });
  expect(() => secondKey(weak.publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'PS256')).toThrow();
});
