import type { MessageLine } from '#exchange';
import { csvCell, EXPORT_FORMATS } from './export-formats.ts';

const line = {
  direction: 'in',
  link: 'keg',
  partner: 'KEG',
  messageId: 'm1',
  type: 'osjd-smgs/IFTMIN',
  state: 'refused',
  at: new Date('2026-03-14T09:15:00.000Z'),
  attempt: 0,
  duplicates: 0,
  keys: ['bill:=HYPERLINK("http://x")', 'equipment:箱,号'],
  keyCount: 5,
  code: 'FIELD_MISSING',
  priority: 'B',
  test: false,
  bytes: 42,
  replay: { possible: false, kinds: [], because: 'refused' },
  incidents: [],
} as unknown as MessageLine;

it.each([
  ['=1+1', "'=1+1"],
  ['+7 727', "'+7 727"],
  ['-2', "'-2"],
  ['@cmd', "'@cmd"],
  ['\tx', "'\tx"],
  ['a,"b"', '"a,""b"""'],
  ['две\nстроки', '"две\nстроки"'],
  [-2, '-2'],
  [undefined, ''],
])('writes %j so that no spreadsheet runs it', (value, cell) => expect(csvCell(value)).toBe(cell));

it('writes as many cells as there are heads, with a mark that says UTF-8', () => {
  const { head, row } = EXPORT_FORMATS.csv;
  expect(head.startsWith('\uFEFF')).toBe(true);
  // The only comma inside a cell is quoted.
  expect(
    row(line)
      .replaceAll(/"(?:[^"]|"")*"/g, 'x')
      .split(','),
  ).toHaveLength(head.split(',').length);
  expect(row(line)).toContain('箱,号 +3"');
});

it('writes one JSON object a line', () => {
  const text = EXPORT_FORMATS.ndjson.row(line);
  expect(text.endsWith('\n')).toBe(true);
  expect(JSON.parse(text)).toMatchObject({ messageId: 'm1', keyCount: 5 });
});
