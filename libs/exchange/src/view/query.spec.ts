import fc from 'fast-check';
import { formatQuery, MESSAGE_STATES, momentOf, parseQuery, QUERY_LIMITS, type Chip } from './query.ts';

const faults = (text: string) => {
  const parsed = parseQuery(text);
  return parsed.ok ? [] : parsed.faults.map(({ code, at, length }) => [code, text.slice(at, at + length)]);
};

describe('the query language', () => {
  it.each<[string, readonly Chip[]]>([
    ['', []],
    ['  \t ', []],
    ['state:refused partner:KEG', [chip('state', 'refused'), chip('partner', 'KEG')]],
    ['state:refused,parked -type:MT1101', [chip('state', 'refused', 'parked'), { ...chip('type', 'MT1101'), not: true }]],
    ['bill:LYG1', [chip('key', 'bill:LYG1')]],
    ['key:bill:LYG1,note:7', [chip('key', 'bill:LYG1', 'note:7')]],
    ['"a \\"b\\" \\\\ c:d"', [chip('text', 'a "b" \\ c:d')]],
    ['运单 Накладная', [chip('text', '运单'), chip('text', 'Накладная')]],
    ['since:2h until:2026-11-23T08:00+08:00', [chip('since', '2h'), chip('until', '2026-11-23T08:00+08:00')]],
    ['partner:"two words"', [chip('partner', 'two words')]],
    ['a,b', [chip('text', 'a,b')]],
  ])('reads %s', (text, chips) => expect(parseQuery(text)).toEqual({ ok: true, chips }));

  it.each<[string, readonly (readonly [string, string])[]]>([
    ['stat:refused', [['FIELD_UNKNOWN', 'stat:refused']]],
    ['x state:nothing,refused', [['VALUE_INVALID', 'nothing']]],
    ['state:', [['VALUE_MISSING', '']]],
    ['state:refused, b', [['VALUE_MISSING', '']]],
    [
      'since:soon until:2026-02-30',
      [
        ['VALUE_INVALID', 'soon'],
        ['VALUE_INVALID', '2026-02-30'],
      ],
    ],
    ['since:1h since:2h', [['FIELD_TWICE', 'since:2h']]],
    ['-since:1h', [['NOT_MISPLACED', '-since:1h']]],
    ['-word', [['NOT_MISPLACED', '-word']]],
    ['"open', [['QUOTE_OPEN', '"open']]],
    ['a\u0000b', [['NOT_TEXT', '\u0000']]],
    ['code:NO_SUCH', [['VALUE_INVALID', 'NO_SUCH']]],
    ['text:a', [['FIELD_UNKNOWN', 'text:a']]],
  ])('says where %j is wrong', (text, expected) => expect(faults(text)).toEqual(expected));

  it('never repeats what was typed in its words, and refuses what is too long', () => {
    const parsed = parseQuery('secret:payload');
    expect(!parsed.ok && parsed.faults[0]!.message).not.toContain('payload');
    expect(faults('x'.repeat(QUERY_LIMITS.length + 1)).map(([code]) => code)).toEqual(['TOO_LONG']);
    expect(faults('x '.repeat(QUERY_LIMITS.terms + 1)).map(([code]) => code)).toEqual(['TOO_LONG']);
  });

  it('writes any chips so that they read the same', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !/\0|\p{Cs}/u.test(text));
    const chips = fc.array(
      fc.oneof(
        fc.record({
          field: fc.constantFrom('partner' as const, 'type' as const, 'link' as const, 'mapping' as const),
          values: fc.array(word, { minLength: 1, maxLength: 4 }),
          not: fc.boolean(),
        }),
        fc.record({
          field: fc.constant('state' as const),
          values: fc.array(fc.constantFrom(...MESSAGE_STATES), { minLength: 1, maxLength: 3 }),
          not: fc.boolean(),
        }),
        fc.record({ field: fc.constant('key' as const), values: fc.array(word, { minLength: 1, maxLength: 3 }), not: fc.boolean() }),
        fc.record({ field: fc.constant('text' as const), values: fc.tuple(word), not: fc.constant(false) }),
      ),
      { maxLength: 8 },
    );
    fc.assert(fc.property(chips, (some) => expect(parseQuery(formatQuery(some))).toEqual({ ok: true, chips: some })));
  });

  it('reads any text: chips that write to a text of the same chips, or faults within it', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.stringMatching(/^[-a-z:," \\]{0,40}$/));
    fc.assert(
      fc.property(text, (typed) => {
        const parsed = parseQuery(typed);
        if (parsed.ok) expect(parseQuery(formatQuery(parsed.chips))).toEqual(parsed);
        else for (const { at, length } of parsed.faults) expect(at >= 0 && at + length <= typed.length).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('counts durations from now, and days in UTC', () => {
    const now = new Date('2026-11-23T12:00:00Z');
    expect(['15m', '2h', '7d', '1w', '2026-11-23', '2026-11-23T08:00+08:00'].map((text) => momentOf(text, now).toISOString())).toEqual([
      '2026-11-23T11:45:00.000Z',
      '2026-11-23T10:00:00.000Z',
      '2026-11-16T12:00:00.000Z',
      '2026-11-16T12:00:00.000Z',
      '2026-11-23T00:00:00.000Z',
      '2026-11-23T00:00:00.000Z',
    ]);
  });
});

function chip(field: Chip['field'], ...values: string[]): Chip {
  return { field, values, not: false };
}
