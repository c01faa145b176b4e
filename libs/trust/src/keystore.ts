/**
 * Private keys at rest: compact JWE (RFC 7516), `dir` with A256GCM, under a 32-octet master key that configuration reads
 * from a file or the environment. Both keys live in KeyObjects, which never print their content.
 */
import { createPrivateKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { ExchangeError, parseStrictJson } from '#model';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { LocalSigner } from './signer.ts';

const TYPE = 'lb-private-key+jwe';

/** Takes exactly 32 octets; anything else is refused. */
export function masterKey(octets: Uint8Array): KeyObject {
  if (octets.length !== 32) throw new ExchangeError('CONFIGURATION_INVALID', { detail: 'The master key has exactly 32 octets.' });
  return createSecretKey(octets);
}

/** Encrypts a private key for storage. The kid stands in the clear so that files can be told apart. */
export async function sealPrivateKey(privateKey: KeyObject, master: KeyObject): Promise<string> {
  const { kid } = new LocalSigner(privateKey);
  return new CompactEncrypt(Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' }))))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: TYPE, kid })
    .encrypt(master);
}

/** Opens a stored key. One refusal (KEY_REFUSED) whatever is wrong: another master key, altered bytes, another kid. */
export async function openPrivateKey(jwe: string, master: KeyObject): Promise<LocalSigner> {
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, master, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  }).catch(() => unreadable());
  const json = parseStrictJson(plaintext, { depth: 2 });
  if (!json.ok || protectedHeader.typ !== TYPE) return unreadable();
  const signer = new LocalSigner(privateKeyOf(json.value as JsonWebKey));
  return signer.kid === protectedHeader.kid ? signer : unreadable();
}

function privateKeyOf(jwk: JsonWebKey): KeyObject {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    return unreadable();
  }
}

/** The cause is dropped on purpose: it could quote key material. */
function unreadable(): never {
  throw new ExchangeError('KEY_REFUSED', { detail: 'The stored private key cannot be opened with this master key.' });
}
