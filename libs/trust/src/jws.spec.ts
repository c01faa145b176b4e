import { compactVerify, CompactSign, importJWK } from 'jose';
import fc from 'fast-check';
import { NOW, trustWorld } from '../../../test/support/trust-world.ts';
import { decodeBase64url, generateKey, GATEWAY_ALGORITHMS, LocalSigner, openJws, signJws, TYPES } from './index.ts';

const { directory, keg, keys, lsw } = trustWorld();

describe('JWS and jose', () => {
  it.each(GATEWAY_ALGORITHMS)('jose verifies what we sign with %s', async (alg) => {
    const signer = new LocalSigner(generateKey(alg));
    const jws = signJws(Buffer.from('{"a":1}'), TYPES.message, signer, NOW);
    const { payload, protectedHeader } = await compactVerify(jws, await importJWK(signer.jwk, alg));
    expect(Buffer.from(payload).toString()).toBe('{"a":1}');
    expect(protectedHeader).toEqual({ alg, kid: signer.kid, typ: 'lb-message+jws', iat: 1773479700 });
  });

  it.each([
    ['LSW', 'ES256'],
    ['KEG', 'Ed25519'],
  ] as const)('we verify what jose signs for %s with %s, over any octets', async (party, alg) => {
    const { kid } = party === 'LSW' ? lsw : keg;
    const payload = Buffer.from([0, 255, 10, 13, 0x7b]);
    const header = { alg, kid, typ: TYPES.keys, iat: 1773479700 };
    const jws = Buffer.from(await new CompactSign(payload).setProtectedHeader(header).sign(keys[party]));
    const opened = openJws(jws, { typ: TYPES.keys, resolve: (id) => directory.resolve(id, { at: NOW, purpose: 'verify' }) });
    expect(opened).toEqual({ ok: true, payload, kid, party, alg, issuedAt: NOW });
  });

  it('never throws on arbitrary octets', () => {
    const resolve = () => directory.resolve(lsw.kid, { at: NOW, purpose: 'verify' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => !openJws(Buffer.from(octets), { typ: TYPES.message, resolve }).ok),
    );
    fc.assert(
      fc.property(
        fc.array(fc.base64String(), { minLength: 3, maxLength: 3 }),
        (three) => !openJws(Buffer.from(three.join('.')), { typ: TYPES.message, resolve }).ok,
      ),
    );
  });
});

describe('canonical base64url', () => {
  it('decodes exactly one spelling of every octet string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (octets) => decodeBase64url(Buffer.from(octets).toString('base64url'))!.equals(octets)),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AZaz09-_+/= .\n') }), (text) => {
        const decoded = decodeBase64url(text);
        expect(decoded === undefined || decoded.toString('base64url') === text).toBe(true);
      }),
    );
  });
});
