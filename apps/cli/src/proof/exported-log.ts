import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { LogSource, StoredAudit, StoredRoot } from '#exchange';
import { ExchangeError } from '#model';
import type { LogEntry } from '#trust';

/** A line of an export. */
export type ExportLine =
  | { readonly entry: LogEntry }
  | {
      readonly root: {
        readonly sequence: number;
        readonly lastId: number;
        readonly closedAt: string;
        readonly jws: string;
        readonly token?: string;
      };
    }
  | { readonly audit: StoredAudit };

export const rootLine = ({ sequence, lastId, closedAt, jws, token }: StoredRoot): ExportLine => ({
  root: {
    sequence,
    lastId,
    closedAt: closedAt.toISOString(),
    jws: jws.toString('latin1'),
    ...(token && { token: token.toString('base64') }),
  },
});

/** An exported log, held in memory: about 300 bytes an entry. A long one is exported and verified in pieces (`--from`, `--to`). */
export class ExportedLog implements LogSource {
  readonly #entries: LogEntry[] = [];
  readonly #roots: StoredRoot[] = [];
  readonly #audit: StoredAudit[] = [];

  static async read(path: string): Promise<ExportedLog> {
    const log = new ExportedLog();
    let number = 0;
    try {
      for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
        number += 1;
        if (text !== '') log.#take(JSON.parse(text) as ExportLine);
      }
    } catch (cause) {
      const line = cause instanceof SyntaxError || cause instanceof TypeError ? `${path}, line ${number}` : path;
      throw new ExchangeError('FILE_UNREADABLE', { pointer: line, cause });
    }
    log.#entries.sort((a, b) => a.id - b.id);
    log.#roots.sort((a, b) => a.sequence - b.sequence);
    log.#audit.sort((a, b) => a.sequence - b.sequence);
    return log;
  }

  #take(line: ExportLine): void {
    if ('entry' in line) this.#entries.push(line.entry);
    else if ('root' in line) {
      const { sequence, lastId, closedAt, jws, token } = line.root;
      const stamped = token === undefined ? {} : { token: Buffer.from(token, 'base64') };
      this.#roots.push({ sequence, lastId, closedAt: new Date(closedAt), jws: Buffer.from(jws, 'latin1'), ...stamped });
    } else if ('audit' in line) this.#audit.push(line.audit);
    else throw new TypeError('unknown line');
  }

  async *roots(): AsyncGenerator<StoredRoot> {
    yield* this.#roots;
  }

  async *entries(after: number, last: number): AsyncGenerator<readonly LogEntry[]> {
    // By halves: one look for each root must not read everything.
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.id ?? 0) <= after) low = middle + 1;
      else high = middle;
    }
    const page: LogEntry[] = [];
    for (let entry = this.#entries[low]; entry && entry.id <= last; entry = this.#entries[++low]) page.push(entry);
    if (page.length > 0) yield page;
  }

  async *audit(): AsyncGenerator<StoredAudit> {
    yield* this.#audit;
  }

  async size(): Promise<number> {
    return this.#entries.length;
  }
}
