import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { LogStore, type FrameKind, type KeptRow, type LogProof, type LogSource, type StoredAudit, type StoredRoot } from '#exchange';
import { encodeLogEntry, inclusionPath, leafHash, readLogRoot, type LogEntry } from '#trust';
import { poolOf } from './data-source.ts';
import { failure } from './failure.ts';
import * as sql from './log-sql.ts';

const PAGE = 500;
/** Larger frames are read one at a time, so that a page never takes the memory. */
const LARGE_FRAME = 1024 * 1024;

interface EntryRow {
  readonly id: string;
  readonly at: string;
  readonly link: string;
  readonly direction: 'in' | 'out';
  readonly kind: 'message' | 'receipt';
  readonly message_id: string;
  readonly link_sequence: string | null;
  readonly previous_digest: string | null;
  readonly manifest_digest: string | null;
  readonly jws_digest: string;
}
interface RootRow {
  readonly sequence: string;
  readonly last_id: string;
  readonly closed_at: Date;
  readonly jws: Buffer;
  readonly token: Buffer | null;
}

/** The message log in PostgreSQL: proofs for readers, intervals for the keeper, everything for a verification. */
export class PostgresLog extends LogStore implements LogSource {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async proofOf(
    kind: FrameKind,
    messageId: string,
    where: { readonly link?: string; readonly direction?: 'in' | 'out' } = {},
  ): Promise<LogProof | undefined> {
    const [row] = await this.#rows<EntryRow>(sql.ENTRY, [kind, messageId, where.link ?? null, where.direction ?? null]);
    if (!row) return undefined;
    const [covering] = await this.#rows<RootRow>(sql.COVERING_ROOT, [row.id]);
    const root = covering && readLogRoot(covering.jws);
    if (!root) return undefined;
    const entry = entryOf(row);
    const leaves: Buffer[] = [];
    let index = -1;
    for await (const page of this.entries(root.entries.after, root.entries.last)) {
      for (const other of page) {
        if (other.id === entry.id) index = leaves.length;
        leaves.push(leafHash(encodeLogEntry(other)));
      }
    }
    const path = inclusionPath(leaves, index);
    const stamped = covering.token ? { timestamp: covering.token } : {};
    return { leaf: encodeLogEntry(entry), index, size: leaves.length, path, root: covering.jws, ...stamped };
  }

  override async alone<T>(work: () => Promise<T>): Promise<T | undefined> {
    const client = await this.#pool.connect().catch((error: unknown) => Promise.reject(failure(error)));
    // The connection may be lost meanwhile: the lock is gone then, and a root of the same number is refused by its key.
    let broken = true;
    try {
      const { rows } = await client.query<{ held: boolean }>(sql.TRY_CLOSER);
      const held = rows[0]?.held === true;
      try {
        return held ? await work() : undefined;
      } finally {
        if (held) await client.query(sql.FREE_CLOSER);
        broken = false;
      }
    } catch (error) {
      throw failure(error);
    } finally {
      client.release(broken);
    }
  }

  override async lastRoot(): Promise<StoredRoot | undefined> {
    const [row] = await this.#rows<RootRow>(sql.LAST_ROOT, []);
    return row && rootOf(row);
  }

  override async settled(): Promise<number> {
    const client = await this.#pool.connect().catch((error: unknown) => Promise.reject(failure(error)));
    try {
      await client.query('BEGIN');
      // Whoever commits waits behind us meanwhile: a writer that does not end must not hold them up.
      await client.query(`SET LOCAL lock_timeout = '2s'`);
      await client.query(sql.FENCE);
      const { rows } = await client.query<{ last: string }>(sql.LAST_ENTRY);
      await client.query('COMMIT');
      client.release();
      return Number(rows[0]?.last ?? 0);
    } catch (error) {
      client.release(true);
      throw failure(error);
    }
  }

  override async *entries(after: number, last: number): AsyncGenerator<readonly LogEntry[]> {
    for (let from = after; ;) {
      const rows = await this.#rows<EntryRow>(sql.ENTRIES, [from, last, PAGE]);
      if (rows.length > 0) yield rows.map(entryOf);
      if (rows.length < PAGE) return;
      from = Number(rows.at(-1)?.id);
    }
  }

