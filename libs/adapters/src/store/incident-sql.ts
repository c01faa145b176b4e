/** The row is the turn: a second process finds it taken and goes away. */
export const TAKE = `SELECT low, high, transaction FROM incident_place WHERE name = 'events' FOR UPDATE SKIP LOCKED`;
export const MOVE_ON = `UPDATE incident_place SET low = $1, high = $2, transaction = $3 WHERE name = 'events'`;

/** Where a bounded walk over the events ends. */
export const WALK = `
SELECT max(id) AS last, count(*) AS seen FROM (SELECT id FROM event WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3) AS walked`;

/** Moves into a failed state, each with what is kept of its message. Receipts and questions of ours are no messages. */
export const FAILED = `
WITH failed AS MATERIALIZED (
  SELECT id, subject, to_state, at FROM event
   WHERE id > $1 AND id <= $2 AND kind = 'state' AND to_state IN ('refused', 'parked', 'quarantined', 'expired', 'dead', 'missing')
)
SELECT e.id, e.subject, e.to_state, e.at, i.link, i.type, i.business_keys[1:50] AS keys, i.mapping, i.issues, NULL AS code, NULL AS reason, NULL::bytea AS receipt
  FROM failed e JOIN inbox i ON i.sender = split_part(substr(e.subject, 4), '/', 1) AND i.message_id = substr(e.subject, position('/' IN e.subject) + 1)
 WHERE starts_with(e.subject, 'in:')
UNION ALL
SELECT e.id, e.subject, e.to_state, e.at, o.link, o.type, o.business_keys[1:50], o.mapping, NULL, d.last_code, NULL,
       (SELECT r.jws FROM receipt r WHERE r.about_message_id = o.message_id AND r.direction = 'received' AND r.status = 'refused' ORDER BY r.id DESC LIMIT 1)
  FROM failed e JOIN outbox o ON o.message_id = substr(e.subject, 5) JOIN delivery d ON d.id = o.id
 WHERE starts_with(e.subject, 'out:') AND o.kind = 'message'
UNION ALL
SELECT e.id, e.subject, e.to_state, e.at, q.link, 'unknown', '{}', NULL, NULL, q.code, q.reason, NULL
  FROM failed e CROSS JOIN LATERAL (
    SELECT * FROM quarantine q WHERE q.sha256 = substr(e.subject, 12) ORDER BY q.first_at = e.at DESC, q.last_at DESC LIMIT 1) AS q
 WHERE starts_with(e.subject, 'quarantine:')
ORDER BY id`;

export const KNOWN = `SELECT * FROM incident WHERE fingerprint = ANY ($1) ORDER BY id FOR UPDATE`;
export const PER_LINK = `SELECT link, count(*) AS count FROM incident WHERE link = ANY ($1) GROUP BY link`;
export const MEMBERS = `
SELECT m.incident, m.subject FROM unnest($1::bigint[], $2::text[]) AS k (incident, subject) JOIN incident_message m USING (incident, subject)`;

const RECORD = `r (f text, sg text, l text, t text, c text, p text, rs text, s text, ca timestamptz, fa timestamptz, la timestamptz, oa timestamptz,
  ra timestamptz, n bigint, m bigint, k text[], g text[], b integer, ba timestamptz)`;
export const ADD = `
INSERT INTO incident (fingerprint, stage, link, type, code, path, reason, state, changed_at, first_at, last_at, opened_at, repaired_at, count,
  messages, keys, mappings, came_back, came_back_at)
SELECT f, sg, l, t, c, p, rs, s, ca, fa, la, oa, ra, n, m, k, g, b, ba FROM json_to_recordset($1::json) AS ${RECORD} RETURNING id, fingerprint`;
export const RENEW = `
UPDATE incident i SET state = s, changed_at = ca, first_at = fa, last_at = la, opened_at = oa, repaired_at = ra, count = n, messages = m,
    keys = k, mappings = g, came_back = b, came_back_at = ba
  FROM json_to_recordset($1::json) AS ${RECORD} WHERE i.fingerprint = f`;
