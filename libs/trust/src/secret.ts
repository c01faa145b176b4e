/**
 * Small secrets at rest (second factors): compact JWE (RFC 7516), `dir` with A256GCM under the master key, bound to what they
 * belong to, so that one copied into another row does not open.
 */
import type { KeyObject } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { ExchangeError } from '#model';

const TYPE = 'lb-secret+jwe';

/** `owner` is not secret: it stands in the protected header. */
export const sealSecret = (secret: string, owner: string, master: KeyObject): Promise<string> =>
  new CompactEncrypt(Buffer.from(secret, 'utf8')).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: TYPE, sub: owner }).encrypt(master);

/** KEY_REFUSED, whatever is wrong: another master key, altered bytes, another owner. The cause could quote the secret. */
export async function openSecret(sealed: string, owner: string, master: KeyObject): Promise<string> {
  const opened = await compactDecrypt(sealed, master, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  }).catch(() => undefined);
  if (opened?.protectedHeader.typ !== TYPE || opened.protectedHeader['sub'] !== owner)
    throw new ExchangeError('KEY_REFUSED', { detail: 'A sealed secret cannot be opened with this master key.' });
  return Buffer.from(opened.plaintext).toString('utf8');
}
