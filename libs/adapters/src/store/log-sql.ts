import type { StoredAudit } from '#exchange';
import { LOG_LOCK } from './sql.ts';

/** UTC with microseconds, as PostgreSQL keeps it: a time that was altered by less than a millisecond shows, too. */
const utc = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
/** The spelling the log is made of (milliseconds); anything finer was not written by us and stays. */
export const instant = (text: string): string => (text.endsWith('000Z') ? `${text.slice(0, -4)}Z` : text);

const ENTRY_COLUMNS = `id, ${utc('at')} AS at, link, direction, kind, message_id, link_sequence, previous_digest, manifest_digest, jws_digest`;

export const ENTRY = `
SELECT ${ENTRY_COLUMNS} FROM log_entry
 WHERE kind = $1 AND message_id = $2 AND ($3::text IS NULL OR link = $3) AND ($4::text IS NULL OR direction = $4) ORDER BY id LIMIT 1`;
export const ENTRIES = `SELECT ${ENTRY_COLUMNS} FROM log_entry WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3`;
export const LAST_ENTRY = `SELECT coalesce(max(id), 0) AS last FROM log_entry`;
export const FENCE = `SELECT pg_advisory_xact_lock(${LOG_LOCK})`;

const CLOSER = `hashtextextended('landbridge.log.closer', 0)`;
export const TRY_CLOSER = `SELECT pg_try_advisory_lock(${CLOSER}) AS held`;
export const FREE_CLOSER = `SELECT pg_advisory_unlock(${CLOSER})`;

const ROOT = `SELECT r.sequence, r.last_id, r.closed_at, r.jws, t.token FROM log_root r LEFT JOIN log_timestamp t ON t.root_sequence = r.sequence`;
export const LAST_ROOT = `${ROOT} ORDER BY r.sequence DESC LIMIT 1`;
export const ROOTS = `${ROOT} WHERE r.sequence > $1 ORDER BY r.sequence LIMIT $2`;
/** The first root that reaches so far; later ones without entries repeat its end. */
export const COVERING_ROOT = `${ROOT} WHERE r.last_id >= $1 ORDER BY r.last_id, r.sequence LIMIT 1`;
export const UNSTAMPED = `${ROOT} WHERE t.root_sequence IS NULL ORDER BY r.sequence LIMIT $1`;
export const ADD_ROOT = `INSERT INTO log_root (sequence, closed_at, last_id, jws) VALUES ($1, $2, $3, $4)`;
export const ADD_TIMESTAMP = `INSERT INTO log_timestamp (root_sequence, token, at) VALUES ($1, $2, $3) ON CONFLICT (root_sequence) DO NOTHING`;

/** What each entry speaks of; octets above the size given stay behind. */
export const KEPT = `
WITH e AS (SELECT * FROM log_entry WHERE id = ANY ($1::bigint[])), kept AS (
  SELECT e.id, i.received_at AS at, i.frame AS octets, i.purged_at IS NOT NULL AS purged FROM e JOIN inbox i ON i.message_id = e.message_id AND i.link = e.link
   WHERE e.kind = 'message' AND e.direction = 'in'
  UNION ALL
  SELECT e.id, o.created_at, o.frame, o.purged_at IS NOT NULL FROM e JOIN outbox o ON o.message_id = e.message_id AND o.link = e.link
   WHERE e.kind = 'message' AND e.direction = 'out' AND o.kind = 'message'
  UNION ALL
  SELECT e.id, r.at, r.jws, false FROM e JOIN receipt r ON r.receipt_id = e.message_id
   WHERE e.kind = 'receipt' AND r.direction = CASE e.direction WHEN 'out' THEN 'issued' ELSE 'received' END
)
SELECT id, ${utc('at')} AS at, CASE WHEN octet_length(octets) <= $2 THEN octets END AS octets, purged FROM kept`;

export const UNLOGGED = `
SELECT 'inbox' AS "table", i.link, i.message_id FROM inbox i
 WHERE NOT EXISTS (SELECT 1 FROM log_entry e WHERE e.message_id = i.message_id AND e.jws_digest = i.jws_digest AND e.direction = 'in' AND e.link = i.link)
UNION ALL
SELECT 'outbox', o.link, o.message_id FROM outbox o
 WHERE o.kind = 'message' AND o.link_sequence IS NOT NULL AND o.expectation IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM log_entry e WHERE e.message_id = o.message_id AND e.direction = 'out' AND e.kind = 'message' AND e.link = o.link)
UNION ALL
SELECT 'receipt', NULL, r.receipt_id FROM receipt r
 WHERE NOT EXISTS (SELECT 1 FROM log_entry e WHERE e.message_id = r.receipt_id AND e.kind = 'receipt'
                      AND e.direction = CASE r.direction WHEN 'issued' THEN 'out' ELSE 'in' END)`;

export interface AuditRow {
  readonly sequence: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string | null;
  readonly approver: string | null;
  readonly before_text: string | null;
  readonly after_text: string | null;
  readonly digest: string;
}
const AUDIT_COLUMNS = `sequence, ${utc('at')} AS at, actor, action, subject, reason, approver, before_text, after_text, digest`;
export const AUDIT_END = `SELECT sequence, digest FROM audit ORDER BY sequence DESC LIMIT 1`;
export const AUDIT_PAGE = `SELECT ${AUDIT_COLUMNS} FROM audit WHERE sequence > $1 ORDER BY sequence LIMIT $2`;
export const AUDIT_LIST = `
SELECT ${AUDIT_COLUMNS} FROM audit
 WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR action = $2) AND ($3::text IS NULL OR subject = $3)
   AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at <= $5) AND ($6::bigint IS NULL OR sequence < $6)
 ORDER BY sequence DESC LIMIT $7`;
/** The chain has one end: whoever adds to it waits for the one before to commit. */
export const AUDIT_TURN = `SELECT pg_advisory_xact_lock(hashtextextended('landbridge.audit', 0))`;
export const ADD_AUDIT = `
INSERT INTO audit (sequence, at, actor, action, subject, reason, approver, before_text, after_text, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

export const auditOf = (row: AuditRow): StoredAudit => ({
  sequence: Number(row.sequence),
  at: instant(row.at),
  actor: row.actor,
  action: row.action,
  subject: row.subject,
  digest: row.digest,
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.approver !== null && { approver: row.approver }),
  ...(row.before_text !== null && { before: row.before_text }),
  ...(row.after_text !== null && { after: row.after_text }),
});