export const ADD_MESSAGES = `
INSERT INTO incident_message AS x (incident, subject, sender, message_id, first_at, last_at, count)
SELECT i, s, d, m, f, l, n FROM json_to_recordset($1::json) AS r (i bigint, s text, d text, m text, f timestamptz, l timestamptz, n integer)
ON CONFLICT (incident, subject) DO UPDATE SET first_at = least(x.first_at, excluded.first_at), last_at = greatest(x.last_at, excluded.last_at),
  count = x.count + excluded.count`;
/** Counted in the hour of each failure, for a picture of how it goes. */
export const ADD_HOURS = `
INSERT INTO incident_hour AS x (incident, hour, count)
SELECT i, h, n FROM json_to_recordset($1::json) AS r (i bigint, h timestamptz, n integer)
ON CONFLICT (incident, hour) DO UPDATE SET count = x.count + excluded.count`;
/** Those of a group that failed stand at its head with their last failure, so that the list has the group in its place. */
export const LIFT = `
UPDATE incident r SET last_at = greatest(r.last_at, g.last_at)
  FROM (SELECT merged_into, max(last_at) AS last_at FROM incident WHERE id = ANY ($1::bigint[]) AND merged_into IS NOT NULL GROUP BY merged_into) g
 WHERE r.id = g.merged_into AND r.last_at < g.last_at`;
/** One of a group that comes back brings all of it back. Answers the head where it was not open. */
export const REOPEN = `
WITH head AS (
  SELECT r.id, r.state FROM incident c JOIN incident r ON r.id = c.merged_into WHERE c.id = $1
), moved AS (
  UPDATE incident i SET state = 'open', changed_at = $2, opened_at = $2, repaired_at = NULL, left_standing = NULL,
      came_back = i.came_back + CASE WHEN i.id = head.id THEN 1 ELSE 0 END, came_back_at = CASE WHEN i.id = head.id THEN $2 ELSE i.came_back_at END
    FROM head WHERE (i.id = head.id OR i.merged_into = head.id) AND i.state IN ('resolved', 'monitored') RETURNING i.id
)
SELECT head.id FROM head JOIN moved ON moved.id = head.id`;
export const ADD_NOTE = `INSERT INTO incident_note (incident, kind, value, body, author, at) VALUES ($1, $2, $3, $4, $5, $6)`;

/** An incident and all that was merged into it. */
const groupOf = (id: string): string => `(SELECT g.id FROM incident g WHERE g.id = ${id} OR g.merged_into = ${id})`;

/** A message that waits for us: somebody has to do something, or it will never arrive. */
const STANDS = `(
   EXISTS (SELECT 1 FROM inbox i WHERE starts_with(m.subject, 'in:') AND i.sender = m.sender AND i.message_id = m.message_id AND i.state = 'parked')
   OR EXISTS (SELECT 1 FROM outbox o JOIN delivery d ON d.id = o.id WHERE starts_with(m.subject, 'out:') AND o.message_id = m.message_id
     AND d.state IN ('expired', 'dead', 'missing')))`;

/**
 * Resolves by itself what did not fail for the clean hours, unless a message of it still waits for us; counts as repaired when it failed
 * last. A group moves as one.
 */
export const SETTLE = `
WITH due AS (
  SELECT r.id, r.state, r.last_at FROM incident r
   WHERE r.merged_into IS NULL AND ((r.state = 'ignored' AND r.ignored_until <= $1)
      OR (r.state IN ('open', 'acknowledged', 'fixing', 'monitored') AND r.last_at <= $2 AND r.changed_at <= $2
          AND NOT EXISTS (SELECT 1 FROM incident_message m WHERE m.incident IN ${groupOf('r.id')} AND ${STANDS})))
), moved AS (
  UPDATE incident i SET state = CASE WHEN due.state = 'ignored' THEN 'open' ELSE 'resolved' END, changed_at = $1, ignored_until = NULL,
      left_standing = NULL, repaired_at = CASE WHEN due.state = 'ignored' THEN NULL ELSE due.last_at END
    FROM due WHERE i.id = due.id OR i.merged_into = due.id
  RETURNING i.id, i.state, i.merged_into
)
INSERT INTO incident_note (incident, kind, value, body, author, at)
SELECT id, 'state', state, CASE state WHEN 'open' THEN 'no longer ignored' ELSE 'no failure for the clean hours' END, 'gateway', $1
  FROM moved WHERE merged_into IS NULL
RETURNING id`;

