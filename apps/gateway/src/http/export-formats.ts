import type { MessageLine } from '#exchange';

interface ExportFormat {
  readonly mediaType: string;
  readonly head: string;
  readonly row: (line: MessageLine) => string;
}

const COLUMNS: Readonly<Record<string, (line: MessageLine) => string | number | boolean | undefined>> = {
  at: ({ at }) => at.toISOString(),
  direction: ({ direction }) => direction,
  partner: ({ partner }) => partner,
  link: ({ link }) => link,
  type: ({ type }) => type,
  function: ({ functionCode }) => functionCode,
  state: ({ state }) => state,
  code: ({ code }) => code,
  attempts: ({ attempt }) => attempt,
  nextAttempt: ({ nextAt }) => nextAt?.toISOString(),
  deadline: ({ deadline }) => deadline?.toISOString(),
  keys: ({ keys, keyCount }) => keys.join(' ') + (keyCount > keys.length ? ` +${keyCount - keys.length}` : ''),
  mapping: ({ mapping }) => mapping && `${mapping.id}@${mapping.version}`,
  priority: ({ priority }) => priority,
  test: ({ test }) => test,
  bytes: ({ bytes }) => bytes,
  messageId: ({ messageId }) => messageId,
  conversationId: ({ conversationId }) => conversationId,
};

/** A spreadsheet takes a cell that begins with one of these for a formula; what partners wrote must never be one. */
const FORMULA = /^[=+\-@\t\r]/;

/** One cell (RFC 4180), inert in spreadsheets. */
export function csvCell(value: string | number | boolean | undefined): string {
  const text = value === undefined ? '' : String(value);
  const inert = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** By the byte order mark spreadsheets know that it is UTF-8: Chinese and Cyrillic arrive as they are. */
const BYTE_ORDER_MARK = '\uFEFF';

export const EXPORT_FORMATS: Readonly<Record<'csv' | 'ndjson', ExportFormat>> = {
  csv: {
    mediaType: 'text/csv; charset=utf-8',
    head: `${BYTE_ORDER_MARK}${Object.keys(COLUMNS).join(',')}\r\n`,
    row: (line) =>
      `${Object.values(COLUMNS)
        .map((read) => csvCell(read(line)))
        .join(',')}\r\n`,
  },
  ndjson: { mediaType: 'application/x-ndjson', head: '', row: (line) => `${JSON.stringify(line)}\n` },
};
