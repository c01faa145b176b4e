import fc from 'fast-check';
import { readCodeLists } from '../mapping/codelists.ts';
import { loadMappings } from '../mapping/load.ts';
import { importCodeList, readCodeRows } from './codelist-import.ts';

const faults = (text: string) => readCodeRows(text).issues.map(({ pointer }) => pointer);

describe('tables', () => {
  it('are CSV with quotes, either end of line, and columns in any order', () => {
    expect(readCodeRows('en,code,zh\r\n"Box, ""wood""\nor steel",4A,箱\r\n,4B,\n').issues.map(({ message }) => message)).toHaveLength(1);
    expect(readCodeRows('en,code,zh\r\n"Box, ""wood""",4A,箱\r\n,4B,\n')).toEqual({
      rows: [
        { code: '4A', at: 'line 2', zh: '箱', en: 'Box, "wood"' },
        { code: '4B', at: 'line 3' },
      ],
      issues: [],
    });
  });

  it('are JSON, as a list or by code', () => {
    const rows = [{ code: '1', en: 'One' }];
    expect(readCodeRows(JSON.stringify(rows)).rows).toEqual([{ code: '1', en: 'One', at: '/0' }]);
    expect(readCodeRows('{"1":{"en":"One"}}').rows).toEqual([{ code: '1', en: 'One', at: '/1' }]);
  });

  it.each([
    ['a code twice', 'code\n1\n2\n1\n', 'line 4'],
    ['an empty code', 'code,en\n,x\n', 'line 2'],
    ['a column nobody knows', 'code,de\n1,x\n', 'line 1'],
    ['no column of codes', 'en\nx\n', 'line 1'],
    ['a short row', 'code,en\n1\n', 'line 2'],
    ['a quote inside', 'code,en\n1,a"b\n', 'line 2'],
    ['a quote that does not end', 'code,en\n1,"ab\n', 'line 2'],
    ['no row', 'code\n', ''],
    ['JSON of another shape', '[{"code":1}]', '/0'],
    ['a member nobody knows', '[{"code":"1","de":"x"}]', '/0'],
  ])('are refused with %s', (_name, text, at) => expect(faults(text)).toEqual([at]));

  it('come back as they were written, whatever the texts', () => {
    const field = fc.string({ unit: fc.constantFrom(...'ab",;  箱Ж'), maxLength: 8 }).map((text) => text.trim());
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ code: field.filter(Boolean), en: field }), { selector: ({ code }) => code, minLength: 1 }),
        (rows) => {
          const csv = ['code,en', ...rows.map(({ code, en }) => `"${code.replaceAll('"', '""')}","${en.replaceAll('"', '""')}"`)].join(
            '\r\n',
          );
          expect(readCodeRows(csv).rows).toEqual(rows.map(({ code, en }, i) => ({ code, at: `line ${i + 2}`, ...(en !== '' && { en }) })));
        },
      ),
    );
  });
});

const STATES = `# Ranks are ours.
list: STATES
version: '1'
title: { en: States }
source: somewhere
canonical: WORLD
values:
  '1': { zh: 一, en: First, is: A, rank: 10, status: provisional }
  '2': { zh: 二, en: Second, is: B }
equivalents:
  OTHER: { X: '2' }
`;
const WORLD = "list: WORLD\nversion: '1'\ntitle: { en: World }\nsource: s\nvalues:\n  A: { en: Ah }\n  B: { en: Be }\n";
const MAPPING = `mapping: x/M
version: 1.0.0
status: confirmed
title: { en: M }
source: s
syntax: xml
type: M
canonical: Acknowledgement
detect: { root: M }
constants: { kind: application, header.functionCode: { value: A, listId: WORLD } }
document:
  M:
    Id: { is: header.messageId, card: '1' }
    Doc: { is: acknowledgedDocument.id, card: '1' }
    Code: { is: responseCode, as: code STATES, fixed: '1' }
`;
const codelists = [
  { path: 'STATES', text: STATES },
  { path: 'WORLD', text: WORLD },
];
const { mappings, issues } = loadMappings({ codelists, mappings: [{ path: 'x/M', text: MAPPING }] });
const renew = (list: string, version: string, csv: string, more = {}) =>
  importCodeList({ list, version, rows: readCodeRows(csv).rows, ...more }, { codelists, mappings });
