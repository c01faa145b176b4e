import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import {
  evidenceEntry,
  type CarriedEvidence,
  type CarriedEvidenceEntry,
  MessageView,
  type BoundedCount,
  type EventLine,
  type LinkCounts,
  type ListQuery,
  type MessageQuery,
  type MessageDetail,
  type MessagePage,
  type ReceiptLine,
  type Timeline,
  type Scope,
  type TimelineQuery,
} from '#exchange';
import { poolOf } from './data-source.ts';
import { failure } from './failure.ts';
import { readChanges } from './view/changes.ts';
import { readFigures } from './view/figures.ts';
import { LINE_IN, LINE_OUT, lineOf, present, type DetailRow } from './view/lines.ts';
import { countMessages, listMessages, type Names } from './view/list.ts';
import { readStanding } from './view/standing.ts';
import { MAX_COUNT } from './view/stream.ts';
import { readTimeline } from './view/timeline.ts';

/** People share a few connections of their own: whatever they ask, the exchange keeps its pool. */
const CONNECTIONS = 4;
/**
 * Every statement knows the index it is meant to walk. Statistics of a journal that only grows lag behind its newest end,
 * where people look; a sequential scan is never the answer here.
 */
const SESSION = '-c enable_seqscan=off -c jit=off -c statement_timeout=15000 -c random_page_cost=1.1 -c default_transaction_read_only=on';

/** Lists, timelines, details and counts for people, on the journal's own tables. Never used by the pipeline. */
export class PostgresMessageView extends MessageView {
  readonly #pool: Pool;
  readonly #names: Names;

  constructor(dataSource: DataSource, names: Names) {
    super();
    const { options } = poolOf(dataSource);
    const session = `${options.options ?? ''} ${SESSION}`;
    this.#pool = new Pool({ ...options, max: CONNECTIONS, options: session, application_name: 'landbridge view' });
    // An idle connection that breaks is replaced by the pool.
    this.#pool.on('error', () => undefined);
    this.#names = names;
  }