const inScope = (link: string): string => `($1::text[] IS NULL OR ${link} = ANY ($1))`;

/** With what was merged into it, as far as the scope reaches; by the hour, the last 24 up to the time given last. */
const whole = (now: string): string => `
SELECT i.*, i.count + coalesce(p.count, 0) AS count, least(i.first_at, p.first_at) AS first_at, array_prepend(i.link, coalesce(p.links, '{}')) AS links,
       coalesce(p.parts, 0) AS parts,
       CASE WHEN p.parts IS NULL THEN i.messages
            ELSE (SELECT count(DISTINCT m.subject) FROM incident_message m WHERE m.incident = i.id OR m.incident = ANY (p.ids)) END AS messages,
       CASE WHEN p.parts IS NULL THEN i.keys ELSE ARRAY(SELECT DISTINCT k FROM incident g, unnest(g.keys) AS k
            WHERE g.id = i.id OR g.id = ANY (p.ids) ORDER BY k LIMIT 50) END AS keys,
       CASE WHEN p.parts IS NULL THEN i.mappings ELSE ARRAY(SELECT DISTINCT k FROM incident g, unnest(g.mappings) AS k
            WHERE g.id = i.id OR g.id = ANY (p.ids) ORDER BY k LIMIT 20) END AS mappings,
       ARRAY(SELECT coalesce(sum(h.count), 0)::integer
               FROM generate_series(date_trunc('hour', ${now}::timestamptz, 'UTC') - interval '23 hours', date_trunc('hour', ${now}::timestamptz, 'UTC'),
                    interval '1 hour') AS s (hour)
               LEFT JOIN incident_hour h ON h.hour = s.hour AND (h.incident = i.id OR h.incident = ANY (p.ids))
              GROUP BY s.hour ORDER BY s.hour) AS hours
  FROM incident i LEFT JOIN LATERAL (
    SELECT sum(g.count) AS count, min(g.first_at) AS first_at, array_agg(DISTINCT g.link) FILTER (WHERE g.link <> i.link) AS links,
           count(*)::integer AS parts, array_agg(g.id) AS ids
      FROM incident g WHERE g.merged_into = i.id AND ${inScope('g.link')} HAVING count(*) > 0) AS p ON true`;

/** What was merged into something that lies outside the scope is seen by itself. */
export const LIST = `${whole('$6')}
 WHERE ${inScope('i.link')} AND ($2::text[] IS NULL OR i.state = ANY ($2))
   AND (i.merged_into IS NULL OR NOT EXISTS (SELECT 1 FROM incident r WHERE r.id = i.merged_into AND ${inScope('r.link')}))
   AND ($3::timestamptz IS NULL OR (i.last_at, i.id) < ($3, $4::bigint))
 ORDER BY i.last_at DESC, i.id DESC LIMIT $5`;
export const FIND = `${whole('$3')} WHERE i.id = $2 AND ${inScope('i.link')}`;
export const PARTS = `${whole('$3')} WHERE i.merged_into = $2 AND ${inScope('i.link')} ORDER BY i.id`;
export const DAYS = `
SELECT ARRAY(SELECT coalesce(sum(h.count), 0)::integer
         FROM generate_series(date_trunc('day', $2::timestamptz, 'UTC') - interval '29 days', date_trunc('day', $2::timestamptz, 'UTC'), interval '1 day') AS s (day)
         LEFT JOIN incident_hour h ON h.hour >= s.day AND h.hour < s.day + interval '1 day' AND h.incident = ANY ($1::bigint[])
        GROUP BY s.day ORDER BY s.day) AS days`;
