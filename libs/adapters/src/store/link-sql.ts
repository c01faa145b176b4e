/** Statements about blocked keys and what two persons decide. None of them is on the way of a message. */
import { MAX_COUNT } from './view/stream.ts';
import { OWED } from './postgres-debt-view.ts';
import { CHANNEL, UNPUBLISHED } from './sql.ts';

/** Waiting rows of one link that are looked at for the first of a key that fails. */
const LOOKED_AT = 5_000;

const FIRST_OF_KEY = `NOT EXISTS (SELECT 1 FROM delivery e WHERE e.link = d.link AND e.order_key = d.order_key AND e.id < d.id
        AND e.state IN ${UNPUBLISHED} AND e.order_key IS NOT NULL)`;
const FAILED_SO_FAR = `d.state = 'retrying' AND d.attempt > 0 AND d.kind = 'message' AND d.order_key IS NOT NULL`;

/** The first set comes from the index of what is owed, the second from that of what waits. */
export const BLOCKED = `
SELECT o.id, o.link, b.order_key, o.message_id, o.type, b.state, b.last_code, b.attempt, o.created_at, b.next_at, b.deadline,
       (SELECT count(*) FROM (SELECT 1 FROM delivery w WHERE w.link = b.link AND w.order_key = b.order_key AND w.order_key IS NOT NULL AND w.id <> b.id
           AND w.state IN ${UNPUBLISHED} LIMIT ${MAX_COUNT + 1}) x) AS behind
  FROM (SELECT found.* FROM unnest($1::text[]) AS l (link) CROSS JOIN LATERAL (
          (SELECT d.* FROM delivery d WHERE d.link = l.link AND ${OWED} AND d.kind = 'message' AND d.state IN ('unknown', 'missing')
              AND d.order_key IS NOT NULL AND d.id > $2 ORDER BY d.id LIMIT $3)
          UNION ALL
          (SELECT d.* FROM (SELECT w.* FROM delivery w WHERE w.link = l.link AND w.state IN ${UNPUBLISHED} ORDER BY w.priority, w.id LIMIT ${LOOKED_AT}) d
            WHERE ${FAILED_SO_FAR} AND d.id > $2 AND ${FIRST_OF_KEY} ORDER BY d.id LIMIT $3)) AS found
        ORDER BY found.id LIMIT $3) AS b
  JOIN outbox o USING (id) ORDER BY o.id`;

export const BLOCKING = `
SELECT o.message_id, d.state FROM delivery d JOIN outbox o USING (id)
 WHERE d.link = $1 AND d.order_key = $2 AND ((${OWED} AND d.kind = 'message' AND d.state IN ('unknown', 'missing')) OR (d.state IN ${UNPUBLISHED} AND ${FAILED_SO_FAR} AND ${FIRST_OF_KEY}))
 ORDER BY d.id LIMIT 100`;

export const SUBMIT = `
INSERT INTO link_request (id, kind, state, link, subject, reason, author_id, author, request, action, digest, at, expires_at)
VALUES ($1, $2, 'submitted', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING id`;

export const LIST_REQUESTS = `
SELECT * FROM link_request
 WHERE ($1::text[] IS NULL OR link = ANY ($1)) AND ($2::text IS NULL OR state = $2) AND ($3::timestamptz IS NULL OR at < $3)
 ORDER BY at DESC, id LIMIT $4`;

export const DECIDE = `
UPDATE link_request SET state = $2, approver_id = $3, approver = $4, decision = $5, decided_at = $6
 WHERE id = $1 AND state = 'submitted' AND expires_at > $6 RETURNING link`;

/** Each only while it still stands in the way; an offer in a mailbox is taken back. A receipt that comes later still wins. */
export const GIVE_UP = `
WITH found AS (
  SELECT d.id, d.link, d.state AS was, o.message_id FROM outbox o JOIN delivery d USING (id)
   WHERE o.message_id = ANY ($1) AND d.state IN ('unknown', 'missing', 'retrying') ORDER BY d.id FOR UPDATE OF d
), moved AS (
  UPDATE delivery d SET state = 'dead', next_at = NULL, query_id = NULL, last_code = coalesce(d.last_code, 'GIVEN_UP') FROM found WHERE d.id = found.id
  RETURNING d.id, d.link, found.was, found.message_id
), withdrawn AS (
  DELETE FROM mailbox m USING moved WHERE m.link = moved.link AND m.message_id = moved.message_id AND m.acknowledged_at IS NULL
), told AS (
  INSERT INTO event (subject, kind, from_state, to_state, actor, cause, at)
  SELECT 'out:' || message_id, 'state', was, 'dead', $2, 'release ' || $3, $4 FROM moved
), woken AS (
  SELECT pg_notify('${CHANNEL}', link) FROM (SELECT DISTINCT link FROM moved) AS links
)
SELECT message_id, (SELECT count(*) FROM woken) AS woken FROM moved ORDER BY id`;

export const DISCARD = `
UPDATE dead_letter SET state = 'discarded', outcome = 'request ' || $3, decided_by = $2, decided_at = $4
 WHERE id = $1 AND state = 'open' RETURNING id::text AS result`;

export const RESULTS = `UPDATE link_request SET results = $2 WHERE id = $1`;
export const EXPIRE_REQUESTS = `UPDATE link_request SET state = 'expired' WHERE state = 'submitted' AND expires_at <= $1`;

export const KEEP_LETTER = `
INSERT INTO dead_letter (link, way, reason, queue, exchange, routing_key, message_id, type, sha256, died_at, deaths, at, state, frame)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open', $13) ON CONFLICT (link, queue, sha256, died_at, deaths) DO NOTHING`;

const LETTER = `id, link, way, reason, queue, exchange, routing_key, message_id, type, sha256, died_at, deaths, at, state, outcome, decided_by,
  decided_at, length(frame) AS bytes`;
export const LIST_LETTERS = `
SELECT ${LETTER} FROM dead_letter
 WHERE ($1::text[] IS NULL OR link = ANY ($1)) AND ($2::text IS NULL OR link = $2) AND ($3::text IS NULL OR state = $3)
   AND ($4::bigint IS NULL OR id < $4)
 ORDER BY id DESC LIMIT $5`;
export const FIND_LETTER = `SELECT ${LETTER}, frame FROM dead_letter WHERE id = $2 AND ($1::text[] IS NULL OR link = ANY ($1))`;
export const LETTER_COUNTS = `
SELECT link, queue, reason, count(*) AS count, min(died_at) AS oldest FROM dead_letter
 WHERE state = 'open' AND ($1::text[] IS NULL OR link = ANY ($1)) GROUP BY link, queue, reason ORDER BY link, queue, reason`;
/**
 * Message ids are made in the order of time (UUIDv7), so that of two of one sender the greater is the later. What is about a voyage and names
 * bills is passed by what names one of them, or none ($5: types that speak of the bills they name).
 */
export const LETTER_FACTS = `
SELECT EXISTS (SELECT 1 FROM inbox i WHERE i.sender = $2 AND i.message_id = $3) AS known,
       EXISTS (SELECT 1 FROM unnest($4::text[]) AS k (key) JOIN inbox i ON i.business_keys @> ARRAY[k.key]
                WHERE i.link = $1 AND i.sender = $2 AND i.message_id > $3 AND i.state = 'routed'
                  AND NOT (starts_with($4[1], 'journey:') AND coalesce(i.canonical_type = ANY ($5), false) AND other_bills($4, i.business_keys))) AS newer`;
export const SETTLE_LETTER = `
UPDATE dead_letter SET state = 'replayed', outcome = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'open' RETURNING id`;
