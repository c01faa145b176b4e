import { randomBytes, type KeyObject } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExchangeError } from '#model';
import {
  directoryKey,
  generateKey,
  KeyDirectory,
  LocalSigner,
  masterKey,
  openPrivateKey,
  sealPrivateKey,
  type KeyDocument,
  type SigningAlgorithm,
} from '#trust';

const DOCUMENT = '.keys.json';
const PRIVATE = '.key.jwe';

/**
 * Keys on disk: `<folder>/<PARTY>.keys.json` holds a party's public key document, `<folder>/private/<kid>.key.jwe` a private
 * key of ours, encrypted under the master key, mode 0600. Nothing here is ever written in clear.
 */
export class KeyFolder {
  readonly #folder: string;
  readonly #master: KeyObject;

  private constructor(folder: string, master: KeyObject) {
    this.#folder = folder;
    this.#master = master;
  }

  static async open(folder: string, master: KeyObject): Promise<KeyFolder> {
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

  /** Makes a key pair for a party of ours: the private half encrypted, the public half appended to the party's document. */
  async generate(party: string, alg: SigningAlgorithm, now: Date): Promise<LocalSigner> {
    const privateKey = generateKey(alg);
    const signer = new LocalSigner(privateKey);
    await replaceFile(join(this.#folder, 'private', signer.kid + PRIVATE), await sealPrivateKey(privateKey, this.#master), 0o600);
    const known = (await this.documents()).find((document) => document.party === party);
    const keys = [...(known?.keys ?? []), directoryKey(signer.jwk, { from: now })];
    await this.store({ profile: 'LB-PROTO-1', party, version: (known?.version ?? 0) + 1, issued: now.toISOString(), keys });
    return signer;
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
    const sealed = record && (await readFile(join(this.#folder, 'private', record.kid + PRIVATE), 'utf8').catch(() => undefined));
    if (sealed === undefined) {
      throw new ExchangeError('CONFIGURATION_INVALID', {
        pointer: 'keys',
        detail: `No active private key of ${party}; run landbridge keys generate --party ${party}.`,
      });
    }
    return openPrivateKey(sealed, this.#master);
  }
}

/** The master key: given as base64, else read from `file`, which is made with mode 0600 when it is not there. */
export async function loadMasterKey(base64: string | undefined, file: string): Promise<KeyObject> {
  if (base64 !== undefined) return masterKey(Buffer.from(base64, 'base64'));
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return masterKey(Buffer.from(kept.trim(), 'base64'));
  const octets = randomBytes(32);
  await writeFile(file, octets.toString('base64'), { mode: 0o600, flag: 'wx' });
  return masterKey(octets);
}

/** Temporary name, fsync, rename: a crash leaves the old file or the new one, never half of one. */
async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
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