export const NOTES = `
SELECT * FROM (SELECT * FROM incident_note WHERE incident = ANY ($1::bigint[]) ORDER BY id DESC LIMIT 500) AS n ORDER BY id`;
export const FAILING = `
SELECT DISTINCT ON (first_at, subject) subject FROM (
  SELECT m.subject, min(m.first_at) AS first_at FROM incident_message m
   WHERE m.incident = ANY ($1::bigint[]) AND (
     EXISTS (SELECT 1 FROM inbox i WHERE starts_with(m.subject, 'in:') AND i.sender = m.sender AND i.message_id = m.message_id AND i.state IN ('parked', 'refused'))
     OR EXISTS (SELECT 1 FROM outbox o JOIN delivery d ON d.id = o.id WHERE starts_with(m.subject, 'out:') AND o.message_id = m.message_id
       AND d.state IN ('refused', 'expired', 'dead', 'missing')))
   GROUP BY m.subject) AS failed
 ORDER BY first_at, subject LIMIT $2`;
export const STANDING = `
SELECT count(*) AS count FROM (
  SELECT DISTINCT m.subject FROM incident_message m WHERE m.incident = ANY ($1::bigint[]) AND ${STANDS} LIMIT $2) AS standing`;
/** A group moves as one; owner, mapping and what it was resolved despite stand at its head. */
export const CHANGE = `
UPDATE incident SET state = coalesce($2::text, state), changed_at = CASE WHEN $2::text IS NULL THEN changed_at ELSE $3 END,
    ignored_until = CASE WHEN $2::text IS NULL THEN ignored_until ELSE $4::timestamptz END,
    repaired_at = CASE WHEN $2::text IS NULL THEN repaired_at WHEN $2::text = 'resolved' THEN $3 END,
    left_standing = CASE WHEN $2::text IS NULL THEN left_standing WHEN $2::text = 'resolved' AND id = $1 THEN $9::integer END,
    owner_id = CASE WHEN $5 THEN $6 ELSE owner_id END, owner = CASE WHEN $5 THEN $7 ELSE owner END, fixed_by = coalesce($8, fixed_by)
 WHERE id = $1 OR (merged_into = $1 AND $2::text IS NOT NULL)`;
/** Takes its own along, and the state of the group; only what stands by itself. */
export const MERGE = `
WITH head AS (
  SELECT id, state, changed_at, ignored_until, repaired_at FROM incident WHERE id = $2 AND merged_into IS NULL FOR UPDATE
), moved AS (
  UPDATE incident i SET merged_into = head.id, state = head.state, changed_at = head.changed_at, ignored_until = head.ignored_until,
      repaired_at = head.repaired_at, left_standing = NULL
    FROM head WHERE head.id <> $1 AND (i.id = $1 AND i.merged_into IS NULL OR i.merged_into = $1) RETURNING i.id, i.last_at
)
UPDATE incident r SET last_at = greatest(r.last_at, (SELECT max(last_at) FROM moved)) FROM head
 WHERE r.id = head.id AND EXISTS (SELECT 1 FROM moved WHERE id = $1) RETURNING r.id`;
/** Each goes back to its own last failure. */
export const SPLIT = `
WITH part AS (
  UPDATE incident SET merged_into = NULL WHERE id = $1 AND merged_into = $2 RETURNING id
)
UPDATE incident r SET last_at = greatest(
    (SELECT max(m.last_at) FROM incident_message m WHERE m.incident = r.id),
    (SELECT max(g.last_at) FROM incident g WHERE g.merged_into = r.id AND g.id <> $1))
 WHERE r.id = $2 AND EXISTS (SELECT 1 FROM part) RETURNING r.id`;
