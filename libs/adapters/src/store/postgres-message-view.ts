import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { MessageView, type LinkCounts, type MessageDetail, type MessageFilter, type MessageLine } from '#exchange';
import { poolOf } from './data-source.ts';
import { failure } from './failure.ts';

/** Lists, details and counts for people, on the journal's own tables. Never used by the pipeline. */
export class PostgresMessageView extends MessageView {
  readonly #pool: Pool;
  readonly #partnerOf: (link: string) => string;

  constructor(dataSource: DataSource, partnerOf: (link: string) => string) {
    super();
    this.#pool = poolOf(dataSource);
    this.#partnerOf = partnerOf;
  }

  override async list(filter: MessageFilter): Promise<readonly MessageLine[]> {
    const inward = filter.direction === 'out' ? [] : await this.#rows<LineRow>(LIST_IN, listValues(filter));
    const outward = filter.direction === 'in' ? [] : await this.#rows<LineRow>(LIST_OUT, listValues(filter));
    return [...inward, ...outward]
      .sort((a, b) => b.at.getTime() - a.at.getTime() || (a.message_id < b.message_id ? 1 : -1))
      .slice(0, filter.limit)
      .map((row) => this.#line(row));
  }

  override async detail(messageId: string): Promise<readonly MessageDetail[]> {
    const found = await this.#rows<DetailRow>(DETAIL, [messageId]);
    return Promise.all(found.map((row) => this.#detail(row)));
  }

  override async counts(): Promise<readonly LinkCounts[]> {
    const rows = await this.#rows<Record<string, string>>(COUNTS, []);
    return rows.map(({ link = '', ...counts }) => {
      const numbers = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value)]));
      return { link, partner: this.#partnerOf(link), ...numbers } as unknown as LinkCounts;
    });
  }

  override async quarantine(limit: number) {
    const rows = await this.#rows<{
      link: string;
      sha256: string;
      code: string;
      reason: string;
      at: Date;
      count: number;
      claimed: string | null;
    }>(
      `SELECT link, sha256, code, reason, last_at AS at, count, claimed_message_id AS claimed FROM quarantine ORDER BY last_at DESC LIMIT $1`,
      [limit],
    );
    return rows.map(({ claimed, ...row }) => ({ ...row, ...(claimed === null ? {} : { claimedMessageId: claimed }) }));
  }

  override async quarantinedFrame(sha256: string): Promise<Buffer | undefined> {
    return (await this.#rows<{ frame: Buffer }>('SELECT frame FROM quarantine WHERE sha256 = $1 LIMIT 1', [sha256]))[0]?.frame;
  }

  async #detail(row: DetailRow): Promise<MessageDetail> {
    const subject = row.direction === 'in' ? `in:${row.sender}/${row.message_id}` : `out:${row.message_id}`;
    const [receipts, events, related] = await Promise.all([
      this.#rows<ReceiptLine>(
        `SELECT direction, issuer, levels, status, jws, at FROM receipt WHERE about_message_id = $1 AND about_sender = $2 ORDER BY id`,
        [row.message_id, row.sender],
      ),
      this.#rows<EventLine>(`SELECT kind, from_state, to_state, actor, cause, at FROM event WHERE subject = $1 ORDER BY id`, [subject]),
      this.#rows<RelatedRow>(RELATED, [row.message_id, row.source_message_id]),
    ]);
    return {
      ...this.#line(row),
      frame: row.frame,
      issues: row.issues ?? [],
      ...(row.mapping ? { mapping: row.mapping } : {}),
      receipts: receipts.map((receipt) => ({ ...receipt, jws: receipt.jws.toString('latin1') })),
      events: events.map(({ from_state, to_state, cause, ...event }) => ({
        ...event,
        ...(from_state === null ? {} : { from: from_state }),
        ...(to_state === null ? {} : { to: to_state }),
        ...(cause === null ? {} : { cause }),
      })),
      related: related.map(({ message_id, ...other }) => ({ ...other, messageId: message_id })),
    };
  }

  #line(row: LineRow): MessageLine {
    return {
      direction: row.direction,
      link: row.link,
      partner: this.#partnerOf(row.link),
      messageId: row.message_id,
      type: row.type,
      ...(row.function_code === null ? {} : { functionCode: row.function_code }),
      state: row.state,
      at: row.at,
      attempt: row.attempt,
      duplicates: row.duplicates,
      ...(row.order_key === null ? {} : { orderKey: row.order_key }),
    };
  }

  async #rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as Row[];
    } catch (error) {
      throw failure(error);
    }
  }
}

interface LineRow {
  readonly direction: 'in' | 'out';
  readonly link: string;
  readonly message_id: string;
  readonly type: string;
  readonly function_code: string | null;
  readonly state: string;
  readonly at: Date;
  readonly attempt: number;
  readonly duplicates: number;
  readonly order_key: string | null;
}
interface DetailRow extends LineRow {
  readonly sender: string;
  readonly source_message_id: string | null;
  readonly frame: Buffer;
  readonly issues: MessageDetail['issues'] | null;
  readonly mapping: MessageDetail['mapping'] | null;
}
interface ReceiptLine {
  readonly direction: string;
  readonly issuer: string;
  readonly levels: string[];
  readonly status: string;
  readonly jws: Buffer;
  readonly at: Date;
}
interface EventLine {
  readonly kind: string;
  readonly from_state: string | null;
  readonly to_state: string | null;
  readonly actor: string;
  readonly cause: string | null;
  readonly at: Date;
}
interface RelatedRow {
  readonly direction: 'in' | 'out';
  readonly message_id: string;
  readonly link: string;
  readonly state: string;
}

