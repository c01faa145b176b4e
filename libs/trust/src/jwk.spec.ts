import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { checkKey, generateKey, GATEWAY_ALGORITHMS, LocalSigner, probeKey, thumbprint } from './index.ts';
import { isRoca, isSoundEd25519 } from './weak-keys.ts';

const p256 = createPublicKey(generateKey('ES256')).export({ format: 'jwk' });
const ed25519 = createPublicKey(generateKey('Ed25519')).export({ format: 'jwk' });
const rsa = (modulusLength: number, publicExponent = 65537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' });
const rsa3072 = rsa(3072);
const reasonOf = (jwk: unknown) => {
  const checked = checkKey(jwk);
  return checked.ok ? checked.alg : checked.reason;
};
const little = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse().toString('base64url');
const big = (value: bigint) => {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64url');
};
/** A modulus of the form the broken generator makes: a power of 65537 modulo the product of the first primes. */
const rocaModulus = () => {
  const product = Array.from({ length: 166 }, (_, i) => BigInt(i + 2))
    .filter((n) => ![2n, 3n, 5n, 7n, 11n].some((p) => n !== p && n % p === 0n))
    .reduce((a, b) => a * b);
  let residue = 1n;
  for (let i = 0; i < 12345; i++) residue = (residue * 65537n) % product;
  return ((1n << 3071n) / product) * product + product + residue;
};

it('makes keys whose thumbprint no command line takes for an option', () => {
  const kids = Array.from({ length: 500 }, () => new LocalSigner(generateKey('Ed25519')).kid);
  expect(kids.filter((kid) => kid.startsWith('-'))).toEqual([]);
});

describe('key check at registration', () => {
  it('accepts what we generate, with the thumbprint jose computes', async () => {
    for (const alg of GATEWAY_ALGORITHMS) {
      const { jwk, kid } = new LocalSigner(generateKey(alg));
      expect(checkKey(jwk)).toMatchObject({ ok: true, alg, kid });
      expect(kid).toBe(await calculateJwkThumbprint(jwk));
      expect(probeKey(jwk)).toEqual({ verdict: 'accept', code: 'KEY_ACCEPTED' });
    }
  });

  it('computes RFC 7638 thumbprints over the required members only', async () => {
    for (const jwk of [p256, ed25519, rsa3072, { kty: 'oct', k: 'AAAA' }] as JsonWebKey[]) {
      expect(thumbprint({ ...jwk, alg: 'x', use: 'sig' })).toBe(await calculateJwkThumbprint(jwk as never));
    }
  });

  it.each<[string, unknown, string]>([
    ['no object', 'x', 'KEY_MALFORMED'],
    ['a shared secret', { kty: 'oct', k: 'A'.repeat(43) }, 'KEY_SYMMETRIC'],
    ['private members', { ...p256, d: 'A'.repeat(43) }, 'KEY_PRIVATE'],
    ['an unknown type', { kty: 'AKP', pub: 'x' }, 'KEY_TYPE'],
    ['no type', {}, 'KEY_TYPE'],
    ['secp256k1', { ...p256, crv: 'secp256k1' }, 'KEY_CURVE'],
    ['a curve name every object has', { ...p256, crv: 'toString' }, 'KEY_CURVE'],
    ['X25519', { ...ed25519, crv: 'X25519' }, 'KEY_CURVE'],
    ['a coordinate of the wrong length', { ...p256, crv: 'P-384' }, 'KEY_MALFORMED'],
    ['a coordinate in lax base64url', { ...p256, x: `${p256.x}=` }, 'KEY_MALFORMED'],
    ['a missing coordinate', { ...p256, y: undefined }, 'KEY_MALFORMED'],
    ['a point that is not on the curve', { ...p256, y: p256.x }, 'KEY_POINT'],
    ['the neutral point of Ed25519', { ...ed25519, x: little(1n) }, 'KEY_POINT'],
    ['a point of order two', { ...ed25519, x: little(2n ** 255n - 20n) }, 'KEY_POINT'],
    ['a point of order four', { ...ed25519, x: little(0n) }, 'KEY_POINT'],
    ['a value beyond the field', { ...ed25519, x: little(2n ** 255n - 18n) }, 'KEY_POINT'],
    ['a value that is no point', { ...ed25519, x: little(2n) }, 'KEY_POINT'],
    ['RSA of 2048 bits', rsa(2048), 'KEY_RSA_SIZE'],
    ['RSA with exponent 1', { ...rsa3072, e: 'AQ' }, 'KEY_RSA_EXPONENT'],
    ['RSA with exponent 3', { ...rsa3072, e: 'Aw' }, 'KEY_RSA_EXPONENT'],
    ['an even RSA modulus', { ...rsa3072, n: big(1n << 3071n) }, 'KEY_RSA_MODULUS'],
    [
      'an RSA modulus with a leading zero',
      { ...rsa3072, n: Buffer.concat([Buffer.alloc(1), Buffer.from(rsa3072.n!, 'base64url')]).toString('base64url') },
      'KEY_RSA_MODULUS',
    ],
    ['RSA with the ROCA fingerprint', { ...rsa3072, n: big(rocaModulus()) }, 'KEY_RSA_ROCA'],
    ['sound RSA, which is not for messages', rsa3072, 'KEY_NOT_FOR_SIGNING'],
    ['a key for encryption', { ...p256, use: 'enc' }, 'KEY_USE'],
    ['operations that do not verify', { ...p256, key_ops: ['encrypt'] }, 'KEY_USE'],
    ['an algorithm of another type', { ...p256, alg: 'Ed25519' }, 'KEY_ALG'],
    ['an algorithm nobody knows', { ...p256, alg: 'ES521' }, 'KEY_ALG'],
    ['the old name EdDSA', { ...ed25519, alg: 'EdDSA' }, 'KEY_NOT_FOR_SIGNING'],
  ])('refuses %s', (_name, jwk, reason) => expect(reasonOf(jwk)).toBe(reason));

  it('probe: a sound key of another type may stand in evidence, a weak one may not', () => {
    expect(probeKey(rsa3072)).toEqual({ verdict: 'accept', code: 'KEY_NOT_FOR_SIGNING' });
    expect(probeKey({ ...rsa3072, e: 'AQ' })).toEqual({ verdict: 'refuse', code: 'KEY_RSA_EXPONENT' });
  });

  it('finds no fault with many sound keys', () => {
    for (let i = 0; i < 50; i++)
      expect(isSoundEd25519(Buffer.from(createPublicKey(generateKey('Ed25519')).export({ format: 'jwk' }).x!, 'base64url'))).toBe(true);
    expect(isRoca(BigInt(`0x${Buffer.from(rsa3072.n!, 'base64url').toString('hex')}`))).toBe(false);
  });
});
