import type {
  AnswerRow,
  CarriedEvidence,
  EnvelopeRow,
  EventRow,
  InboxRow,
  LogRow,
  OutboxRow,
  QuarantineRow,
  ReceiptRow,
  StatusNoticeRow,
} from '#exchange';

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
      kg: row.keyGroups && row.keyGroups.length > 0 ? row.keyGroups : undefined,
      g: row.mapping,
      x: row.test,
      p: row.priority,
      st: row.state,
      i: row.issues,
      at: row.receivedAt,
    }),
  );

/** What the messages of a batch add to the counts of their links and days. */
export function packUsage(rows: readonly InboxRow[]): string {
  const counts = new Map<string, { l: string; d: string; n: number; b: number }>();
  for (const { link, receivedAt, frame } of rows) {
    const d = receivedAt.toISOString().slice(0, 10);
    const { n, b } = counts.get(`${link} ${d}`) ?? { n: 0, b: 0 };
    counts.set(`${link} ${d}`, { l: link, d, n: n + 1, b: b + frame.length });
  }
  return JSON.stringify([...counts.values()]);
}

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
      y: row.kid,
      e: row.expectation,
      ss: row.source?.sender,
      sm: row.source?.messageId,
      g: row.mapping,
      tr: row.translation?.toString('latin1'),
      x: row.test,
      p: row.priority,
      st: row.state,
      dl: row.deadline,
      ad: row.answerDue,
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

export const packAnswers = (rows: readonly AnswerRow[]): Packed[] =>
  pack(
    rows,
    (row) => row.jws,
    ({ queryId, link, messageId, have, resend, at }) => ({ q: queryId, l: link, m: messageId, h: have, s: resend, at }),
  );

export const packEvidence = (rows: readonly CarriedEvidence[]): Packed[] =>
  pack(
    rows,
    (row) => row.signature,
    (row) => ({
      s: row.subject,
      c: row.scheme,
      l: row.link,
      k: row.keyName,
      d: row.certificateDigest,
      a: row.algorithm,
      v: row.verdict,
      r: row.reason,
      at: row.at,
      b: row.bytesDigest,
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

export const packLog = (rows: readonly LogRow[]): string =>
  storable(
    JSON.stringify(
      rows.map(({ at, link, direction, kind, messageId, sequence, previousDigest, manifestDigest, jwsDigest }) => ({
        at,
        l: link,
        d: direction,
        k: kind,
        m: messageId,
        q: sequence,
        p: previousDigest,
        g: manifestDigest,
        j: jwsDigest,
      })),
    ),
  );
/** One row a matter, list and code, and in one order: a statement may not touch a row twice, nor two statements wait for each other. */
export function packNotices(rows: readonly StatusNoticeRow[]): string {
  const latest = new Map<string, StatusNoticeRow>();
  for (const row of rows) {
    const key = `${indexable(row.subject)}\n${indexable(row.listId)}\n${indexable(row.code)}`;
    const before = latest.get(key);
    if (!before || (momentOf(row) ?? -Infinity) > (momentOf(before) ?? -Infinity)) latest.set(key, row);
  }
  const inOrder = [...latest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return storable(
    JSON.stringify(
      inOrder.map((row) => {
        const moment = momentOf(row);
        return {
          u: indexable(row.subject),
          l: indexable(row.listId),
          c: indexable(row.code),
          t: row.dateTime,
          ...(moment !== undefined && { ta: new Date(moment) }),
          s: row.sender,
          m: row.messageId,
          at: row.receivedAt,
        };
      }),
    ),
  );
}

const momentOf = ({ dateTime }: StatusNoticeRow): number | undefined => {
  const moment = dateTime === undefined ? NaN : Date.parse(dateTime);
  return Number.isNaN(moment) ? undefined : moment;
};

/** The last of each number in the batch. */
export function packEnvelopes(rows: readonly EnvelopeRow[]): string {
  const last = new Map(rows.map((row) => [`${row.sender}\n${indexable(row.id)}`, row]));
  const inOrder = [...last.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return storable(
    JSON.stringify(
      inOrder.map(({ sender, id, messageId, validUntil, document, receivedAt }) => ({
        s: sender,
        i: indexable(id),
        m: messageId,
        v: validUntil,
        d: document,
        at: receivedAt,
      })),
    ),
  );
}

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
export function storable(json: string): string {
  if (!/\\u(?:0000|d[89a-f])/.test(json)) return json;
  return json.replace(/\\(?:u(?:0000|d[89ab][0-9a-f]{2}|d[c-f][0-9a-f]{2})|.)/g, (escape) =>
    escape.startsWith('\\u0000') || escape.startsWith('\\ud') ? '\ufffd' : escape,
  );
}