const listValues = (filter: MessageFilter): unknown[] => [
  filter.link ?? null,
  filter.state ?? null,
  filter.type ?? null,
  filter.businessKey ?? null,
  filter.before?.at ?? null,
  filter.before?.messageId ?? null,
  filter.limit,
];

/** Newest first; the keyset `(at, message_id)` walks an index from where the last page ended. */
const LIST_IN = `
SELECT 'in' AS direction, i.link, i.message_id, i.type, i.function_code, i.state, i.received_at AS at, 0 AS attempt,
       coalesce(r.count, 0) AS duplicates, i.order_key
  FROM inbox i LEFT JOIN inbox_repeat r USING (sender, message_id)
 WHERE ($1::text IS NULL OR i.link = $1) AND ($2::text IS NULL OR i.state = $2) AND ($3::text IS NULL OR i.type = $3)
   AND ($4::text IS NULL OR i.business_keys @> ARRAY[$4::text])
   AND ($5::timestamptz IS NULL OR (i.received_at, i.message_id) < ($5, $6::text))
 ORDER BY i.received_at DESC, i.message_id DESC LIMIT $7`;

const LIST_OUT = `
SELECT 'out' AS direction, o.link, o.message_id, o.type, o.function_code, d.state, o.created_at AS at, d.attempt, 0 AS duplicates, o.order_key
  FROM outbox o JOIN delivery d USING (id)
 WHERE o.kind = 'message'
   AND ($1::text IS NULL OR o.link = $1) AND ($2::text IS NULL OR d.state = $2) AND ($3::text IS NULL OR o.type = $3)
   AND ($4::text IS NULL OR (o.business_keys @> ARRAY[$4::text] AND o.business_keys <> '{}'))
   AND ($5::timestamptz IS NULL OR (o.created_at, o.message_id) < ($5, $6::text))
 ORDER BY o.created_at DESC, o.message_id DESC LIMIT $7`;

const DETAIL = `
SELECT 'in' AS direction, i.sender, i.link, i.message_id, i.type, i.function_code, i.state, i.received_at AS at, 0 AS attempt,
       coalesce(r.count, 0) AS duplicates, i.order_key, NULL AS source_message_id, i.frame, i.issues, i.mapping
  FROM inbox i LEFT JOIN inbox_repeat r USING (sender, message_id) WHERE i.message_id = $1
UNION ALL
SELECT 'out', o.expectation ->> 'from', o.link, o.message_id, o.type, o.function_code, d.state, o.created_at, d.attempt, 0, o.order_key,
       o.source_message_id, o.frame, NULL, o.mapping
  FROM outbox o JOIN delivery d USING (id) WHERE o.message_id = $1 AND o.kind = 'message'`;

/** What was made from it, and what it was made from with all that was made from that. */
const RELATED = `
SELECT 'out' AS direction, o.message_id, o.link, d.state FROM outbox o JOIN delivery d USING (id)
 WHERE o.kind = 'message' AND o.source_message_id IN ($1, $2) AND o.message_id <> $1
UNION ALL
SELECT 'in', message_id, link, state FROM inbox WHERE message_id = $2`;

const COUNTS = `
WITH links AS (SELECT link FROM link_head UNION SELECT DISTINCT link FROM inbox UNION SELECT DISTINCT link FROM quarantine),
inward AS (
  SELECT i.link, count(*) AS received, count(*) FILTER (WHERE state = 'routed') AS accepted, count(*) FILTER (WHERE state = 'refused') AS refused,
         count(*) FILTER (WHERE state = 'parked') AS parked, coalesce(sum(r.count), 0) AS duplicates
    FROM inbox i LEFT JOIN inbox_repeat r USING (sender, message_id) GROUP BY i.link),
isolated AS (SELECT link, sum(count) AS quarantined FROM quarantine GROUP BY link),
outward AS (
  SELECT link, count(*) AS sent, 
         count(*) FILTER (WHERE published_at IS NOT NULL OR state IN ('stored', 'valid', 'accepted', 'refused', 'closed')) AS delivered,
         count(*) FILTER (WHERE state IN ('stored', 'valid', 'accepted', 'refused', 'closed')) AS receipted,
         count(*) FILTER (WHERE state IN ('ready', 'retrying', 'publishing')) AS waiting,
         count(*) FILTER (WHERE state = 'unknown') AS unknown, count(*) FILTER (WHERE state = 'expired') AS expired
    FROM delivery WHERE kind = 'message' GROUP BY link)
SELECT link, coalesce(received, 0) AS received, coalesce(accepted, 0) AS accepted, coalesce(refused, 0) AS refused,
       coalesce(parked, 0) AS parked, coalesce(quarantined, 0) AS quarantined, coalesce(duplicates, 0) AS duplicates,
       coalesce(sent, 0) AS sent, coalesce(delivered, 0) AS delivered, coalesce(receipted, 0) AS receipted,
       coalesce(waiting, 0) AS waiting, coalesce(unknown, 0) AS unknown, coalesce(expired, 0) AS expired
  FROM links LEFT JOIN inward USING (link) LEFT JOIN isolated USING (link) LEFT JOIN outward USING (link) ORDER BY link`;
