/**
 * Private keys at rest: compact JWE (RFC 7516), `dir` with A256GCM, under what only the master key can open. Private keys live in
 * KeyObjects, which never print their content.
 */
import { createPrivateKey, createSecretKey, randomBytes, type JsonWebKey, type KeyObject } from 'node:crypto';
import { ExchangeError, parseStrictJson } from '#model';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { LocalSigner } from './signer.ts';

const TYPE = 'lb-private-key+jwe';

/** A key to encrypt one private key with, and what has to be kept beside the ciphertext to come by it again. */
export interface ContentKey {
  readonly key: KeyObject;
  readonly wrapped?: Buffer;
}

/**
 * Whoever guards the private keys at rest. With octets of our own they encrypt directly; a key management service or hardware
 * module keeps its key to itself and wraps a fresh data key for each private key (envelope encryption).
 */
export abstract class MasterKey {
  abstract contentKey(): Promise<ContentKey>;
  /** The content key again, from what was kept beside the ciphertext. Rejects where it is not ours. */
  abstract recover(wrapped: Buffer | undefined): Promise<KeyObject>;
}

/** 32 octets of our own, from a file or the environment. */
class LocalMasterKey extends MasterKey {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    super();
    this.#key = key;
  }

  override contentKey(): Promise<ContentKey> {
    return Promise.resolve({ key: this.#key });
  }

  override recover(wrapped: Buffer | undefined): Promise<KeyObject> {
    return wrapped === undefined ? Promise.resolve(this.#key) : Promise.reject(new ExchangeError('KEY_REFUSED'));
  }
}

/** Takes exactly 32 octets; anything else is refused. */
export function masterKey(octets: Uint8Array): MasterKey {
  if (octets.length !== 32) throw new ExchangeError('CONFIGURATION_INVALID', { detail: 'The master key has exactly 32 octets.' });
  return new LocalMasterKey(createSecretKey(octets));
}

/** A master key that never leaves its keeper, who wraps and unwraps 32 octets. */
export abstract class WrappingMasterKey extends MasterKey {
  protected abstract wrap(octets: Buffer): Promise<Buffer>;
  protected abstract unwrap(wrapped: Buffer): Promise<Buffer>;

  override async contentKey(): Promise<ContentKey> {
    const octets = randomBytes(32);
    try {
      return { key: createSecretKey(octets), wrapped: await this.wrap(octets) };
    } finally {
      octets.fill(0);
    }
  }

  override async recover(wrapped: Buffer | undefined): Promise<KeyObject> {
    const octets = wrapped === undefined ? Buffer.alloc(0) : await this.unwrap(wrapped);
    if (octets.length !== 32) throw new ExchangeError('KEY_REFUSED');
    try {
      return createSecretKey(octets);
    } finally {
      octets.fill(0);
    }
  }
}

/** Encrypts a private key for storage. The kid stands in the clear so that files can be told apart. */
export async function sealPrivateKey(privateKey: KeyObject, master: MasterKey): Promise<string> {
  const { kid } = new LocalSigner(privateKey);
  const { key, wrapped } = await master.contentKey();
  const how = wrapped === undefined ? {} : { wrapped: wrapped.toString('base64url') };
  return new CompactEncrypt(Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' }))))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: TYPE, kid, ...how })
    .encrypt(key);
}

/** Opens a stored key. One refusal (KEY_REFUSED) whatever is wrong: another master key, altered bytes, another kid. */
export async function openPrivateKey(jwe: string, master: MasterKey): Promise<LocalSigner> {
  const wrapped = wrappedIn(jwe);
  // That the keeper of the master key does not answer is another matter than a wrong key, and may be told.
  const key = await master.recover(wrapped).catch((error: unknown) => {
    if (error instanceof ExchangeError && error.code === 'CONFIGURATION_INVALID') throw error;
    return unreadable();
  });
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, key, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  }).catch(() => unreadable());
  const json = parseStrictJson(plaintext, { depth: 2 });
  if (!json.ok || protectedHeader.typ !== TYPE) return unreadable();
  const signer = new LocalSigner(privateKeyOf(json.value as JsonWebKey));
  return signer.kid === protectedHeader.kid ? signer : unreadable();
}

function wrappedIn(jwe: string): Buffer | undefined {
  try {
    const { wrapped } = decodeProtectedHeader(jwe) as { wrapped?: unknown };
    return typeof wrapped === 'string' ? Buffer.from(wrapped, 'base64url') : undefined;
  } catch {
    return unreadable();
  }
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
