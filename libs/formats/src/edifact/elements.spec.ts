import { checkElements, readSegmentDefinition } from './elements.ts';

const { definition, faults } = readSegmentDefinition(['C002 C: 1001 M an..3, 1131 C an..3', '1004 M an..5', '6060 C n..4', '1225 C a3']);
const found = (...data: string[][]) => {
  const list: string[] = [];
  checkElements(data, definition, (code, error, _detail, element, component) =>
    list.push(`${code} ${error} ${[element, component].filter((part) => part !== undefined).join('.')}`),
  );
  return list;
};

describe('elements of a segment', () => {
  it('reads what the directories print', () => {
    expect(faults).toEqual([]);
    expect(
      definition.map(({ mandatory, components }) => [mandatory, components.map(({ kind, min, max }) => `${kind} ${min} ${max}`)]),
    ).toEqual([
      [false, ['an 1 3', 'an 1 3']],
      [true, ['an 1 5']],
      [false, ['n 1 4']],
      [false, ['a 3 3']],
    ]);
    expect(readSegmentDefinition(['1004 C x..3', 'C002 C: 1001 an..3']).faults).toEqual(['1004 C x..3', '1001 an..3']);
  });

  it.each([
    ['is as it should be', [['85', ''], ['12345'], ['12.50'], ['abc']], []],
    ['has empty constituents at the end', [[''], ['1', ''], [''], [''], ['', '']], []],
    ['lacks a mandatory element', [['85']], ['FIELD_MISSING 13 2']],
    ['has an empty mandatory element', [['85'], ['']], ['FIELD_MISSING 13 2']],
    ['lacks the mandatory part of a composite that is there', [['', 'x'], ['1']], ['FIELD_MISSING 13 1.1']],
    ['has a text too long', [['8765'], ['1']], ['VALUE_TOO_LONG 39 1.1']],
    ['has a text too short', [[''], ['1'], [''], ['ab']], ['VALUE_INVALID 40 4.1']],
    ['has letters in a number', [[''], ['1'], ['1O']], ['VALUE_INVALID 37 3.1']],
    ['has digits among letters', [[''], ['1'], [''], ['ab1']], ['VALUE_INVALID 37 4.1']],
    ['has a number of too many digits', [[''], ['1'], ['12345']], ['VALUE_TOO_LONG 39 3.1']],
    ['has an element too many', [[''], ['1'], [''], [''], ['x']], ['EDIFACT_CONSTITUENTS 16 5']],
    ['has a component too many', [[''], ['1', 'x']], ['EDIFACT_CONSTITUENTS 16 2.2']],
  ])('tells when it %s', (_name, data, expected) => expect(found(...data)).toEqual(expected));

  it('counts neither sign nor decimal mark of a number, and an astral letter once', () => {
    expect(found([''], ['1'], ['-12,34'])).toEqual([]);
    expect(found([''], ['𠀀𠀀𠀀𠀀𠀀'])).toEqual([]);
  });
});