  override list(scope: Scope, query: ListQuery): Promise<MessagePage> {
    return listMessages(this.#rows, scope, query, this.#names);
  }

  override count(scope: Scope, query: MessageQuery): Promise<BoundedCount> {
    return countMessages(this.#rows, scope, query, this.#names);
  }

  override timeline(scope: Scope, query: TimelineQuery): Promise<Timeline> {
    return readTimeline(this.#rows, scope, query, this.#names, new Date());
  }

  override changes(scope: Scope, resume: string | undefined, query: MessageQuery, limit: number) {
    return readChanges(this.#rows, scope, resume, query, limit, this.#names);
  }

  override async countKeys(scope: Scope, keys: readonly string[]) {
    const found = await this.#rows<{ key: string; inward: string; outward: string }>(KEY_COUNTS, [keys, linksOf(scope)]);
    return found.map(({ key, inward, outward }) => {
      const count = Number(inward) + Number(outward);
      return { key, count: { count: Math.min(count, MAX_COUNT), more: count > MAX_COUNT } };
    });
  }

  override async detail(scope: Scope, messageId: string): Promise<readonly MessageDetail[]> {
    const found = await this.#rows<DetailRow>(DETAIL, [messageId, linksOf(scope)]);
    return Promise.all(found.map((row) => this.#detail(scope, row)));
  }

  override async counts(scope: Scope): Promise<readonly LinkCounts[]> {
    const rows = await this.#rows<Record<string, string>>(COUNTS, [linksOf(scope)]);
    return rows.map(({ link = '', ...counts }) => {
      const numbers = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value)]));
      return { link, partner: this.#names.partnerOf(link), ...numbers } as unknown as LinkCounts;
    });
  }

  override standing(scope: Scope, links: readonly string[], now: Date) {
    const within = links.filter((link) => scope.coversLink(link));
    return readStanding(this.#rows, within, now, this.#names);
  }

  override figures(scope: Scope, links: readonly string[], since: Date) {
    const within = links.filter((link) => scope.coversLink(link));
    return readFigures(this.#rows, within, since);
  }

  override async quarantine(scope: Scope, limit: number) {
    const rows = await this.#rows<{
      link: string;
      sha256: string;
      code: string;
      reason: string;
      at: Date;
      count: number;
      claimed: string | null;
    }>(
      `SELECT link, sha256, code, reason, last_at AS at, count, claimed_message_id AS claimed FROM quarantine
        WHERE $2::text[] IS NULL OR link = ANY ($2) ORDER BY last_at DESC LIMIT $1`,
      [limit, linksOf(scope)],
    );
    return rows.map(({ claimed, ...row }) => ({ ...row, ...(claimed === null ? {} : { claimedMessageId: claimed }) }));
  }

  override async quarantinedFrame(scope: Scope, sha256: string): Promise<Buffer | undefined> {
    const text = 'SELECT frame FROM quarantine WHERE sha256 = $1 AND ($2::text[] IS NULL OR link = ANY ($2)) LIMIT 1';
    return (await this.#rows<{ frame: Buffer }>(text, [sha256, linksOf(scope)]))[0]?.frame;
  }

  override async close(): Promise<void> {
    await this.#pool.end();
  }

  async #detail(scope: Scope, row: DetailRow): Promise<MessageDetail> {
    const subject = row.direction === 'in' ? `in:${row.sender}/${row.message_id}` : `out:${row.message_id}`;
    const [receipts, events, evidence, related] = await Promise.all([
      this.#rows<ReceiptRow>(
        `SELECT receipt_id, direction, issuer, levels, status, jws, at FROM receipt WHERE about_message_id = $1 AND about_sender = $2 ORDER BY id`,
        [row.message_id, row.from_party],
      ),
      this.#rows<EventRow>(`SELECT kind, from_state, to_state, actor, cause, at FROM event WHERE subject = $1 ORDER BY id`, [subject]),
      this.#rows<EvidenceLine>(`SELECT * FROM carried_evidence WHERE subject = $1 ORDER BY scheme`, [subject]),
      this.#rows<RelatedRow>(RELATED, [row.message_id, row.source_message_id, row.source_sender, linksOf(scope)]),
    ]);
    return {
      ...lineOf(row, this.#names.partnerOf, scope),
      frame: row.frame,
      issues: row.issues ?? [],
      ...present({ translation: row.translation }),
      receipts: receipts.map(({ receipt_id, jws, ...receipt }) => ({ receiptId: receipt_id, ...receipt, jws: jws.toString('latin1') })),
      events: events.map(({ from_state: from, to_state: to, cause, ...event }) => ({ ...event, ...present({ from, to, cause }) })),
      evidence: evidence.map(evidenceOf),
      related: related.map(({ message_id, ...other }) => ({ ...other, messageId: message_id })),
    };
  }

  readonly #rows = async <Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> => {
    try {
      return (await this.#pool.query(text, [...values])).rows as Row[];
    } catch (error) {
      throw failure(error);
    }
  };
}

/** A scope as a parameter: null is everything. */
const linksOf = ({ links }: Scope): readonly string[] | null => links ?? null;

interface ReceiptRow extends Omit<ReceiptLine, 'receiptId' | 'jws'> {
  readonly receipt_id: string;
  readonly jws: Buffer;
}
interface EventRow extends Omit<EventLine, 'from' | 'to' | 'cause'> {
  readonly from_state: string | null;
  readonly to_state: string | null;
  readonly cause: string | null;
}
interface EvidenceLine {
  readonly subject: string;
  readonly link: string;
  readonly scheme: CarriedEvidence['scheme'];
  readonly key_name: string | null;
  readonly certificate_digest: string | null;
  readonly algorithm: string | null;
  readonly verdict: CarriedEvidence['verdict'];
  readonly reason: string | null;
  readonly at: Date;
  readonly bytes_digest: string;
  readonly signature: Buffer;
}

const evidenceOf = ({ key_name, certificate_digest, algorithm, reason, bytes_digest, ...row }: EvidenceLine): CarriedEvidenceEntry =>
  evidenceEntry({
    ...row,
    bytesDigest: bytes_digest,
    ...(key_name === null ? {} : { keyName: key_name }),
    ...(certificate_digest === null ? {} : { certificateDigest: certificate_digest }),
    ...(algorithm === null ? {} : { algorithm }),
    ...(reason === null ? {} : { reason }),
  });

interface RelatedRow {
  readonly direction: 'in' | 'out';
  readonly message_id: string;
  readonly link: string;
  readonly state: string;
}

const KEY_COUNTS = `
SELECT k.key,
       (SELECT count(*) FROM (SELECT 1 FROM inbox i WHERE i.business_keys @> ARRAY[k.key] AND ($2::text[] IS NULL OR i.link = ANY ($2)) LIMIT ${MAX_COUNT + 1}) x) AS inward,
       (SELECT count(*) FROM (SELECT 1 FROM outbox o WHERE o.business_keys @> ARRAY[k.key] AND o.business_keys <> '{}'
           AND ($2::text[] IS NULL OR o.link = ANY ($2)) LIMIT ${MAX_COUNT + 1}) x) AS outward
  FROM unnest($1::text[]) AS k (key)`;

const DETAIL = `
WITH RECURSIVE walk (sender) AS (
  (SELECT sender FROM inbox ORDER BY sender LIMIT 1)
  UNION ALL
  SELECT (SELECT n.sender FROM inbox n WHERE n.sender > walk.sender ORDER BY n.sender LIMIT 1) FROM walk WHERE walk.sender IS NOT NULL
)
SELECT ${LINE_IN}, i.sender AS from_party, i.frame, i.issues, NULL AS translation
  FROM walk s JOIN inbox i ON i.sender = s.sender AND i.message_id = $1 WHERE $2::text[] IS NULL OR i.link = ANY ($2)
UNION ALL
SELECT ${LINE_OUT}, o.expectation ->> 'from', o.frame, NULL, o.translation
  FROM outbox o JOIN delivery d ON d.id = o.id WHERE o.message_id = $1 AND o.kind = 'message' AND ($2::text[] IS NULL OR o.link = ANY ($2))`;

/** What was made from it, and what it was made from with all that was made from that. */
const RELATED = `
SELECT 'out' AS direction, o.message_id, o.link, d.state FROM outbox o JOIN delivery d USING (id)
 WHERE o.kind = 'message' AND o.source_message_id IN ($1, $2) AND o.message_id <> $1 AND ($4::text[] IS NULL OR o.link = ANY ($4))
UNION ALL
SELECT 'in', message_id, link, state FROM inbox WHERE message_id = $2 AND sender = $3 AND ($4::text[] IS NULL OR link = ANY ($4))`;

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
  FROM links LEFT JOIN inward USING (link) LEFT JOIN isolated USING (link) LEFT JOIN outward USING (link)
 WHERE $1::text[] IS NULL OR link = ANY ($1) ORDER BY link`;
