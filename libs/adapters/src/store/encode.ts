import type { EventRow, InboxRow, OutboxRow, QuarantineRow, ReceiptRow } from '#exchange';

/** Longest text that goes into an index: beyond, PostgreSQL refuses the row, and one message would stop its whole batch. */
const INDEXED_LENGTH = 250;
/** Statements are cut so that no single parameter grows beyond this many bytes of frames. */
const STATEMENT_BYTES = 64 * 1024 * 1024;

/** The two parameters of a batch statement: rows as JSON, and their bytes end to end. */
export type Packed = readonly [json: string, bytes: Buffer];

/** Turns rows into statement parameters, in several statements where the bytes are many. */
export function pack<Row>(rows: readonly Row[], bytesOf: (row: Row) => Buffer, columns: (row: Row) => Record<string, unknown>): Packed[] {
  const packed: Packed[] = [];
  let json: Record<string, unknown>[] = [];
  let bytes: Buffer[] = [];
  let length = 0;
  const close = () => {
    if (json.length > 0)
      packed.push([storable(JSON.stringify(json)), bytes.length === 1 ? (bytes[0] as Buffer) : Buffer.concat(bytes, length)]);
    json = [];
    bytes = [];
    length = 0;
  };
  for (const row of rows) {
    const frame = bytesOf(row);
    if (length + frame.length > STATEMENT_BYTES) close();
    const entry = columns(row);
    entry['pos'] = length + 1;
    entry['len'] = frame.length;
    json.push(entry);
    bytes.push(frame);
    length += frame.length;
  }
  close();
  return packed;
}

export const packInbox = (rows: readonly InboxRow[]): Packed[] =>
  pack(
    rows,
    (row) => row.frame,
    (row) => ({
      s: row.sender,
      m: row.messageId,
      l: row.link,
      d: row.manifestDigest,
      j: row.jwsDigest,
      k: row.kid,
      t: row.type,
      f: row.functionCode,
      c: row.canonicalType,
      v: row.conversationId,
      o: indexable(row.orderKey),
      b: row.businessKeys.map(indexable),
      g: row.mapping,
      x: row.test,
      p: row.priority,
      st: row.state,
      i: row.issues,
      at: row.receivedAt,
    }),
  );

export const packOutbox = (rows: readonly OutboxRow[]): Packed[] =>
  pack(
    rows,
    (row) => row.frame,
    (row) => ({
      m: row.messageId,
      l: row.link,
      k: row.kind,
      q: row.linkSequence,
      o: indexable(row.orderKey),
      t: row.type,
      f: row.functionCode,
      c: row.canonicalType,
      r: row.correlationId,
      b: row.businessKeys.map(indexable),
      d: row.manifestDigest,
      e: row.expectation,
      ss: row.source?.sender,
      sm: row.source?.messageId,
      g: row.mapping,
      x: row.test,
      p: row.priority,
      st: row.state,
      dl: row.deadline,
      at: row.createdAt,
    }),
  );

export const packReceipts = (rows: readonly ReceiptRow[]): Packed[] =>
  pack(
    rows,
    (row) => row.jws,
    (row) => ({
      i: row.receiptId,
      d: row.direction,
      s: row.issuer,
      a: row.aboutSender,
      m: row.aboutMessageId,
      l: row.levels,
      t: row.status,
      at: row.at,
    }),
  );

/** The same bytes twice in one batch are one row counted twice: a statement may not touch a row twice. */
export function packQuarantine(rows: readonly QuarantineRow[]): Packed[] {
  const counted = new Map<string, { row: QuarantineRow; count: number }>();
  for (const row of rows) {
    const key = `${row.link} ${row.sha256}`;
    const before = counted.get(key);
    counted.set(key, { row: before?.row ?? row, count: (before?.count ?? 0) + 1 });
  }
  return pack(
    [...counted.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
    ({ row }) => row.frame,
    ({ row, count }) => ({
      l: row.link,
      h: row.sha256,
      c: row.code,
      r: row.reason,
      m: row.claimedMessageId,
      n: count,
      at: row.receivedAt,
    }),
  );
}

export const packEvents = (rows: readonly EventRow[]): string =>
  storable(
    JSON.stringify(
      rows.map(({ subject, kind, from, to, actor, cause, at }) => ({ s: subject, k: kind, f: from, t: to, a: actor, c: cause, at })),
    ),
  );

/** Keys are cut, never refused: two keys that agree in this many characters are merely kept in one order. */
export function indexable(text: string): string;
export function indexable(text: string | undefined): string | undefined;
export function indexable(text: string | undefined): string | undefined {
  return text === undefined || text.length <= INDEXED_LENGTH ? text : text.slice(0, INDEXED_LENGTH);
}

/**
 * PostgreSQL text cannot hold U+0000 or half of a surrogate pair. Both can stand in what a partner sent, and neither may
 * stop a batch: they become U+FFFD. JSON.stringify writes exactly these (and no letters) as \u escapes.
 */
function storable(json: string): string {
  if (!/\\u(?:0000|d[89a-f])/.test(json)) return json;
  return json.replace(/\\(?:u(?:0000|d[89ab][0-9a-f]{2}|d[c-f][0-9a-f]{2})|.)/g, (escape) =>
    escape.startsWith('\\u0000') || escape.startsWith('\\ud') ? '\ufffd' : escape,
  );
}
