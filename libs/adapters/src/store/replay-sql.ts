/** Statements about replay plans. None of them is on the way of a message. */

/** States from which nothing of a message is left that could overtake or be overtaken. */
const GONE = `('cancelled', 'superseded', 'expired', 'dead', 'refused', 'missing')`;

/** That a newer message takes nothing from an older one: both name the bills they speak of (`$5`: types that do), and no bill is of both. */
const apart = (older: string, newer: string): string =>
  `(coalesce(${older}.canonical_type = ANY ($5) AND ${newer}.canonical_type = ANY ($5), false) AND other_bills(${older}.business_keys, ${newer}.business_keys))`;

/**
 * Candidates by (sender, message id): a null sender means either direction, '' ours. With `$4` a routed inbound message stands for
 * the last messages made of it.
 */
export const CANDIDATES = `
WITH wanted AS (
  SELECT DISTINCT sender, message_id FROM unnest($1::text[], $2::text[]) AS w (sender, message_id)
), inward AS (
  SELECT i.* FROM wanted w JOIN inbox i ON i.message_id = w.message_id AND (w.sender IS NULL OR i.sender = w.sender)
   WHERE $3::text[] IS NULL OR i.link = ANY ($3)
), made AS (
  SELECT o.id, i.sender, i.message_id FROM inward i
    JOIN outbox o ON o.source_message_id = i.message_id AND o.source_sender = i.sender AND o.kind = 'message'
   WHERE $4 AND i.state = 'routed' AND ($3::text[] IS NULL OR o.link = ANY ($3))
     AND NOT EXISTS (SELECT 1 FROM replay_successor s WHERE s.predecessor = o.message_id)
), outward AS (
  SELECT o.id FROM wanted w JOIN outbox o ON o.message_id = w.message_id AND o.kind = 'message'
   WHERE coalesce(w.sender, '') = '' AND ($3::text[] IS NULL OR o.link = ANY ($3))
  UNION SELECT id FROM made
)
SELECT 'in' AS direction, i.sender, i.message_id, i.link, i.type, i.function_code, i.canonical_type, i.state, i.received_at AS at, i.order_key,
       i.business_keys, i.test, i.priority, i.mapping, NULL AS translation, NULL AS source_sender, NULL AS source_message_id,
       NULL::timestamptz AS deadline, false AS published_before, NULL AS successor,
       (SELECT r.plan FROM replay_item r WHERE r.subject = 'in:' || i.sender || '/' || i.message_id AND r.state = 'waiting') AS open_plan,
       CASE WHEN i.order_key IS NOT NULL THEN (
         SELECT CASE WHEN count(*) = 0 THEN NULL WHEN bool_and(e.state IN ('ready', 'retrying')) THEN 'waits' ELSE 'received' END
           FROM inbox n JOIN outbox o ON o.source_message_id = n.message_id AND o.source_sender = n.sender AND o.kind = 'message'
           JOIN delivery e ON e.id = o.id
          WHERE n.business_keys @> ARRAY[i.order_key] AND n.order_key = i.order_key AND n.link = i.link
            AND (n.received_at, n.message_id) > (i.received_at, i.message_id) AND e.state NOT IN ${GONE} AND NOT ${apart('i', 'n')}) END AS newer,
       i.frame, 0::bigint AS place
  FROM inward i WHERE NOT EXISTS (SELECT 1 FROM made m WHERE m.sender = i.sender AND m.message_id = i.message_id)
UNION ALL
SELECT 'out', NULL, o.message_id, o.link, o.type, o.function_code, o.canonical_type, d.state, o.created_at, o.order_key, o.business_keys, o.test,
       d.priority, o.mapping, o.translation, o.source_sender, o.source_message_id, d.deadline, d.published_at IS NOT NULL,
       (SELECT s.successor FROM replay_successor s WHERE s.predecessor = o.message_id),
       (SELECT r.plan FROM replay_item r WHERE r.subject = 'out:' || o.message_id AND r.state = 'waiting'),
       CASE WHEN o.order_key IS NOT NULL THEN (
         SELECT CASE WHEN count(*) = 0 THEN NULL WHEN bool_or(e.state IN ('ready', 'retrying')) AND NOT bool_or(e.state NOT IN ('ready', 'retrying'))
                THEN 'waits' ELSE 'received' END
           FROM outbox n JOIN delivery e ON e.id = n.id
          WHERE n.business_keys @> ARRAY[o.order_key] AND n.business_keys <> '{}' AND n.order_key = o.order_key AND n.link = o.link
            AND n.kind = 'message' AND n.id <> o.id AND first_of_chain(n.message_id) > first_of_chain(o.message_id)
            AND n.source_message_id IS DISTINCT FROM o.source_message_id AND e.state NOT IN ${GONE} AND NOT ${apart('o', 'n')}) END,
       o.frame, o.id
  FROM (SELECT DISTINCT id FROM outward) w JOIN outbox o USING (id) JOIN delivery d USING (id)
 ORDER BY at, place, message_id`;

