import { randomBytes, type KeyObject } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExchangeError } from '#model';
import {
  directoryKey,
  generateKey,
  KeyDirectory,
  LocalSigner,
  masterKey,
  nextKeyDocument,
  openPrivateKey,
  sealPrivateKey,
  type KeyChange,
  type KeyDocument,
  type MasterKey,
  type PublicJwk,
  type SigningAlgorithm,
} from '#trust';
import { CommandMasterKey } from './command-master-key.ts';

const DOCUMENT = '.keys.json';
const PRIVATE = '.key.jwe';
const MODULE = '.module.json';

/** A key of ours that a signature service keeps: the name of the service, and the public half. */
export interface ModuleKey {
  readonly service: string;
  readonly jwk: PublicJwk;
}

/**
 * Keys on disk: `<folder>/<PARTY>.keys.json` holds a party's public key document, `<folder>/private/<kid>.key.jwe` a private
 * key of ours, encrypted under the master key, mode 0600, or `<kid>.module.json` the name of the signature service that keeps it.
 * Nothing secret is ever written in clear.
 */
export class KeyFolder {
  readonly #folder: string;
  readonly #master: MasterKey;

  private constructor(folder: string, master: MasterKey) {
    this.#folder = folder;
    this.#master = master;
  }

  static async open(folder: string, master: MasterKey): Promise<KeyFolder> {
    await mkdir(join(folder, 'private'), { recursive: true, mode: 0o700 });
    return new KeyFolder(folder, master);
  }

  /** Every public key document in the folder as one directory. The operator vouches for these files. */
  async directory(authority?: string): Promise<KeyDirectory> {
    const directory = new KeyDirectory(authority === undefined ? {} : { authority });
    for (const document of await this.documents()) directory.importTrusted(document);
    return directory;
  }

  async documents(): Promise<KeyDocument[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(DOCUMENT)).sort();
    return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(this.#folder, name), 'utf8')) as KeyDocument));
  }

  /** Makes a key pair and keeps the private half encrypted; in no document yet. */
  async make(alg: SigningAlgorithm): Promise<LocalSigner> {
    const privateKey = generateKey(alg);
    const signer = new LocalSigner(privateKey);
    await replaceFile(this.#privateFile(signer.kid), await sealPrivateKey(privateKey, this.#master), 0o600);
    return signer;
  }

  /**
   * Makes a key pair for a party of ours: the private half encrypted, the public half appended to the party's document. The first
   * key of a party is active at once; a later one is pending and goes its way from there.
   */
  async generate(party: string, alg: SigningAlgorithm, now: Date): Promise<LocalSigner> {
    const signer = await this.make(alg);
    await this.#add(party, signer.jwk, now);
    return signer;
  }

  /** As `generate`, for a key pair that a signature service made and keeps. Throws KEY_REFUSED for a key that is no signing key. */
  async attach(party: string, { kid, jwk }: { readonly kid: string; readonly jwk: PublicJwk }, service: string, now: Date): Promise<void> {
    const key: ModuleKey = { service, jwk };
    await replaceFile(this.#moduleFile(kid), `${JSON.stringify(key)}\n`, 0o600);
    await this.#add(party, jwk, now);
  }

  async #add(party: string, jwk: PublicJwk, now: Date): Promise<void> {
    const known = await this.#document(party);
    const status = known?.keys.some((key) => key.status === 'active') ? 'pending' : 'active';
    await this.change(party, { change: 'add', key: directoryKey(jwk, { from: now, status }) }, now);
  }

  /** Which service keeps a key of ours; undefined for every other key. */
  async moduleOf(kid: string): Promise<ModuleKey | undefined> {
    const text = await readFile(this.#moduleFile(kid), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    await requirePrivate(this.#moduleFile(kid));
    return JSON.parse(text) as ModuleKey;
  }

  /** Takes a key of a party one step further (`nextKeyDocument`) and keeps the new document. */
  async change(party: string, change: KeyChange, now: Date): Promise<KeyDocument> {
    const next = nextKeyDocument(party, await this.#document(party), change, now);
    await this.store(next);
    return next;
  }

  async #document(party: string): Promise<KeyDocument | undefined> {
    return (await this.documents()).find((document) => document.party === party);
  }

  #moduleFile(kid: string): string {
    return join(this.#folder, 'private', kid + MODULE);
  }

  #privateFile(kid: string): string {
    return join(this.#folder, 'private', kid + PRIVATE);
  }

  /** The signer of a key, when its private half is here. Throws CONFIGURATION_INVALID when others may read the file. */
  async signerOf(kid: string): Promise<LocalSigner | undefined> {
    const sealed = await readFile(this.#privateFile(kid), 'utf8').catch(() => undefined);
    if (sealed === undefined) return undefined;
    await requirePrivate(this.#privateFile(kid));
    return openPrivateKey(sealed, this.#master);
  }

  /** Keeps a public key document, checked as `KeyDirectory.importTrusted` checks it together with all others here. */
  async store(document: KeyDocument): Promise<void> {
    const others = (await this.documents()).filter(({ party }) => party !== document.party);
    const directory = new KeyDirectory();
    for (const other of others) directory.importTrusted(other);
    directory.importTrusted(document);
    await replaceFile(join(this.#folder, document.party + DOCUMENT), `${JSON.stringify(document, null, 2)}\n`, 0o644);
  }

  /** The signer of a party: its newest active key whose private half is here. */
  async signer(party: string, now: Date): Promise<LocalSigner> {
    const record = (await this.directory()).signingKey(party, now);
    const signer = record && (await this.signerOf(record.kid));
    if (signer) return signer;
    throw new ExchangeError('CONFIGURATION_INVALID', {
      pointer: 'keys',
      detail: `No active private key of ${party}; run landbridge keys generate --party ${party}.`,
    });
  }
}

/** The master key: with a `command` kept by that program, else given as base64, else read from `file`, which is made with mode 0600 when it is not there. */
export async function loadMasterKey(base64: string | undefined, file: string, command?: string): Promise<MasterKey> {
  if (command !== undefined) return new CommandMasterKey(command);
  if (base64 !== undefined) return masterKey(Buffer.from(base64, 'base64'));
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) {
    await requirePrivate(file);
    return masterKey(Buffer.from(kept.trim(), 'base64'));
  }
  const octets = randomBytes(32);
  await writeFile(file, octets.toString('base64'), { mode: 0o600, flag: 'wx' });
  return masterKey(octets);
}

/**
 * The key that other secrets at rest are sealed with: the master key itself where it is octets of ours, else a data key that its
 * keeper wrapped, kept in `file`.
 */
export async function secretsKey(master: MasterKey, file: string): Promise<KeyObject> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return master.recover(Buffer.from(kept, 'base64'));
  const { key, wrapped } = await master.contentKey();
  if (wrapped) await replaceFile(file, wrapped.toString('base64'), 0o600);
  return key;
}

/** A key that the group or everybody can read is no secret: better not to start than to go on with it. */
async function requirePrivate(file: string): Promise<void> {
  if (process.platform === 'win32' || ((await stat(file)).mode & 0o077) === 0) return;
  throw new ExchangeError('CONFIGURATION_INVALID', { pointer: file, detail: 'Others may read this file; chmod 600 it.' });
}

/** Temporary name, fsync, rename: a crash leaves the old file or the new one, never half of one. */
async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'w', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(temporary, mode);
  await rename(temporary, path);
}
