import { OUTBOUND_MOVES } from '#model';

/**
 * The statements of the hot path. Rows come as one JSON document and frames as one binary value cut by position: two
 * parameters whatever the batch size, so every statement is planned once for each connection. Measured at 100 messages a
 * batch it costs the same on the server as multi-row VALUES and as text arrays through unnest, and a third less time of
 * this process, which is the narrower place.
 *
 * Business keys are text arrays with a GIN index: its pending list takes inserts at no measurable cost, while a side table
 * with one row a key made the whole commit a third dearer.
 */

/** Allowed moves of the state table as a row set. Made of constants of the model, never of data. */
const ALLOWED = Object.entries(OUTBOUND_MOVES)
  .flatMap(([from, all]) => all.map((to) => `('${from}','${to}')`))
  .join(',');

export const UNPUBLISHED = `('ready', 'retrying', 'publishing')`;

export const BATCH = `INSERT INTO batch (id) VALUES ($1)`;

/** Asks about a lost COMMIT. Waits for the old transaction to end, and keeps it from committing later if it has not yet. */
export const BATCH_TOMBSTONE = `INSERT INTO batch (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id`;

/** Refused with LB001 when a head or holder is not as expected. Takes the row locks of the links until the end of the commit. */
export const HEADS = `SELECT advance_heads($1, $2, $3, $4, $5, $6, $7)`;

export const INBOX = `
INSERT INTO inbox (sender, message_id, link, manifest_digest, jws_digest, kid, type, function_code, canonical_type, conversation_id,
  order_key, business_keys, mapping, test, priority, state, issues, received_at, frame)
SELECT s, m, l, d, j, k, t, f, c, v, o, b, g, x, p, st, i, at, substring($2::bytea FROM pos FOR len)
  FROM json_to_recordset($1::json) AS r (s text, m text, l text, d text, j text, k text, t text, f text, c text, v text, o text,
    b text[], g jsonb, x boolean, p text, st text, i jsonb, at timestamptz, pos integer, len integer)`;

export const OUTBOX = `
WITH r AS MATERIALIZED (
  SELECT nextval('outbox_id_seq') AS id, rows.* FROM json_to_recordset($1::json) AS rows (m text, l text, k text, q bigint, o text, t text,
    f text, c text, r text, b text[], d text, e jsonb, ss text, sm text, g jsonb, x boolean, p text, st text, dl timestamptz,
    at timestamptz, pos integer, len integer)
), content AS (
  INSERT INTO outbox (id, message_id, link, kind, link_sequence, order_key, type, function_code, canonical_type, correlation_id,
    business_keys, manifest_digest, expectation, source_sender, source_message_id, mapping, test, created_at, frame)
  SELECT id, m, l, k, q, o, t, f, c, r, b, d, e, ss, sm, g, x, at, substring($2::bytea FROM pos FOR len) FROM r
), state AS (
  INSERT INTO delivery (id, link, kind, order_key, priority, state, attempt, deadline)
  SELECT id, l, k, o, p, st, CASE st WHEN 'publishing' THEN 1 ELSE 0 END, dl FROM r
)
SELECT m AS message_id, id FROM r`;

/** A receipt that was kept before stays as it is. */
export const RECEIPTS = `
INSERT INTO receipt (receipt_id, direction, issuer, about_sender, about_message_id, levels, status, at, jws)
SELECT i, d, s, a, m, l, t, at, substring($2::bytea FROM pos FOR len)
  FROM json_to_recordset($1::json) AS r (i text, d text, s text, a text, m text, l text[], t text, at timestamptz, pos integer, len integer)
ON CONFLICT (receipt_id) DO NOTHING`;

export const EVENTS = `
INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
SELECT s, k, f, t, a, c, at FROM json_to_recordset($1::json) AS r (s text, k text, f text, t text, a text, c text, at timestamptz)`;

export const QUARANTINE = `
INSERT INTO quarantine AS q (link, sha256, code, reason, claimed_message_id, count, first_at, last_at, frame)
SELECT l, h, c, r, m, n, at, at, substring($2::bytea FROM pos FOR len)
  FROM json_to_recordset($1::json) AS rows (l text, h text, c text, r text, m text, n integer, at timestamptz, pos integer, len integer)
ON CONFLICT (link, sha256) DO UPDATE SET count = q.count + excluded.count, last_at = excluded.last_at`;

export const DUPLICATES = `
INSERT INTO inbox_repeat AS i (sender, message_id, count, last_at)
SELECT sender, message_id, count, now() FROM unnest($1::text[], $2::text[], $3::integer[]) AS r (sender, message_id, count)
ORDER BY sender, message_id
ON CONFLICT (sender, message_id) DO UPDATE SET count = i.count + excluded.count, last_at = excluded.last_at`;

/** Compare-and-set of deliveries by message id; what the state table forbids is skipped. One event for each move made. */
export const MOVES = `
WITH found AS (
  SELECT d.id, r.message_id, d.state AS was, r.state, r.cause
    FROM unnest($1::text[], $2::text[], $3::text[]) AS r (message_id, state, cause)
    JOIN outbox o ON o.message_id = r.message_id
    JOIN delivery d ON d.id = o.id
   ORDER BY d.id FOR UPDATE OF d
), moved AS (
  UPDATE delivery d SET state = found.state, next_at = NULL
    FROM found JOIN (VALUES ${ALLOWED}) AS allowed (was, state) ON allowed.was = found.was AND allowed.state = found.state
   WHERE d.id = found.id
  RETURNING d.id, d.link, found.message_id, found.was, found.state, found.cause
), settled AS (
  UPDATE mailbox m SET acknowledged_at = now() FROM moved
   WHERE m.link = moved.link AND m.message_id = moved.message_id AND m.acknowledged_at IS NULL
     AND moved.state IN ('stored', 'valid', 'accepted', 'refused')
)
INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
SELECT 'out:' || message_id, 'state', was, state, 'exchange', cause, now() FROM moved`;

