import { open, readFile, rename } from 'node:fs/promises';

/**
 * The newest root of the message log in a file: whoever rules the database and not this folder cannot cut off the log's end
 * unseen. Replaced as a whole; an older one is right, too, as long as it stands in the log.
 */
export async function keepRoot(path: string, jws: Buffer): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w', 0o644);
  try {
    await file.writeFile(jws);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** The root kept in a file; undefined where there is none. */
export const keptRoot = (path: string): Promise<Buffer | undefined> =>
  readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });

/** Name of that file in the data folder. */
export const ROOT_FILE = 'log-root.jws';
/** Name of the spool of actions in the data folder. */
export const SPOOL_FILE = 'audit-spool.jsonl';
