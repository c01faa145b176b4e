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
  order_key, business_keys, key_groups, mapping, test, priority, state, issues, received_at, frame)
SELECT s, m, l, d, j, k, t, f, c, v, o, b, kg, g, x, p, st, i, at, substring($2::bytea FROM pos FOR len)
  FROM json_to_recordset($1::json) AS r (s text, m text, l text, d text, j text, k text, t text, f text, c text, v text, o text,
    b text[], kg jsonb, g jsonb, x boolean, p text, st text, i jsonb, at timestamptz, pos integer, len integer)`;

/** In the order of links, so that two processes that count the same links wait for each other and never in a ring. */
export const USAGE = `
INSERT INTO link_usage AS u (link, day, messages, bytes)
SELECT l, d, n, b FROM json_to_recordset($1::json) AS r (l text, d date, n integer, b bigint) ORDER BY l, d
ON CONFLICT (link, day) DO UPDATE SET messages = u.messages + excluded.messages, bytes = u.bytes + excluded.bytes`;

export const OUTBOX = `
WITH r AS MATERIALIZED (
  SELECT nextval('outbox_id_seq') AS id, rows.* FROM json_to_recordset($1::json) AS rows (m text, l text, k text, q bigint, o text, t text,
    f text, c text, r text, b text[], d text, y text, e jsonb, ss text, sm text, g jsonb, tr text, x boolean, p text, st text, dl timestamptz,
    ad timestamptz, at timestamptz, pos integer, len integer)
), content AS (
  INSERT INTO outbox (id, message_id, link, kind, link_sequence, order_key, type, function_code, canonical_type, correlation_id,
    business_keys, manifest_digest, kid, expectation, source_sender, source_message_id, mapping, translation, test, created_at, frame)
  SELECT id, m, l, k, q, o, t, f, c, r, b, d, y, e, ss, sm, g, tr, x, at, substring($2::bytea FROM pos FOR len) FROM r
), state AS (
  INSERT INTO delivery (id, link, kind, order_key, priority, state, attempt, deadline, answer_due, created_at)
  SELECT id, l, k, o, p, st, CASE st WHEN 'publishing' THEN 1 ELSE 0 END, dl, ad, at FROM r
)
SELECT m AS message_id, id FROM r`;

/** A receipt that was kept before stays as it is. */
export const RECEIPTS = `
INSERT INTO receipt (receipt_id, direction, issuer, about_sender, about_message_id, levels, status, at, jws)
SELECT i, d, s, a, m, l, t, at, substring($2::bytea FROM pos FOR len)
  FROM json_to_recordset($1::json) AS r (i text, d text, s text, a text, m text, l text[], t text, at timestamptz, pos integer, len integer)
ON CONFLICT (receipt_id) DO NOTHING`;

/**
 * Whoever writes the log holds this lock until its transaction ends; whoever closes an interval takes it alone for a moment,
 * after which every place given before is either taken or empty for ever.
 */
export const LOG_LOCK = `hashtextextended('landbridge.log', 0)`;

/** A receipt that was kept before has its entry already. */
export const LOG = `
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${LOG_LOCK}))
INSERT INTO log_entry (at, link, direction, kind, message_id, link_sequence, previous_digest, manifest_digest, jws_digest)
SELECT r.at, l, d, k, m, q, p, g, j
  FROM turn, json_to_recordset($1::json) AS r (at timestamptz, l text, d text, k text, m text, q bigint, p text, g text, j text)
ON CONFLICT (message_id, jws_digest, direction, link) DO NOTHING`;

export const EVENTS = `
INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
SELECT s, k, f, t, a, c, at FROM json_to_recordset($1::json) AS r (s text, k text, f text, t text, a text, c text, at timestamptz)`;

/** The first verdict about a subject stays: bytes that come again change nothing. */
export const EVIDENCE = `
INSERT INTO carried_evidence (subject, scheme, link, key_name, certificate_digest, algorithm, verdict, reason, at, bytes_digest, signature)
SELECT s, c, l, k, d, a, v, r, at, b, substring($2::bytea FROM pos FOR len)
  FROM json_to_recordset($1::json) AS rows (s text, c text, l text, k text, d text, a text, v text, r text, at timestamptz, b text,
    pos integer, len integer)
