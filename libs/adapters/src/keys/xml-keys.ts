import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExchangeError } from '#model';
import { openSealedXmlKey, sealXmlKey } from '#trust';

const SUFFIX = '.xmlkey.jwe';
/** A certificate number as a file name: nothing of it can lead out of the folder. */
const NUMBER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Our RSA keys for XML signatures: `<folder>/private/<certificate number>.xmlkey.jwe`, encrypted under the master key, mode 0600. */
export class XmlKeyFolder {
  readonly #folder: string;
  readonly #master: KeyObject;

  constructor(folder: string, master: KeyObject) {
    this.#folder = join(folder, 'private');
    this.#master = master;
  }

  /** Keeps a private key in PEM under the number of its certificate. Throws KEY_REFUSED when it is no RSA key of 2,048 bits. */
  async keep(keyName: string, pem: string): Promise<void> {
    if (!NUMBER.test(keyName)) throw new ExchangeError('KEY_REFUSED', { detail: 'The certificate number is not one.' });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const sealed = await sealXmlKey(keyName, readPem(pem), this.#master);
    const path = join(this.#folder, keyName + SUFFIX);
    await writeFile(`${path}.tmp`, sealed, { mode: 0o600, flush: true });
    await rename(`${path}.tmp`, path);
  }

  /** Every key here by certificate number. */
  async keys(): Promise<ReadonlyMap<string, KeyObject>> {
    const names = await readdir(this.#folder).catch(() => []);
    const opened = names
      .filter((name) => name.endsWith(SUFFIX))
      .map(async (name) => {
        const keyName = name.slice(0, -SUFFIX.length);
        return [keyName, await openSealedXmlKey(await readFile(join(this.#folder, name), 'utf8'), keyName, this.#master)] as const;
      });
    return new Map(await Promise.all(opened));
  }
}

function readPem(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new ExchangeError('KEY_REFUSED', { detail: 'Not one private key in PEM without a password.' });
  }
}
