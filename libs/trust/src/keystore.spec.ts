import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { CompactEncrypt, type JWK } from 'jose';
import { trustWorld } from '../../../test/support/trust-world.ts';
import { generateKey, GATEWAY_ALGORITHMS, LocalSigner, masterKey, openPrivateKey, sealPrivateKey } from './index.ts';

const { keg } = trustWorld();

describe('private keys at rest', () => {
  const master = masterKey(Buffer.alloc(32, 1));
  const octets = createSecretKey(Buffer.alloc(32, 1));
  it.each(GATEWAY_ALGORITHMS)('gives back a signer for the same %s key', async (alg) => {
    const key = generateKey(alg);
    const jwe = await sealPrivateKey(key, master);
    expect((await openPrivateKey(jwe, master)).kid).toBe(new LocalSigner(key).kid);
  });
  it('refuses another master key, altered octets, and a key of another kid, without saying which', async () => {
    const key = generateKey('ES256');
    const jwe = await sealPrivateKey(key, master);
    const jwk = Buffer.from(JSON.stringify(key.export({ format: 'jwk' })));
    const header = { alg: 'dir', enc: 'A256GCM', typ: 'lb-private-key+jwe', kid: keg.kid };
    const swapped = await new CompactEncrypt(jwk).setProtectedHeader(header).encrypt(octets);
    const garbage = await new CompactEncrypt(Buffer.from('{"kty":"EC"}')).setProtectedHeader(header).encrypt(octets);
    const attempts = [
      openPrivateKey(jwe, masterKey(Buffer.alloc(32, 2))),
      openPrivateKey(jwe.slice(0, -1) + (jwe.endsWith('A') ? 'Q' : 'A'), master),
      openPrivateKey(swapped, master),
      openPrivateKey(garbage, master),
    ];
    for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: 'KEY_REFUSED', cause: undefined });
    expect(new Set(await Promise.all(attempts.map((attempt) => attempt.catch((error: Error) => error.message)))).size).toBe(1);
  });
  it.each([
    ['A256KW', 'A256GCM'],
    ['dir', 'A128CBC-HS256'],
  ])('refuses %s with %s, although it decrypts', async (alg, enc) => {
    const key = generateKey('ES256');
    const jwk = Buffer.from(JSON.stringify(key.export({ format: 'jwk' })));
    const header = { alg, enc, typ: 'lb-private-key+jwe', kid: new LocalSigner(key).kid };
    await expect(openPrivateKey(await new CompactEncrypt(jwk).setProtectedHeader(header).encrypt(octets), master)).rejects.toMatchObject({
      code: 'KEY_REFUSED',
    });
  });
  it('takes a master key of 32 octets only', () => expect(() => masterKey(Buffer.alloc(31))).toThrow('exactly 32 octets'));
  it('never prints a private or master key', async () => {
    const key = generateKey('ES256');
    const { d } = key.export({ format: 'jwk' }) as JWK;
    const jwe = await sealPrivateKey(key, master);
    const signer = await openPrivateKey(jwe, master);
    const printed = [signer, { signer }, master, key, jwe]
      .map((value) => inspect(value, { depth: 9, showHidden: true }) + JSON.stringify(value) + String(value))
      .join();
    expect(printed).toContain(signer.kid);
    expect(printed).not.toContain(d);
    expect(printed).not.toContain(Buffer.from(d!, 'base64url').toString('hex'));
    expect(printed).not.toContain(Buffer.alloc(32, 1).toString('base64url'));
  });
  it('does not sign with a key it would not accept from others', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    expect(() => new LocalSigner(privateKey)).toThrow('KEY_CURVE');
  });
});