export const CREATE = `
INSERT INTO replay_plan (id, author_id, author, request, kind, state, reason, action, digest, needs_second_person, links, reroute_to, canary,
  rate, max_failures, at, expires_at, query)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (author_id, request) DO NOTHING RETURNING id`;

/** A message in another open plan is left out, which the caller notices by the count. */
export const CREATE_ITEMS = `
INSERT INTO replay_item (plan, "position", subject, direction, sender, message_id, link, type, order_key, verdict, reasons, state, becomes)
SELECT $1, "position", subject, direction, sender, "messageId", link, type, "orderKey", verdict, reasons, state, becomes
  FROM json_to_recordset($2::json) AS r ("position" integer, subject text, direction text, sender text, "messageId" text, link text,
    type text, "orderKey" text, verdict text, reasons text[], state text, becomes text[])
ON CONFLICT (subject) WHERE state = 'waiting' DO NOTHING`;

export const LIST = `
SELECT * FROM replay_plan
 WHERE ($1::text[] IS NULL OR links <@ $1) AND ($2::text IS NULL OR state = $2) AND ($3::timestamptz IS NULL OR at < $3)
 ORDER BY at DESC, id LIMIT $4`;

export const ITEMS = `
SELECT i.*, (SELECT json_agg(json_build_object('messageId', o.message_id, 'state', d.state) ORDER BY o.id)
               FROM outbox o JOIN delivery d USING (id) WHERE o.message_id = ANY (i.results)) AS results
  FROM replay_item i WHERE i.plan = $1 AND i."position" > $2 ORDER BY i."position" LIMIT $3`;

export const NEXT_ITEM = `SELECT i.*, NULL AS results FROM replay_item i WHERE plan = $1 AND state = 'waiting' ORDER BY "position" LIMIT 1`;

/** What became of an item counts by the worst of the messages it became. */
export const COUNTS = `
SELECT state, count(*) FROM replay_item WHERE plan = $1 GROUP BY state
UNION ALL
SELECT worst, count(*) FROM (
  SELECT CASE WHEN bool_or(d.state IN ('refused', 'expired', 'dead', 'missing', 'cancelled')) THEN 'bad'
              WHEN bool_or(d.state IN ('ready', 'publishing', 'retrying', 'published')) THEN 'open'
              WHEN bool_or(d.state = 'unknown') THEN 'unknown' ELSE 'good' END AS worst
    FROM replay_item i CROSS JOIN unnest(i.results) AS r (message_id) JOIN outbox o ON o.message_id = r.message_id JOIN delivery d USING (id)
   WHERE i.plan = $1 AND i.state = 'sent' GROUP BY i."position") AS items GROUP BY worst`;

export const MOVE = `
UPDATE replay_plan SET state = $3, cause = $5, approver_id = coalesce($6, approver_id), approver = coalesce($7, approver),
       decision = coalesce($8, decision), decided_at = CASE WHEN $6::text IS NULL THEN decided_at ELSE $4::timestamptz END,
       expires_at = coalesce($9, expires_at), report = coalesce($10, report),
       started_at = CASE WHEN $3 = 'running' THEN coalesce(started_at, $4) ELSE started_at END,
       ended_at = CASE WHEN $11 THEN $4 ELSE ended_at END,
       next_at = CASE WHEN $3 = 'running' THEN NULL ELSE next_at END, lease_by = NULL, lease_until = NULL
 WHERE id = $1 AND state = ANY ($2) AND ($3 <> 'running' OR state = 'paused' OR expires_at > $4)`;

export const TOLERATE = `
UPDATE replay_plan p SET tolerated = (SELECT count(*) FROM replay_item i WHERE i.plan = p.id AND (i.state = 'failed' OR (i.state = 'sent' AND EXISTS (
  SELECT 1 FROM outbox o JOIN delivery d USING (id) WHERE o.message_id = ANY (i.results)
     AND d.state IN ('refused', 'expired', 'dead', 'missing', 'cancelled'))))) WHERE id = $1`;

export const DROP = `UPDATE replay_item SET state = 'dropped' WHERE plan = $1 AND state = 'waiting'`;

/** Looked at again at the fourth time at the latest, unless a step says when. */
export const LEASE = `
UPDATE replay_plan SET lease_by = $1, lease_until = $3, next_at = $4
 WHERE id = (
   SELECT id FROM replay_plan WHERE state = 'running' AND (next_at IS NULL OR next_at <= $2) AND (lease_by IS NULL OR lease_by = $1 OR lease_until <= $2)
    ORDER BY next_at NULLS FIRST, at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *`;

export const EXPIRE_PLANS = `
WITH ended AS (
  UPDATE replay_plan SET state = 'expired', ended_at = $1 WHERE state IN ('submitted', 'ready') AND expires_at <= $1 RETURNING id
), dropped AS (
  UPDATE replay_item i SET state = 'dropped' FROM ended WHERE i.plan = ended.id AND i.state = 'waiting'
)
SELECT id FROM ended`;
