/** Our RSA keys for XML signatures at rest: compact JWE as in keystore.ts, bound to the certificate number they stand under. */
import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { ExchangeError, parseStrictJson } from '#model';
import { CompactEncrypt, compactDecrypt } from 'jose';

const TYPE = 'lb-xml-key+jwe';

export async function sealXmlKey(keyName: string, privateKey: KeyObject, master: KeyObject): Promise<string> {
  if (privateKey.asymmetricKeyType !== 'rsa' || (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    throw new ExchangeError('KEY_REFUSED', { detail: 'XML signatures need an RSA key of at least 2,048 bits.' });
  return new CompactEncrypt(Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' }))))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: TYPE, kid: keyName })
    .encrypt(master);
}

/** One refusal (KEY_REFUSED) whatever is wrong: another master key, altered bytes, a file renamed to another number. */
export async function openSealedXmlKey(jwe: string, keyName: string, master: KeyObject): Promise<KeyObject> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, master, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const json = parseStrictJson(plaintext, { depth: 2 });
    if (json.ok && protectedHeader.typ === TYPE && protectedHeader.kid === keyName)
      return createPrivateKey({ key: json.value as JsonWebKey, format: 'jwk' });
  } catch {
    // The cause is dropped on purpose: it could quote key material.
  }
  throw new ExchangeError('KEY_REFUSED', { detail: 'The stored key for XML signatures cannot be opened with this master key.' });
}
