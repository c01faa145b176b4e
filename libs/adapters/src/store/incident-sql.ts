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
export const ADD_NOTE = `INSERT INTO incident_note (incident, kind, value, body, author, at) VALUES ($1, $2, $3, $4, $5, $6)`;

/** What resolves by itself counts as repaired when it failed last. */
export const SETTLE = `
WITH moved AS (
  UPDATE incident SET state = CASE WHEN state = 'ignored' THEN 'open' ELSE 'resolved' END, changed_at = $1, ignored_until = NULL,
      repaired_at = CASE WHEN state = 'ignored' THEN NULL ELSE last_at END
   WHERE (state IN ('open', 'acknowledged', 'fixing', 'monitored') AND last_at <= $2 AND changed_at <= $2) OR (state = 'ignored' AND ignored_until <= $1)
  RETURNING id, state
)
INSERT INTO incident_note (incident, kind, value, body, author, at)
SELECT id, 'state', state, CASE state WHEN 'open' THEN 'no longer ignored' ELSE 'no failure for the clean hours' END, 'gateway', $1 FROM moved
RETURNING id`;

export const LIST = `
SELECT * FROM incident
 WHERE ($1::text[] IS NULL OR link = ANY ($1)) AND ($2::text[] IS NULL OR state = ANY ($2))
   AND ($3::timestamptz IS NULL OR (last_at, id) < ($3, $4::bigint))
 ORDER BY last_at DESC, id DESC LIMIT $5`;
export const FIND = `SELECT * FROM incident WHERE id = $2 AND ($1::text[] IS NULL OR link = ANY ($1))`;
export const NOTES = `
SELECT * FROM (SELECT * FROM incident_note WHERE incident = $1 ORDER BY id DESC LIMIT 500) AS n ORDER BY id`;
export const FAILING = `
SELECT m.subject FROM incident_message m
 WHERE m.incident = $1 AND (
   EXISTS (SELECT 1 FROM inbox i WHERE starts_with(m.subject, 'in:') AND i.sender = m.sender AND i.message_id = m.message_id AND i.state IN ('parked', 'refused'))
   OR EXISTS (SELECT 1 FROM outbox o JOIN delivery d ON d.id = o.id WHERE starts_with(m.subject, 'out:') AND o.message_id = m.message_id
     AND d.state IN ('refused', 'expired', 'dead', 'missing')))
 ORDER BY m.first_at, m.subject LIMIT $2`;
export const CHANGE = `
UPDATE incident SET state = coalesce($2, state), changed_at = CASE WHEN $2 IS NULL THEN changed_at ELSE $3 END,
    ignored_until = CASE WHEN $2 IS NULL THEN ignored_until ELSE $4::timestamptz END,
    repaired_at = CASE WHEN $2 IS NULL THEN repaired_at WHEN $2 = 'resolved' THEN $3 END,
    owner_id = CASE WHEN $5 THEN $6 ELSE owner_id END, owner = CASE WHEN $5 THEN $7 ELSE owner END, fixed_by = coalesce($8, fixed_by)
 WHERE id = $1`;