ON CONFLICT (subject, scheme) DO NOTHING`;
/** Of each code of a matter the notice with the later time stays, whichever came first. */
export const NOTICES = `
INSERT INTO status_notice AS n (subject, list_id, code, notice_time, notice_at, sender, message_id, received_at)
SELECT u, l, c, t, ta, s, m, at
  FROM json_to_recordset($1::json) AS r (u text, l text, c text, t text, ta timestamptz, s text, m text, at timestamptz)
ON CONFLICT (subject, list_id, code) DO UPDATE SET notice_time = excluded.notice_time, notice_at = excluded.notice_at,
    sender = excluded.sender, message_id = excluded.message_id, received_at = excluded.received_at
  WHERE coalesce(excluded.notice_at, '-infinity') > coalesce(n.notice_at, '-infinity')`;

export const ENVELOPES = `
INSERT INTO customs_envelope AS e (sender, id, message_id, valid_until, document, received_at)
SELECT s, i, m, v, d, at FROM json_to_recordset($1::json) AS r (s text, i text, m text, v timestamptz, d jsonb, at timestamptz)
ON CONFLICT (sender, id) DO UPDATE SET message_id = excluded.message_id, valid_until = excluded.valid_until,
    document = excluded.document, received_at = excluded.received_at, reminded = NULL
  WHERE e.closed_at IS NULL`;

export const CLOSINGS = `
UPDATE customs_envelope e SET closed_at = r.at FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS r (sender, id, at)
 WHERE e.sender = r.sender AND e.id = r.id AND e.closed_at IS NULL`;

export const REMIND = `
WITH open AS (
  SELECT sender, id, CASE WHEN valid_until <= $1 THEN 'overdue' ELSE 'due' END AS state FROM customs_envelope
   WHERE closed_at IS NULL AND valid_until <= $2 AND (reminded IS NULL OR (reminded = 'due' AND valid_until <= $1))
   ORDER BY sender, id FOR UPDATE SKIP LOCKED
), moved AS (
  UPDATE customs_envelope e SET reminded = open.state FROM open WHERE e.sender = open.sender AND e.id = open.id
  RETURNING e.sender, e.message_id, e.reminded
)
INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
SELECT 'in:' || sender || '/' || message_id, 'customs-envelope', NULL, reminded, 'exchange', 'CLOSE_OUT_MISSING', $1 FROM moved`;

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

/** The stop switch, asked by whoever is about to send. */
export const STOPPED = (link: string) => `EXISTS (SELECT 1 FROM stop_switch w WHERE w.link IN ('*', ${link}))`;

/** Counts the attempt before anything is sent. Within a key only the first unpublished row may go. */
export const CLAIM = `
WITH due AS (
  SELECT d.id, d.priority FROM delivery d
   WHERE d.link = $1 AND d.state IN ('ready', 'retrying') AND (d.next_at IS NULL OR d.next_at <= $2) AND d.deadline > $2
     AND NOT ${STOPPED('d.link')}
     AND (d.order_key IS NULL OR NOT EXISTS (
       SELECT 1 FROM delivery e
        WHERE e.link = d.link AND e.order_key = d.order_key AND e.id < d.id AND e.state IN ${UNPUBLISHED} AND e.order_key IS NOT NULL))
   ORDER BY d.priority, d.id LIMIT $3 FOR UPDATE SKIP LOCKED
), claimed AS (
  UPDATE delivery d SET state = 'publishing', attempt = d.attempt + 1, next_at = NULL FROM due WHERE d.id = due.id
  RETURNING d.id, due.priority, d.attempt, d.deadline
)
SELECT c.id, c.attempt, c.deadline, o.message_id, o.link, o.kind, o.order_key, o.type, o.correlation_id, o.frame, o.kid, o.created_at
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
  ", last_code = 'RECEIPT_MISSING', next_at = $2",
  'RECEIPT_MISSING',
);

/** Unknown messages whose question is due; `next_at` was set when they became unknown and by every question since. */
export const SILENT = `
SELECT o.message_id, o.manifest_digest, o.order_key, d.asked FROM delivery d JOIN outbox o USING (id)
 WHERE d.link = $1 AND d.state = 'unknown' AND d.next_at <= $2 AND d.deadline > $2 ORDER BY d.next_at LIMIT $3`;

