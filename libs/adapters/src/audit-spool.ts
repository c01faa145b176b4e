import { open, readFile, rename, rm } from 'node:fs/promises';
import type { AuditLog, AuditRecord } from '#exchange';

/**
 * Actions of commands that work without the database (keys, broker): a file in the data folder keeps them, flushed to disk
 * before the command goes on, until a gateway takes them into the chain: at its start and with each interval of the log.
 */
export class AuditSpool {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async append(record: AuditRecord): Promise<void> {
    const file = await open(this.#path, 'a', 0o600);
    try {
      await file.appendFile(`${JSON.stringify(record)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Moves everything into the chain. Cut off in the middle, the next call takes the rest and may repeat what was taken. */
  async drain(audit: Pick<AuditLog, 'append'>): Promise<void> {
    const taken = `${this.#path}.taken`;
    // What an earlier drain left comes first; only then may its file be replaced.
    await this.#take(taken, audit);
    await rename(this.#path, taken).catch(absent);
    await this.#take(taken, audit);
  }

  async #take(path: string, audit: Pick<AuditLog, 'append'>): Promise<void> {
    const text = await readFile(path, 'utf8').catch(absent);
    if (text === undefined) return;
    for (const line of text.split('\n').filter(Boolean)) {
      const record = JSON.parse(line) as Omit<AuditRecord, 'at'> & { readonly at: string };
      await audit.append({ ...record, at: new Date(record.at) });
    }
    await rm(path);
  }
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
