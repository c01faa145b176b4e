/** The row is the turn: a second process finds it taken, or looked at a moment ago, and goes away. */
export const TAKE = `
SELECT told_at + make_interval(secs => $3) <= $1 AS may_tell FROM alert_turn
 WHERE name = 'rules' AND at + make_interval(secs => $2) <= $1 FOR UPDATE SKIP LOCKED`;
export const TURNED = `UPDATE alert_turn SET at = $1, told_at = CASE WHEN $2 THEN $1 ELSE told_at END WHERE name = 'rules'`;

export const OPEN = `SELECT * FROM alert WHERE state IN ('pending', 'firing') ORDER BY id`;

const RECORD = `r (id bigint, r text, m text, v text, s text, l text, x double precision, b double precision, st text, si timestamptz, f timestamptz,
  c timestamptz, re timestamptz)`;
export const ADD = `
INSERT INTO alert (rule, measure, severity, subject, link, value, bound, state, since, fired_at)
SELECT r, m, v, s, l, x, b, st, si, f FROM json_to_recordset($1::json) AS ${RECORD}`;
export const RENEW = `
UPDATE alert a SET severity = v, value = x, bound = b, state = st, fired_at = f, clear_since = c, resolved_at = re
  FROM json_to_recordset($1::json) AS ${RECORD} WHERE a.id = r.id`;
export const DROP = `DELETE FROM alert WHERE id = ANY ($1::bigint[]) AND state = 'pending'`;

export const SILENCES = `SELECT * FROM alert_silence WHERE until > $1 AND ended_at IS NULL ORDER BY id DESC LIMIT 1000`;
export const UNTOLD = `SELECT * FROM alert WHERE state <> 'pending' AND told IS DISTINCT FROM state ORDER BY id LIMIT 5000`;
export const TOLD = `UPDATE alert SET told = state WHERE id = ANY ($1::bigint[])`;

export const ADD_NOTICE = `
INSERT INTO alert_notice (id, channel, content, state, attempt, next_at, created_at) VALUES ($1, $2, $3, 'waiting', 0, $4, $4)`;
export const DUE = `
SELECT id, attempt FROM alert_notice WHERE state = 'waiting' AND next_at <= $1 AND ($2::uuid IS NULL OR id = $2)
 ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
export const TRY = `UPDATE alert_notice SET attempt = $2, next_at = $3 WHERE id = $1 RETURNING *`;
export const SETTLE = `
UPDATE alert_notice SET state = CASE WHEN $3::text IS NULL THEN 'sent' WHEN $4 THEN 'failed' ELSE 'waiting' END,
    sent_at = CASE WHEN $3::text IS NULL THEN $2::timestamptz END, code = $3
 WHERE id = $1`;
export const NOTICES = `SELECT * FROM alert_notice ORDER BY created_at DESC, id LIMIT $1`;

/** What belongs to no link is for everybody. */
const SEEN = `($1::text[] IS NULL OR link IS NULL OR link = ANY ($1))`;
export const LIST = `
SELECT * FROM alert WHERE ${SEEN} AND ($2::text[] IS NULL OR state = ANY ($2)) AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`;
export const FIND = `SELECT * FROM alert WHERE id = $2 AND ${SEEN}`;
export const ACKNOWLEDGE = `
UPDATE alert SET acknowledged_by = $2, acknowledged_at = $3, acknowledged_reason = $4
 WHERE id = $1 AND state = 'firing' AND acknowledged_by IS NULL RETURNING id`;
export const LIST_SILENCES = `
SELECT * FROM alert_silence WHERE ${SEEN} AND until > $2 AND ended_at IS NULL ORDER BY id DESC LIMIT 200`;
export const SILENCE = `INSERT INTO alert_silence (rule, link, until, reason, author, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING *`;
/** One of every link is ended by who sees every link. */
export const END_SILENCE = `
UPDATE alert_silence SET ended_at = $3
 WHERE id = $2 AND ended_at IS NULL AND until > $3 AND ($1::text[] IS NULL OR link = ANY ($1)) RETURNING id`;

/** The newest messages of each link, both ways, and what was not believed; each walk of an index ends after so many. */
export const FAILURES = `
SELECT l.link, count(w.failed) AS seen, count(*) FILTER (WHERE w.failed) AS failed
  FROM unnest($1::text[]) AS l (link)
  LEFT JOIN LATERAL (
    (SELECT i.state IN ('refused', 'parked') AS failed FROM inbox i
      WHERE i.link = l.link AND i.received_at > $2 ORDER BY i.received_at DESC LIMIT $3)
    UNION ALL
    (SELECT d.state IN ('refused', 'expired', 'dead', 'missing') FROM outbox o JOIN delivery d ON d.id = o.id
      WHERE o.link = l.link AND o.kind = 'message' AND o.created_at > $2 ORDER BY o.created_at DESC LIMIT $3)
    UNION ALL
    (SELECT true FROM quarantine q WHERE q.last_at > $2 AND q.link = l.link ORDER BY q.last_at DESC LIMIT $3)
  ) AS w ON true
 GROUP BY l.link ORDER BY l.link`;

/** Of each class the messages that go first: what is behind them by the thousand is late in any case. */
export const AT_RISK = `
SELECT l.link, count(w.deadline) FILTER (WHERE w.kind = 'message' AND w.deadline <= $2) AS count
  FROM unnest($1::text[]) AS l (link)
  LEFT JOIN LATERAL (
    SELECT x.deadline, x.kind FROM (VALUES ('A'), ('B'), ('C')) AS p (priority) CROSS JOIN LATERAL (
      SELECT d.deadline, d.kind FROM delivery d
       WHERE d.link = l.link AND d.priority = p.priority AND d.state IN ('ready', 'retrying', 'publishing') ORDER BY d.id LIMIT $3) AS x
    UNION ALL
    (SELECT d.deadline, d.kind FROM delivery d WHERE d.link = l.link AND d.state = 'unknown' ORDER BY d.next_at LIMIT $3)
  ) AS w ON true
 GROUP BY l.link ORDER BY l.link`;
