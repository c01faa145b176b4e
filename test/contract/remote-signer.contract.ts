/** What every RemoteSigner keeps to, the fake of the tests and those over a real module alike. */
import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { checkKey, type RemoteSigner } from '#trust';

export interface SignerUnderTest {
  readonly signer: RemoteSigner;
  /** Takes the module away, and brings it back. */
  readonly down: () => void;
  readonly up: () => void;
}

export function remoteSignerContract(make: () => Promise<SignerUnderTest> | SignerUnderTest): void {
  const genuine = ({ jwk, alg }: RemoteSigner, bytes: Buffer, signature: Buffer) => {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return alg === 'ES256' ? verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature) : verify(null, bytes, key, signature);
  };

  test('is one key: thumbprint, algorithm and public half belong together', async () => {
    const { signer } = await make();
    expect(checkKey(signer.jwk)).toMatchObject({ ok: true, kid: signer.kid, alg: signer.alg });
  });

  test('signs exactly the octets, in the fixed-length form', async () => {
    const { signer } = await make();
    const bytes = Buffer.from('待签名 — қол қою — подписать');
    const signature = await signer.sign(bytes);
    expect(signature).toHaveLength(64);
    expect(genuine(signer, bytes, signature)).toBe(true);
    expect(genuine(signer, Buffer.from('other'), signature)).toBe(false);
  });

  test('gives each of many at once its own signature', async () => {
    const { signer } = await make();
    const all = Array.from({ length: 12 }, (_, i) => Buffer.from(`${i}`));
    const signatures = await Promise.all(all.map((bytes) => signer.sign(bytes)));
    expect(signatures.every((signature, i) => genuine(signer, all[i]!, signature))).toBe(true);
  });

  test('says that it cannot be had, and signs again once it is back', async () => {
    const { signer, down, up } = await make();
    down();
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
    up();
    expect(genuine(signer, Buffer.from('x'), await signer.sign(Buffer.from('x')))).toBe(true);
  });
}