/** Known keys with the first receipt we issued about each: the same bytes for every repetition. */
export const KNOWN = `
SELECT i.sender, i.message_id, i.manifest_digest, i.state,
       (SELECT r.jws FROM receipt r
         WHERE r.about_message_id = i.message_id AND r.about_sender = i.sender AND r.direction = 'issued' ORDER BY r.id LIMIT 1) AS receipt
  FROM unnest($1::text[], $2::text[]) AS k (sender, message_id)
  JOIN inbox i ON i.sender = k.sender AND i.message_id = k.message_id`;

export const EXPIRE = `
WITH late AS (
  SELECT id, state FROM delivery WHERE link = $1 AND state IN ('ready', 'retrying') AND deadline <= $2 FOR UPDATE SKIP LOCKED
), moved AS (
  UPDATE delivery d SET state = 'expired', next_at = NULL, last_code = 'DEADLINE_PASSED' FROM late WHERE d.id = late.id
  RETURNING d.id, late.state AS was
)
INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
SELECT 'out:' || o.message_id, 'state', moved.was, 'expired', 'exchange', 'DEADLINE_PASSED', now() FROM moved JOIN outbox o USING (id)`;

/** Counts the attempt before anything is sent. Within a key only the first unpublished row may go. */
export const CLAIM = `
WITH due AS (
  SELECT d.id, d.priority FROM delivery d
   WHERE d.link = $1 AND d.state IN ('ready', 'retrying') AND (d.next_at IS NULL OR d.next_at <= $2) AND d.deadline > $2
     AND (d.order_key IS NULL OR NOT EXISTS (
       SELECT 1 FROM delivery e
        WHERE e.link = d.link AND e.order_key = d.order_key AND e.id < d.id AND e.state IN ${UNPUBLISHED} AND e.order_key IS NOT NULL))
   ORDER BY d.priority, d.id LIMIT $3 FOR UPDATE SKIP LOCKED
), claimed AS (
  UPDATE delivery d SET state = 'publishing', attempt = d.attempt + 1, next_at = NULL FROM due WHERE d.id = due.id
  RETURNING d.id, due.priority, d.attempt, d.deadline
)
SELECT c.id, c.attempt, c.deadline, o.message_id, o.link, o.kind, o.order_key, o.type, o.correlation_id, o.frame, o.created_at
  FROM claimed c JOIN outbox o ON o.id = c.id ORDER BY c.priority, c.id`;

const movedByLink = (select: string, to: string, set: string, cause: string) => `
WITH found AS (
  ${select} FOR UPDATE
), moved AS (
  UPDATE delivery d SET state = '${to}'${set} FROM found WHERE d.id = found.id RETURNING d.id, found.state AS was
)
INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
SELECT 'out:' || o.message_id, 'state', moved.was, '${to}', 'exchange', '${cause}', now() FROM moved JOIN outbox o USING (id)`;

export const RECOVER = movedByLink(
  `SELECT id, state FROM delivery WHERE link = $1 AND state = 'publishing' ORDER BY id`,
  'retrying',
  ', next_at = $2',
  'in doubt',
);

export const UNKNOWN = movedByLink(
  `SELECT id, state FROM delivery WHERE link = $1 AND state = 'published' AND kind = 'message' AND published_at < $2 ORDER BY id`,
  'unknown',
  ", last_code = 'RECEIPT_MISSING'",
  'RECEIPT_MISSING',
);

/** A row whose receipt was faster than this mark keeps its state and only learns when it went out. */
export const PUBLISHED = `
WITH found AS (
  SELECT id, state FROM delivery WHERE id = ANY ($1::bigint[]) AND (state = 'publishing' OR published_at IS NULL) ORDER BY id FOR UPDATE
), moved AS (
  UPDATE delivery d SET published_at = $2, state = CASE WHEN found.state = 'publishing' THEN 'published' ELSE found.state END
    FROM found WHERE d.id = found.id
  RETURNING d.id, found.state AS was
)
INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
SELECT 'out:' || o.message_id, 'state', 'publishing', 'published', 'exchange', NULL, $2
  FROM moved JOIN outbox o USING (id) WHERE moved.was = 'publishing'`;

export const RETRY = `
WITH found AS (
  SELECT d.id, r.next_at, r.code
    FROM unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS r (id, next_at, code) JOIN delivery d ON d.id = r.id
   WHERE d.state = 'publishing' ORDER BY d.id FOR UPDATE OF d
), moved AS (
  UPDATE delivery d SET state = 'retrying', next_at = found.next_at, last_code = found.code FROM found WHERE d.id = found.id
  RETURNING d.id, found.code
)
INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
SELECT 'out:' || o.message_id, 'state', 'publishing', 'retrying', 'exchange', moved.code, now() FROM moved JOIN outbox o USING (id)`;

/** A lock of its own for each link, held by the session. */
export const HOLD = `SELECT pg_try_advisory_lock(hashtextextended('landbridge.link:' || $1, 0)) AS held`;
export const RELEASE = `SELECT pg_advisory_unlock(hashtextextended('landbridge.link:' || $1, 0))`;
export const NEXT_EPOCH = `
INSERT INTO link_head AS h (link, sequence, manifest_digest, epoch) VALUES ($1, 0, '', 1)
ON CONFLICT (link) DO UPDATE SET epoch = h.epoch + 1 RETURNING epoch`;

export const CHANNEL = 'landbridge_work';
export const NOTIFY = `SELECT pg_notify('${CHANNEL}', link) FROM unnest($1::text[]) AS links (link)`;
