/** Statements about versions of mappings. None of them is on the way of a message. */

export const DRAFT = `
INSERT INTO mapping_version (id, mapping, number, state, base, text, codelists, links, reason, author_id, author, request, mapping_digest, action, digest, at)
VALUES ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING RETURNING id`;

export const KEEP_SAMPLE = `INSERT INTO mapping_sample (version, name, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;

export const LIST_VERSIONS = `
SELECT * FROM mapping_version
 WHERE ($1::text[] IS NULL OR links <@ $1) AND ($2::text IS NULL OR mapping = $2) AND ($3::text IS NULL OR state = $3)
   AND ($4::timestamptz IS NULL OR at < $4)
 ORDER BY at DESC, id LIMIT $5`;

/** Of two samples of one name the one of the later version. */
export const SAMPLES = `
SELECT DISTINCT ON (s.name) s.name, s.bytes FROM mapping_sample s JOIN mapping_version v ON v.id = s.version
 WHERE v.mapping = $1 ORDER BY s.name, v.number DESC LIMIT 200`;

/** Rows of a link that are looked at for those read by the mappings. */
const LOOKED_AT = 2_000;
export const RECENT = `
SELECT found.* FROM unnest($1::text[]) AS l (link) CROSS JOIN LATERAL (
  SELECT i.sender, i.message_id, i.link, i.frame, i.received_at FROM (
      SELECT * FROM inbox w WHERE w.link = l.link ORDER BY w.received_at DESC LIMIT ${LOOKED_AT}) i
   WHERE i.mapping->>'id' = ANY ($2) AND i.purged_at IS NULL LIMIT $3) found
 ORDER BY found.received_at DESC LIMIT $3`;

/** What was not of a mapping (keys, questions) and what could not be read at all stays out: it says nothing of one. */
export const RECEIVED_AFTER = `
SELECT sender, message_id, link, frame, received_at FROM inbox
 WHERE link = ANY ($1) AND (received_at, message_id) > ($2, $3) AND mapping IS NOT NULL AND purged_at IS NULL
 ORDER BY received_at, message_id LIMIT $4`;

export const MOVE = `
UPDATE mapping_version SET state = $2, approver_id = CASE WHEN $2 IN ('live', 'refused') THEN $4 ELSE approver_id END,
       approver = CASE WHEN $2 IN ('live', 'refused') THEN $5 ELSE approver END,
       decision = CASE $2 WHEN 'submitted' THEN decision ELSE $6 END, decided_at = CASE $2 WHEN 'submitted' THEN decided_at ELSE $7 END,
       shadow_turn = CASE $2 WHEN 'submitted' THEN shadow_turn END
 WHERE id = $1 AND state = ANY ($3) RETURNING base, links`;

export const ASSIGN = `
INSERT INTO mapping_assignment (link, base, version, since) SELECT link, $2, $3, $4 FROM unnest($1::text[]) AS l (link)
ON CONFLICT (link, base) DO UPDATE SET previous = mapping_assignment.version, version = EXCLUDED.version, since = EXCLUDED.since`;

export const STEP_BACK = `
WITH gone AS (DELETE FROM mapping_assignment WHERE version = $1 AND previous IS NULL)
UPDATE mapping_assignment SET version = previous, previous = NULL, since = $2 WHERE version = $1 AND previous IS NOT NULL`;

/** A version that stands nowhere any more has retired; one that stands somewhere again is live. */
export const SETTLE = `
UPDATE mapping_version v SET state = CASE WHEN stands.somewhere THEN 'live' ELSE 'retired' END
  FROM (SELECT w.id, EXISTS (SELECT 1 FROM mapping_assignment a WHERE a.version = w.id) AS somewhere
          FROM mapping_version w WHERE w.state IN ('live', 'retired', 'rolled-back')) stands
 WHERE stands.id = v.id AND (v.state = 'live') IS DISTINCT FROM stands.somewhere`;

export const ASSIGNMENTS = `
SELECT a.link, a.base, a.version, v.mapping, v.text, v.codelists FROM mapping_assignment a JOIN mapping_version v ON v.id = a.version
 ORDER BY a.link, a.base`;

export const GENERATION = `
SELECT coalesce(string_agg(link || ' ' || base || ' ' || version, ',' ORDER BY link, base), '') AS generation FROM mapping_assignment`;

/** Whoever looked gives its turn back. */
export const PUT_SHADOW = `
UPDATE mapping_version SET shadow = $2, shadow_turn = CASE WHEN $2::json IS NULL OR $2::json->>'endedAt' IS NOT NULL THEN NULL
       ELSE '-infinity'::timestamptz END
 WHERE id = $1`;

export const TAKE_SHADOWS = `
UPDATE mapping_version SET shadow_turn = $2
 WHERE id IN (SELECT id FROM mapping_version WHERE shadow_turn < $1 FOR UPDATE SKIP LOCKED)
RETURNING *`;
