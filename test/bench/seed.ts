import type { Client } from 'pg';

/** Rows of one statement. */
const CHUNK = 100_000;
const DAYS = 90;

/** Bills of one voyage share its journey key. */
export const VOYAGE = 200;
export const LINKS = ['lsw', 'nsw', 'hrg', 'keg'] as const;

/** The n-th seeded bill and the serial number of its container, for queries that find something. Check digits are whatever comes. */
export const billOf = (n: number): string => `SEED${String(n).padStart(9, '0')}`;
export const serialOf = (n: number): string => String((n * 7) % 1_000_000).padStart(6, '0');

/**
 * Half of `messages` received and half sent, as 90 days of a port leave them: one in a hundred not settled, four business keys
 * each, events of every state. Secondary indexes are made after the rows, which is the same index faster.
 */
export async function seed(client: Client, messages: number, tell: (done: number) => void): Promise<void> {
  const pairs = Math.floor(messages / 2);
  const { rows } = await client.query<{ name: string; definition: string }>(INDEXES);
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  for (let from = 0; from < pairs; from += CHUNK) {
    const to = Math.min(pairs, from + CHUNK);
    for (const statement of [INBOX, OUTBOX, DELIVERY, EVENTS]) await client.query(statement, parametersOf(statement, from, to, pairs));
    tell(2 * to);
  }
  await client.query(`SELECT setval('outbox_id_seq', $1)`, [pairs + 1]);
  await client.query(`SET maintenance_work_mem = '1GB'`);
  for (const { definition } of rows) await client.query(definition);
  await client.query('VACUUM ANALYZE');
}

const INDEXES = `
SELECT indexname AS name, indexdef AS definition FROM pg_indexes
 WHERE tablename IN ('inbox', 'outbox', 'delivery', 'event') AND indexname NOT LIKE '%_pkey'`;

const parametersOf = (statement: string, from: number, to: number, pairs: number): number[] =>
  statement.includes('$3') ? [from, to - 1, pairs] : [from, to - 1];

const AT = `(now() - make_interval(days => ${DAYS}) + make_interval(secs => n * (${DAYS} * 86400.0 / $3)))`;
const LINK = `(ARRAY['${LINKS.join(`', '`)}'])[1 + n % ${LINKS.length}]`;
const PARTY = `upper(${LINK})`;
const ID = (side: string): string =>
  `(lpad(to_hex((extract(epoch FROM ${AT}) * 1000)::bigint), 12, '0') || '-7' || substr(md5('${side}' || n), 1, 3) || '-8' || substr(md5('${side}' || n), 4, 15))`;
const TYPE = `(ARRAY['cn-manifest/MT1101', 'cn-manifest/MT2101', 'cn-rail/MT1301', 'osjd-smgs/IFTMIN', 'cn-manifest/Response'])[1 + n % 5]`;
const SERIAL = `lpad(((n * 7) % 1000000)::text, 6, '0')`;
const KEYS = `ARRAY['journey:SEED/' || n / ${VOYAGE}, 'bill:SEED' || lpad(n::text, 9, '0'), 'equipment:LBGU' || ${SERIAL} || n % 10, 'document:D' || n]`;
const MAPPING = `jsonb_build_object('id', ${TYPE}, 'version', '1.0.0', 'digest', 'seed')`;
const ISSUES = `CASE WHEN n % 100 = 0 THEN '[{"code":"FIELD_MISSING","severity":"error","pointer":"/Manifest","message":"A mandatory element is missing."}]' ELSE '[]' END::jsonb`;
const ROWS = 'generate_series($1::bigint, $2::bigint) AS n';
const FRAME = `decode(repeat(md5(n::text), 16), 'hex')`;

const INBOX = `
INSERT INTO inbox (sender, message_id, link, manifest_digest, jws_digest, kid, type, function_code, canonical_type, conversation_id, order_key,
  business_keys, mapping, test, priority, state, issues, received_at, frame)
SELECT ${PARTY}, ${ID('in')}, ${LINK}, md5('m' || n), md5('j' || n), 'seed', ${TYPE}, '9', 'Manifest', ${ID('in')}, 'journey:SEED/' || n / ${VOYAGE},
  ${KEYS}, ${MAPPING}, false, 'B', CASE WHEN n % 100 = 0 THEN 'refused' WHEN n % 100 = 50 THEN 'parked' ELSE 'routed' END, ${ISSUES}, ${AT}, ${FRAME}
  FROM ${ROWS}`;

const OUTBOX = `
INSERT INTO outbox (id, message_id, link, kind, link_sequence, order_key, type, function_code, canonical_type, correlation_id, business_keys,
  manifest_digest, source_sender, source_message_id, mapping, test, created_at, frame)
SELECT n + 1, ${ID('out')}, ${LINK.replace('1 + n', '1 + (n + 1)')}, 'message', n / ${LINKS.length} + 1, 'journey:SEED/' || n / ${VOYAGE}, ${TYPE}, '9', 'Manifest', ${ID('in')},
  ${KEYS}, md5('o' || n), ${PARTY}, ${ID('in')}, ${MAPPING}, false, ${AT} + interval '40 ms', ${FRAME}
  FROM ${ROWS}`;

const DELIVERY = `
INSERT INTO delivery (id, link, kind, order_key, priority, state, attempt, deadline, published_at, last_code, created_at)
SELECT n + 1, ${LINK.replace('1 + n', '1 + (n + 1)')}, 'message', 'journey:SEED/' || n / ${VOYAGE}, 'B',
  CASE WHEN n % 500 = 7 THEN 'refused' WHEN n % 5000 = 9 THEN 'expired' ELSE 'accepted' END, 1, ${AT} + interval '72 hours', ${AT} + interval '50 ms',
  CASE WHEN n % 500 = 7 THEN 'VALUE_INVALID' END, ${AT} + interval '40 ms'
  FROM ${ROWS}`;

const EVENTS = `
INSERT INTO event (subject, kind, from_state, to_state, actor, at)
SELECT s.subject, 'state', s.was, s.state, 'LBG', ${AT} + s.later
  FROM ${ROWS}, LATERAL (VALUES ('in:' || ${PARTY} || '/' || ${ID('in')}, 'received', 'routed', interval '1 ms'),
       ('out:' || ${ID('out')}, 'publishing', 'published', interval '50 ms'), ('out:' || ${ID('out')}, 'published', 'accepted', interval '2 s')) AS s (subject, was, state, later)`;
