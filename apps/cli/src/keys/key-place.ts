import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KeyFolder, loadMasterKey } from '#adapters/keys';
import { loadEnvironment } from '#config';
import { usage } from '../terminal/report.ts';

/** The key folder named, or that of the gateway; the master key lies beside the folder, never in it. */
export async function openKeys(folder: string | undefined): Promise<KeyFolder> {
  const { LANDBRIDGE_DATA, MASTER_KEY, MASTER_KEY_COMMAND } = loadEnvironment();
  const path = folder ?? join(LANDBRIDGE_DATA, 'keys');
  await mkdir(dirname(path), { recursive: true });
  return KeyFolder.open(path, await loadMasterKey(MASTER_KEY, join(dirname(path), 'master.key'), MASTER_KEY_COMMAND));
}

/** Throws USAGE. */
export function requireParty(party: string): void {
  if (!/^[A-Z][A-Z0-9]{1,15}$/.test(party)) throw usage('--party', 'A party key has 2 to 16 capital letters and digits.');
}