const said = (change: ReturnType<typeof renew>) => change.issues.map(({ pointer }) => pointer);

it('has a sound installation to begin with', () => expect(issues).toEqual([]));

describe('a new version', () => {
  it('says what comes and changes, and keeps what was made by hand', () => {
    const change = renew('STATES', '2', "code,en\n1,'First' state\n2,Second\n3,Third: new\n");
    expect(change).toMatchObject({ present: '1', added: ['3'], removed: [], changed: ['1'], issues: [] });
    expect(change.text).toBe(
      STATES.replace("version: '1'", "version: '2'")
        .replace('en: First', "en: '''First'' state'")
        .replace('is: B }\n', "is: B }\n  '3': { en: 'Third: new' }\n"),
    );
  });

  it('is refused where the version is there with other content, and nothing where it has the same', () => {
    expect(said(renew('STATES', '1', 'code,en\n1,First\n2,Other\n'))).toEqual(['codelists/STATES/version']);
    expect(renew('STATES', '1', 'code,en\n1,First\n2,Second\n')).toEqual({ present: '1', added: [], removed: [], changed: [], issues: [] });
  });

  it('takes no code away that something names', () => {
    expect(said(renew('STATES', '2', 'code\n3\n'))).toEqual(['codelists/STATES/equivalents/OTHER/X', 'mappings/x/M/M/Code']);
    expect(said(renew('WORLD', '2', 'code\nC\n'))).toEqual([
      'codelists/STATES/values/1/is',
      'codelists/STATES/values/2/is',
      'mappings/x/M/constants',
    ]);
  });

  it('has only counterparts that there are', () => {
    expect(said(renew('STATES', '2', 'code,is\n1,A\n2,Z\n'))).toEqual(['codelists/STATES/values/2/is']);
    expect(said(renew('WORLD', '2', 'code,is\nA,x\nB,\n'))).toEqual(['codelists/WORLD/values/A/is']);
  });

  it('of a new list has a title and a source', () => {
    expect(said(renew('NEW', '1', 'code\n1\n'))).toEqual(['codelists/NEW']);
    expect(renew('NEW', '1', 'code,zh\nno,否\n', { title: { en: 'New: one' }, source: 'a gazette' }).text).toBe(
      "list: NEW\nversion: '1'\ntitle: { en: 'New: one' }\nsource: a gazette\nvalues:\n  'no': { zh: 否 }\n",
    );
  });

  it('reads as what was imported, whatever the codes and texts', () => {
    const text = fc
      .string({ unit: fc.constantFrom(...'aZ09\'":#{}[],&*!|>%@`-?~ 箱Ж\\'), minLength: 1, maxLength: 8 })
      .map((some) => some.trim() || 'x');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.oneof(text, fc.constantFrom('true', 'no', '1e3', '0x1', '~', 'null')), text), {
          selector: ([code]) => code,
          minLength: 1,
        }),
        (pairs) => {
          const rows = pairs.map(([code, en]) => ({ code, en, at: '' }));
          const change = importCodeList(
            { list: 'NEW', version: '1', title: { en: 'T' }, source: 'S', rows },
            { codelists: [], mappings: [] },
          );
          const read = readCodeLists([{ path: 'NEW', text: change.text ?? '' }]);
          expect(read.issues).toEqual([]);
          expect([...(read.lists.get('NEW')?.entries ?? [])].map(([code, { en }]) => [code, en]).sort()).toEqual(
            pairs.map((pair) => [...pair]).sort(),
          );
        },
      ),
    );
  });
});
