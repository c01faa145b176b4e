import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyFolder, loadMasterKey } from '#adapters';
import type { SigningAlgorithm } from '#trust';

export interface KeyHolder {
  readonly party: string;
  readonly folder: string;
  readonly alg: SigningAlgorithm;
  /** Whose public keys it needs besides its own. */
  readonly knows: readonly string[];
}

/**
 * A key pair for everybody, and everybody the public keys of those it talks to, as partners exchange them once by hand.
 * The public documents also go to `published`, for verifying later.
 */
export async function exchangeKeys(holders: readonly KeyHolder[], published: string, now: Date): Promise<void> {
  await mkdir(published, { recursive: true });
  const folders = new Map<string, KeyFolder>();
  for (const { party, folder, alg } of holders) {
    await mkdir(folder, { recursive: true });
    const keys = await KeyFolder.open(join(folder, 'keys'), await loadMasterKey(undefined, join(folder, 'master.key')));
    await keys.generate(party, alg, now);
    folders.set(party, keys);
  }
  const documents = (await Promise.all([...folders.values()].map((keys) => keys.documents()))).flat();
  for (const document of documents) {
    await writeFile(join(published, `${document.party}.keys.json`), `${JSON.stringify(document, null, 2)}\n`);
    for (const { party, knows } of holders) if (knows.includes(document.party)) await folders.get(party)?.store(document);
  }
}

/** Only what proves something stays behind: no private key, no master key, no token, no secret. */
export async function forgetPrivateKeys(holders: readonly Pick<KeyHolder, 'folder'>[]): Promise<void> {
  for (const { folder } of holders) {
    await rm(join(folder, 'keys'), { recursive: true, force: true });
    for (const secret of ['master.key', 'local.token', 'first-administrator.txt']) await rm(join(folder, secret), { force: true });
  }
}
