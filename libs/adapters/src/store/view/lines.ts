import { replayable, type MessageLine, type Scope } from '#exchange';
import type { Issue } from '#model';

/** Keys shown in a line; the rest is counted. */
const SHOWN_KEYS = 8;

/** Incidents that count a message, newest first; null while there are none. They are of its own link, so its scope is theirs. */
const incidentsOf = (subject: string): string =>
  `(SELECT array_agg(m.incident::text ORDER BY m.incident DESC) FROM incident_message m WHERE m.subject = ${subject})`;

/** Columns of a line, the same for both directions. */
export const LINE_IN = `
  'in' AS direction, i.link, i.message_id, i.sender, i.type, i.function_code, i.canonical_type, i.state, i.received_at AS at, 0 AS attempt,
  NULL::timestamptz AS next_at, NULL::timestamptz AS deadline, NULL::timestamptz AS published_at,
  coalesce((SELECT r.count FROM inbox_repeat r WHERE r.sender = i.sender AND r.message_id = i.message_id), 0) AS duplicates,
  i.order_key, i.business_keys[1:${SHOWN_KEYS}] AS keys, cardinality(i.business_keys) AS key_count, i.mapping,
  jsonb_path_query_first(i.issues, '$[*] ? (@.severity == "error").code') #>> '{}' AS code,
  i.priority, i.test, octet_length(i.frame) AS bytes, i.conversation_id, NULL::text AS source_sender, NULL::text AS source_message_id,
  NULL::bigint AS outbox_id, ${incidentsOf("'in:' || i.sender || '/' || i.message_id")} AS incidents`;

export const LINE_OUT = `
  'out' AS direction, o.link, o.message_id, NULL::text AS sender, o.type, o.function_code, o.canonical_type, d.state, o.created_at AS at, d.attempt,
  d.next_at, d.deadline, d.published_at, 0 AS duplicates,
  o.order_key, o.business_keys[1:${SHOWN_KEYS}] AS keys, cardinality(o.business_keys) AS key_count, o.mapping,
  d.last_code AS code, d.priority, o.test, octet_length(o.frame) AS bytes, o.correlation_id AS conversation_id, o.source_sender, o.source_message_id,
  o.id AS outbox_id, ${incidentsOf("'out:' || o.message_id")} AS incidents`;

export interface LineRow {
  readonly direction: 'in' | 'out';
  readonly link: string;
  readonly message_id: string;
  readonly sender: string | null;
  readonly type: string;
  readonly function_code: string | null;
  readonly canonical_type: string | null;
  readonly state: string;
  readonly at: Date;
  readonly attempt: number;
  readonly next_at: Date | null;
  readonly deadline: Date | null;
  readonly published_at: Date | null;
  readonly duplicates: number;
  readonly order_key: string | null;
  readonly keys: string[];
  readonly key_count: number;
  readonly mapping: MessageLine['mapping'] | null;
  readonly code: string | null;
  readonly priority: string;
  readonly test: boolean;
  readonly bytes: number;
  readonly conversation_id: string | null;
  readonly source_sender: string | null;
  readonly source_message_id: string | null;
  readonly outbox_id: string | null;
  readonly incidents: string[] | null;
}

export interface DetailRow extends LineRow {
  readonly from_party: string;
  readonly frame: Buffer;
  readonly issues: readonly Issue[] | null;
  readonly translation: string | null;
}

/** The message it was made from is named only to who may see that party's messages. */
export function lineOf(row: LineRow, partnerOf: (link: string) => string, scope: Scope): MessageLine {
  const { source_sender: sender, source_message_id: messageId } = row;
  return {
    direction: row.direction,
    link: row.link,
    partner: partnerOf(row.link),
    messageId: row.message_id,
    type: row.type,
    state: row.state,
    at: row.at,
    attempt: row.attempt,
    duplicates: row.duplicates,
    keys: row.keys,
    keyCount: row.key_count,
    priority: row.priority,
    test: row.test,
    bytes: row.bytes,
    replay: replayable(row.direction, row.state),
    incidents: row.incidents ?? [],
    ...present({
      sender: row.sender,
      functionCode: row.function_code,
      canonicalType: row.canonical_type,
      nextAt: row.next_at,
      deadline: row.deadline,
      publishedAt: row.published_at,
      orderKey: row.order_key,
      mapping: row.mapping,
      code: row.code,
      conversationId: row.conversation_id,
      source: sender !== null && messageId !== null && scope.coversPartner(sender) ? { sender, messageId } : null,
    }),
  };
}

type Present<T> = { readonly [K in keyof T]?: NonNullable<T[K]> };

/** Members that are not NULL. */
export function present<T extends Record<string, unknown>>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as Present<T>;
}