/** The question just committed is the open one, unless a receipt was faster. */
export const QUESTIONS = `
WITH r AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS r (query_id, message_id, next_at)
), found AS (
  SELECT d.id, r.* FROM r JOIN outbox o USING (message_id) JOIN delivery d ON d.id = o.id WHERE d.state = 'unknown' ORDER BY d.id FOR UPDATE OF d
), open AS (
  UPDATE delivery d SET query_id = found.query_id, next_at = found.next_at, asked = d.asked + 1 FROM found WHERE d.id = found.id
  RETURNING found.message_id, found.query_id
)
INSERT INTO event (subject, kind, actor, cause, at) SELECT 'out:' || message_id, 'asked', 'exchange', query_id, now() FROM open`;

export const ASKED = `
SELECT q.message_id, q.link, q.frame, coalesce(d.query_id = q.message_id AND d.state = 'unknown', false) AS open
  FROM outbox q LEFT JOIN outbox m ON m.message_id = q.correlation_id LEFT JOIN delivery d ON d.id = m.id
 WHERE q.message_id = ANY ($1) AND q.kind = 'query'`;

/**
 * Keeps each answer once. Where its question is still the open one, a "no" sends the message back to be sent again, or to a person
 * when the link says so or a newer message of its key has left: its place in that order is gone.
 */
export const ANSWERS = `
WITH r AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS r (q text, l text, m text, h boolean, s boolean, at timestamptz, pos integer, len integer)
), kept AS (
  INSERT INTO answer (query_id, link, message_id, have, at, jws)
  SELECT q, l, m, h, at, substring($2::bytea FROM pos FOR len) FROM r ON CONFLICT (query_id) DO NOTHING RETURNING query_id
), found AS (
  SELECT d.id, d.link, d.state AS was, o.message_id, r.h OR d.state <> 'unknown' AS settled,
         r.s AND NOT (o.order_key IS NOT NULL AND EXISTS (
           SELECT 1 FROM outbox n JOIN delivery e ON e.id = n.id
            WHERE n.business_keys @> ARRAY[o.order_key] AND n.business_keys <> '{}' AND n.order_key = o.order_key AND n.link = o.link
              AND n.id > o.id AND e.state NOT IN ('ready', 'cancelled', 'superseded'))) AS again
    FROM r JOIN kept ON kept.query_id = r.q JOIN outbox o ON o.message_id = r.m JOIN delivery d ON d.id = o.id
   WHERE d.query_id = r.q ORDER BY d.id FOR UPDATE OF d
), moved AS (
  UPDATE delivery d
     SET query_id = NULL, state = CASE WHEN settled THEN d.state WHEN again THEN 'retrying' ELSE 'missing' END,
         next_at = CASE WHEN settled THEN d.next_at END, asked = CASE WHEN settled THEN d.asked ELSE 0 END,
         last_code = CASE WHEN settled THEN d.last_code ELSE 'NOT_HELD' END
    FROM found WHERE d.id = found.id
  RETURNING d.link, found.message_id, found.was, d.state, settled
), offered AS (
  DELETE FROM mailbox m USING moved WHERE m.link = moved.link AND m.message_id = moved.message_id AND moved.state = 'retrying' AND NOT settled
)
INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
SELECT 'out:' || message_id, 'state', was, state, 'exchange', 'NOT_HELD', now() FROM moved WHERE NOT settled`;

export const ISSUED = `
SELECT r.about_sender AS sender, r.about_message_id AS message_id, r.jws
  FROM unnest($1::text[], $2::text[]) AS k (sender, message_id)
  JOIN receipt r ON r.about_message_id = k.message_id AND r.about_sender = k.sender AND r.direction = 'issued' ORDER BY r.id`;

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

/** Fails where the disk is full: takes a megabyte and gives it back at once. Only a write tells; a full database still reads. */
export const ROOM = `
CREATE TEMPORARY TABLE landbridge_room ON COMMIT DROP AS
SELECT repeat('x', 1900) FROM generate_series(1, 512)`;