  override async auditEnd(): Promise<{ readonly count: number; readonly digest?: string }> {
    const [row] = await this.#rows<{ sequence: string; digest: string }>(sql.AUDIT_END, []);
    return row ? { count: Number(row.sequence), digest: row.digest } : { count: 0 };
  }

  override async addRoot({ sequence, lastId, closedAt, jws }: Omit<StoredRoot, 'token'>): Promise<void> {
    await this.#rows(sql.ADD_ROOT, [sequence, closedAt, lastId, jws]);
  }

  override async unstamped(limit: number): Promise<readonly StoredRoot[]> {
    return (await this.#rows<RootRow>(sql.UNSTAMPED, [limit])).map(rootOf);
  }

  override async addTimestamp(sequence: number, token: Buffer, at: Date): Promise<void> {
    await this.#rows(sql.ADD_TIMESTAMP, [sequence, token, at]);
  }

  async *roots(): AsyncGenerator<StoredRoot> {
    for (let from = 0; ;) {
      const rows = await this.#rows<RootRow>(sql.ROOTS, [from, PAGE]);
      for (const row of rows) yield rootOf(row);
      if (rows.length < PAGE) return;
      from = Number(rows.at(-1)?.sequence);
    }
  }

  async *audit(): AsyncGenerator<StoredAudit> {
    for (let from = 0; ;) {
      const rows = await this.#rows<sql.AuditRow>(sql.AUDIT_PAGE, [from, PAGE]);
      for (const row of rows) yield sql.auditOf(row);
      if (rows.length < PAGE) return;
      from = Number(rows.at(-1)?.sequence);
    }
  }

  async size(): Promise<number> {
    const [row] = await this.#rows<{ count: string }>('SELECT count(*) FROM log_entry', []);
    return Number(row?.count ?? 0);
  }

  async kept(entries: readonly LogEntry[]): Promise<ReadonlyMap<number, KeptRow>> {
    const ids = entries.map(({ id }) => id);
    const rows = await this.#rows<{ id: string; at: string; octets: Buffer | null; purged: boolean }>(sql.KEPT, [ids, LARGE_FRAME]);
    const kept = new Map<number, KeptRow>();
    for (const { id, at, octets, purged } of rows) {
      const whole = octets ?? (await this.#rows<{ octets: Buffer }>(sql.KEPT, [[id], 2 ** 31 - 1]))[0]?.octets;
      if (whole) kept.set(Number(id), { at: sql.instant(at), octets: whole, ...(purged && { purged }) });
    }
    return kept;
  }

  async *unlogged(): AsyncGenerator<{
    readonly table: 'inbox' | 'outbox' | 'receipt';
    readonly link?: string;
    readonly messageId: string;
  }> {
    const rows = await this.#rows<{ table: 'inbox' | 'outbox' | 'receipt'; link: string | null; message_id: string }>(sql.UNLOGGED, []);
    for (const { table, link, message_id } of rows) yield { table, messageId: message_id, ...(link !== null && { link }) };
  }

  async #rows<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as Row[];
    } catch (error) {
      throw failure(error);
    }
  }
}

const entryOf = (row: EntryRow): LogEntry => ({
  id: Number(row.id),
  at: sql.instant(row.at),
  link: row.link,
  direction: row.direction,
  kind: row.kind,
  messageId: row.message_id,
  jwsDigest: row.jws_digest,
  ...(row.link_sequence !== null && { sequence: Number(row.link_sequence) }),
  ...(row.previous_digest !== null && { previousDigest: row.previous_digest }),
  ...(row.manifest_digest !== null && { manifestDigest: row.manifest_digest }),
});

const rootOf = ({ sequence, last_id, closed_at, jws, token }: RootRow): StoredRoot => ({
  sequence: Number(sequence),
  lastId: Number(last_id),
  closedAt: closed_at,
  jws,
  ...(token && { token }),
});
