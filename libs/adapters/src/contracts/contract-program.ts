import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A page of the published contracts, whole. */
export interface WrittenPage {
  readonly path: string;
  readonly type: string;
  readonly text: string;
  readonly ofInstallation: boolean;
}

/** Room for every page; the mapping tables are the largest part. */
const MAX_PAGES = 256 * 1024 * 1024;

/**
 * Every page of the contracts of the installation in `home`, made by a program of its own (`bin/contracts.mjs`): reading all mappings and describing all handlers
 * takes seconds of computing, in which whoever asks for them goes on. The program is told nothing of our settings. Rejects when it fails.
 */
export async function runContractProgram(home: string): Promise<readonly WrittenPage[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(home, 'bin', 'contracts.mjs')], {
    maxBuffer: MAX_PAGES,
    cwd: home,
    env: {},
  });
  return JSON.parse(stdout) as WrittenPage[];
}
