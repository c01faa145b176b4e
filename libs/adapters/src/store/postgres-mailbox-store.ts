import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { MailboxStore, type FrameKind, type MailboxItem } from '#exchange';
import { attachSecond } from '#trust';
import { poolOf } from './data-source.ts';
import { failure } from './failure.ts';
import { STOPPED } from './sql.ts';

/** Positions are taken under a lock of the mailbox, so that they are committed in their order and no reader overtakes a gap. */
const PUT = `
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('landbridge.mailbox:' || $1, 0)))
INSERT INTO mailbox (link, message_id, kind, outbox_id)
SELECT $1, r.message_id, r.kind, r.outbox_id
  FROM turn, unnest($2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY AS r (message_id, kind, outbox_id, place)
 ORDER BY r.place
ON CONFLICT (link, message_id) DO NOTHING`;

const FETCH = `
WITH items AS (
  SELECT position, fetched FROM mailbox WHERE link = $1 AND acknowledged_at IS NULL AND position > $2 AND NOT ${STOPPED('$1')}
   ORDER BY position LIMIT $3 FOR UPDATE
), handed AS (
  UPDATE mailbox m SET fetched = m.fetched + 1 FROM items WHERE m.position = items.position
  RETURNING m.position, m.kind, m.message_id, m.outbox_id, items.fetched
)
SELECT h.position, h.kind, h.message_id, o.type, o.frame, s.signature AS second, h.fetched > 0 OR d.attempt > 1 AS possible_duplicate
  FROM handed h JOIN outbox o ON o.id = h.outbox_id JOIN delivery d ON d.id = h.outbox_id
  LEFT JOIN carried_evidence s ON s.subject = 'out:' || h.message_id AND s.scheme = 'jws-second' ORDER BY h.position`;

const ACKNOWLEDGE = `UPDATE mailbox SET acknowledged_at = now() WHERE link = $1 AND message_id = ANY ($2) AND acknowledged_at IS NULL`;

interface FetchedRow {
  readonly position: string;
  readonly kind: FrameKind;
  readonly message_id: string;
  readonly type: string;
  readonly frame: Buffer;
  readonly second: Buffer | null;
  readonly possible_duplicate: boolean;
}

/** Partners' mailboxes in PostgreSQL. Receipts that arrive settle their messages here in the commit of the exchange store. */
export class PostgresMailboxStore extends MailboxStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async put(
    link: string,
    items: readonly { readonly outboxId: string; readonly messageId: string; readonly kind: FrameKind }[],
  ): Promise<void> {
    if (items.length === 0) return;
    await this.#query('lb-mailbox-put', PUT, [
      link,
      items.map((item) => item.messageId),
      items.map((item) => item.kind),
      items.map((item) => item.outboxId),
    ]);
  }

  override async fetch(link: string, after: string | undefined, limit: number): Promise<readonly MailboxItem[]> {
    const { rows } = await this.#query<FetchedRow>('lb-mailbox-fetch', FETCH, [link, after ?? '0', limit]);
    return rows.map((row) => ({
      position: row.position,
      kind: row.kind,
      messageId: row.message_id,
      type: row.type,
      frame: row.second ? attachSecond(row.frame, row.second) : row.frame,
      possibleDuplicate: row.possible_duplicate,
    }));
  }

  override async acknowledge(link: string, messageIds: readonly string[]): Promise<number> {
    if (messageIds.length === 0) return 0;
    return (await this.#query('lb-mailbox-acknowledge', ACKNOWLEDGE, [link, messageIds])).rowCount ?? 0;
  }

  async #query<Row extends object>(name: string, text: string, values: unknown[]) {
    try {
      return await this.#pool.query<Row & Record<string, unknown>>({ name, text, values });
    } catch (error) {
      throw failure(error);
    }
  }
}
