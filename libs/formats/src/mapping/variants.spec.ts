/** Where senders of one format differ: function codes with the same bounds, children in any order, codes that are only read. */
import { readCodeLists } from './codelists.ts';
import { compileMapping } from './compile.ts';
import { encodeDocument } from './encode.ts';
import { assemble } from './overlay.ts';
import type { CompiledMapping } from './rules.ts';
import { decodeSmall, SMALL_HEAD } from './testing/small.ts';

const { lists } = readCodeLists([
  {
    path: 'ROAD',
    text: `{ list: ROAD, version: '1', title: { en: road }, source: spec, canonical: UN-Rec19, values: { '9': { is: '3', readOnly: true }, R: { is: '3' } }, equivalents: { OTHER: { road: { is: R, status: provisional } } } }`,
  },
]);

const ID = `id: { is: header.messageId, card: '1' }\n`;

const compile = (rules: string, head = 'detect: { root: M }\n'): CompiledMapping => {
  const { mappings } = assemble([{ path: 'test/T', text: `${SMALL_HEAD}${head}document:\n  M:\n${rules.replace(/^/gm, '    ')}` }]);
  const { mapping, issues } = compileMapping(mappings[0] as (typeof mappings)[number], lists);
  expect(issues).toEqual([]);
  return mapping as CompiledMapping;
};
const decode = decodeSmall;

describe('function codes with the same bounds', () => {
  const mapping = compile(
    `${ID}f: { is: agent.id, as: code F, card: '1' }\ng: { is: information, card: '1 0..1' }`,
    `detect: { root: M }\nfunctions: { at: f, codes: ['C|D', 'A|G'] }\n`,
  );
  it.each([
    ['C', ['FIELD_MISSING /M/g']],
    ['D', ['FIELD_MISSING /M/g']],
    ['A', []],
    ['G', []],
    ['X', ['FUNCTION_CODE_UNKNOWN /M/f']],
  ])('%s', (code, found) => expect(decode(mapping, `<f>${code}</f>`).found).toEqual(found));
  it('are written as they are', () => {
    const { message } = decode(mapping, '<f>D</f><g>x</g>');
    expect(encodeDocument(mapping, message, {}).document.children.map(({ text }) => text)).toEqual(['1', 'D', 'x']);
  });
});

it('reads children in any order where the group says so', () => {
  const rules = (order: string) => compile(`${ID}g:\n  ${order}a: { is: information }\n  b: { is: header.senderId }`);
  expect(decode(rules(''), '<g><b>1</b><a>2</a></g>').found).toEqual(['FIELD_ORDER /M/g/a']);
  expect(decode(rules('$order: any\n  '), '<g><b>1</b><a>2</a></g>').found).toEqual([]);
});

it('limits codes, and never writes a read-only one', () => {
  const mapping = compile(`${ID}m: { is: mainCarriageTransportMovement.modeCode, as: code ROAD 1 }`);
  expect(decode(mapping, '<m>RR</m>').found).toEqual(['VALUE_TOO_LONG /M/m']);
  const { message, found } = decode(mapping, '<m>9</m>');
  expect([found, message.mainCarriageTransportMovement?.modeCode]).toEqual([[], { value: '3', listId: 'UN-Rec19' }]);
  const written = (code: { value: string; listId: string }) =>
    encodeDocument(mapping, { ...message, mainCarriageTransportMovement: { modeCode: code } }, {}).document.children[1]?.text;
  expect(written({ value: '3', listId: 'UN-Rec19' })).toBe('R');
  expect(written({ value: 'road', listId: 'OTHER' })).toBe('R');
});

it('names a message without a number by what it says', () => {
  const mapping = compile(`a: { is: information }\nid: {}`, `detect: { root: M }\ndefaults: { header.messageId: 'M-{#}' }\n`);
  const id = (inner: string) => decode(mapping, inner).message.header.messageId;
  expect(id('<a>1</a>')).toMatch(/^M-[0-9a-f]{16}$/);
  expect(id('<a>1</a>')).toBe(id('<a>1</a>'));
  expect(id('<a>1</a>')).not.toBe(id('<a>2</a>'));
});
