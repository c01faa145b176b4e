import type { DataSource } from 'typeorm';
import { failure } from './failure.ts';
import { poolOf } from './data-source.ts';

export interface PurgeCount {
  /** Messages whose documents were, or would be, removed. */
  readonly messages: number;
  /** Octets of documents. */
  readonly octets: number;
}

export interface PurgeResult {
  readonly received: PurgeCount;
  readonly sent: PurgeCount;
}

/** Rows a transaction: short enough that nobody waits for it. */
const BATCH = 200;

/** A frame begins with 11 octets (LB-PROTO-1 §7); the JWS follows, then the parts. */
const JWS_OCTETS = `(get_byte(frame, 7)::bigint << 24 | get_byte(frame, 8) << 16 | get_byte(frame, 9) << 8 | get_byte(frame, 10))`;
const WITHOUT_PARTS = `substring(frame FROM 1 FOR 5) || '\\x0000'::bytea || substring(frame FROM 8 FOR 4 + ${JWS_OCTETS}::integer)`;
const PART_OCTETS = `length(frame) - 11 - ${JWS_OCTETS}`;

/** Outbound states in which nothing will be sent again and no receipt is waited for. */
const SETTLED = `('valid', 'accepted', 'refused', 'closed', 'cancelled', 'superseded')`;

/**
 * Of what lies beyond the date only what is settled: a parked message may be played again, and one that a receiver still waits for
 * keeps the document it was made of.
 */
const RECEIVED = `
SELECT i.ctid FROM inbox i
 WHERE i.received_at < $1 AND i.purged_at IS NULL AND i.state IN ('routed', 'refused')
   AND NOT EXISTS (SELECT 1 FROM outbox o JOIN delivery d USING (id)
                    WHERE o.source_message_id = i.message_id AND o.source_sender = i.sender AND d.state NOT IN ${SETTLED})`;
const SENT = `
SELECT o.ctid FROM outbox o JOIN delivery d USING (id)
 WHERE o.kind = 'message' AND o.created_at < $1 AND o.purged_at IS NULL AND d.state IN ${SETTLED}`;

const count = (table: string, found: string) =>
  `SELECT count(*) AS messages, coalesce(sum(${PART_OCTETS}), 0) AS octets FROM ${table} WHERE ctid IN (${found})`;

const purge = (table: string, found: string, subject: string) => `
WITH found AS (${found} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED),
cut AS (
  UPDATE ${table} SET frame = ${WITHOUT_PARTS}, purged_at = $2 WHERE ctid IN (SELECT ctid FROM found)
  RETURNING ${subject} AS subject
)
INSERT INTO event (subject, kind, actor, cause, at) SELECT subject, 'purge', $3, $4, $2 FROM cut`;

/** What a purge would remove. */
export async function countPurge(dataSource: DataSource, before: Date): Promise<PurgeResult> {
  const one = async (table: string, found: string): Promise<PurgeCount> => {
    const { rows } = await guarded(() => poolOf(dataSource).query<Record<keyof PurgeCount, string>>(count(table, found), [before]));
    return { messages: Number(rows[0]?.messages ?? 0), octets: Number(rows[0]?.octets ?? 0) };
  };
  return { received: await one('inbox', RECEIVED), sent: await one('outbox', SENT) };
}

export interface PurgeOptions {
  /** Documents received, or made, before. */
  readonly before: Date;
  readonly now: Date;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Removes the documents of settled messages that are older, and keeps everything that proves them: signed manifest, receipts,
 * statements, log. Each message gets an event. Batch by batch, so it may be stopped and called again; needs the owner of the
 * tables, since the gateway itself may not change what it received or sent. Returns the number of messages.
 */
export async function purgeDocuments(
  dataSource: DataSource,
  { before, now, actor, reason }: PurgeOptions,
): Promise<{ readonly received: number; readonly sent: number }> {
  const all = async (statement: string): Promise<number> => {
    for (let purged = 0; ;) {
      const { rowCount } = await guarded(() => poolOf(dataSource).query(statement, [before, now, actor, reason]));
      if (!rowCount) return purged;
      purged += rowCount;
    }
  };
  return {
    received: await all(purge('inbox', RECEIVED, `'in:' || sender || '/' || message_id`)),
    sent: await all(purge('outbox', SENT, `'out:' || message_id`)),
  };
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(error);
  }
}
