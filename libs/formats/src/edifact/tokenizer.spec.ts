import fc from 'fast-check';
import { DEFAULT_CHARACTERS, type ServiceCharacters, SYNTAX_4_CHARACTERS, writeServiceStringAdvice } from './service-characters.ts';
import { SegmentSerializer } from './serializer.ts';
import { tokenise } from './testing.ts';

const data = (text: string) => tokenise(text).segments[0]?.data;

describe('SegmentTokenizer', () => {
  it('splits elements and components and keeps the empty ones, also at the end', () => {
    expect(tokenise("RFF+VA:382324067:'FTX+AAA+++A::+'UNS'").segments).toMatchObject([
      { tag: 'RFF', data: [['VA', '382324067', '']], number: 1 },
      { tag: 'FTX', data: [['AAA'], [''], [''], ['A', '', ''], ['']], number: 2 },
      { tag: 'UNS', data: [], number: 3 },
    ]);
  });

  it('never trims or folds text', () => {
    expect(data("FTX+AAA+++  Eggs, \tLower  : 'UNZ'")).toEqual([['AAA'], [''], [''], ['  Eggs, \tLower  ', ' ']]);
  });

  it('skips line ends and tabs between segments only', () => {
    const { segments } = tokenise("\r\n\tUNB+A'\r\n\n\t\tFTX+one\r\ntwo'\n");
    expect(segments.map(({ tag, data: elements }) => [tag, elements])).toEqual([
      ['UNB', [['A']]],
      ['FTX', [['one\r\ntwo']]],
    ]);
  });

  it.each([
    ["FTX+NO MORE ?' FLIGHTS 3'", [["NO MORE ' FLIGHTS 3"]]],
    ["FTX+NO MORE ??'", [['NO MORE ?']]],
    ["FTX+NO MORE ???' FLIGHTS 3'", [["NO MORE ?' FLIGHTS 3"]]],
    ["FTX+NO MORE ????'", [['NO MORE ??']]],
    ["FTX+NO OF BAGS?:1440+A?+B+C??:D'", [['NO OF BAGS:1440'], ['A+B'], ['C?', 'D']]],
  ])('an odd number of release characters releases, an even one does not: %s', (text, expected) => {
    expect(data(text)).toEqual(expected);
  });

  it('keeps a release character before a character that needs none and reports it', () => {
    const [segment] = tokenise("FTX+a+СОРТ?5:x'").segments;
    expect(segment?.data).toEqual([['a'], ['СОРТ?5', 'x']]);
    expect(segment?.problems).toEqual([{ code: 'EDIFACT_RELEASE_STRAY', detail: '', element: 2, component: 1 }]);
  });

  it('honours a service string advice, also one without release character', () => {
    expect(tokenise('UNA|^,# ~UNB^a|b^c#^d~').segments[0]).toMatchObject({ tag: 'UNB', data: [['a', 'b'], ['c^d']] });
    expect(tokenise("UNA:+.  'FTX+what?+b'").segments[0]?.data).toEqual([['what?'], ['b']]);
    expect(tokenise('UNA:+.? \nUNB+a\nUNZ+1\n').segments.map(({ tag }) => tag)).toEqual(['UNB', 'UNZ']);
  });

  it('reads repetitions where the advice or syntax version 4 has a repetition separator', () => {
    const advised = tokenise("UNA:+.?*'UNB+x'ABC+a:b*c*d?*e+f'").segments[1];
    expect(advised?.data).toEqual([['a', 'b'], ['f']]);
    expect(advised?.repeats).toEqual(new Map([[0, [['c'], ['d*e']]]]));
    expect(tokenise("UNB+UNOC:4+x'ABC+a*b'").segments[1]?.repeats).toEqual(new Map([[0, [['b']]]]));
    expect(tokenise("UNB+UNOC:3+x'ABC+a*b'").segments[1]?.data).toEqual([['a*b']]);
    expect(tokenise("UNA:+.? 'UNB+UNOC:4+x'ABC+a*b'").segments[1]?.data).toEqual([['a*b']]);
  });

  it.each(["UNA::.? '", "UNAA+.? '", "UNA:+x? '", "UNA:+.?:'", 'UNA'])(
    'refuses a service string advice that cannot separate: %s',
    (advice) => {
      expect(tokenise(`${advice}UNB+x'`)).toMatchObject({ segments: [], problems: ['EDIFACT_MALFORMED'] });
    },
  );

  it('takes a byte order mark before the first segment', () => {
    expect(tokenise("\uFEFFUNB+x'").segments[0]?.tag).toBe('UNB');
  });

  it.each(["UNB+x'UNZ+1", "UNB+x'UNZ+1?'", "UNB+x'U"])('says that text without a terminator is truncated: %s', (text) => {
    expect(tokenise(text)).toMatchObject({ segments: [{ tag: 'UNB' }], problems: ['EDIFACT_TRUNCATED'] });
  });

  it('marks empty segments, nested tags and control characters', () => {
    const problems = (text: string) => tokenise(text).segments.flatMap((segment) => segment.problems?.map(({ code }) => code) ?? []);
    expect(problems("UNB+x''UNZ+1'")).toEqual(['EDIFACT_MALFORMED']);
    expect(problems("BGM:1+x'")).toEqual(['EDIFACT_MALFORMED']);
    expect(problems("FTX+a\u0000b'")).toEqual(['EDIFACT_MALFORMED']);
  });

  it.each([
    ['segments', { segments: 2 }],
    ['characters', { characters: 20 }],
    ['the length of a segment', { segmentCharacters: 10 }],
    ['time', { milliseconds: -1 }],
  ])('stops at the limit on %s', (_name, limits) => {
    const { segments, problems } = tokenise("UNB+x'".repeat(1100) + 'FTX+long long text', limits);
    expect(problems).toEqual(['EDIFACT_LIMIT']);
    expect(segments.length).toBeLessThanOrEqual(1100);
  });

  it('marks segments with too many or too long constituents', () => {
    const codes = (text: string) =>
      tokenise(text, { constituents: 3, componentCharacters: 5 }).segments[0]?.problems?.map(({ code }) => code);
    expect(codes("ABC+1+2+3+4'")).toEqual(['EDIFACT_LIMIT']);
    expect(codes("ABC+1:2:3:4'")).toEqual(['EDIFACT_LIMIT']);
    expect(codes("ABC+123456'")).toEqual(['EDIFACT_LIMIT']);
    expect(codes("ABC+1:2:3+12345'")).toBeUndefined();
  });
});

const SPECIAL = ['+', ':', "'", '?', '*', '\r\n', ' ', '\t', '??', "?'", 'Груз', 'әғқңөұүһі', '集装箱', '𠀀', 'A', '1', '.', ','];
const text = fc.oneof(
  fc.array(fc.constantFrom(...SPECIAL), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((value) => ![...value].some((character) => character < ' ')),
);
const tag = fc.stringMatching(/^[A-Z][A-Z0-9]{2}$/).filter((value) => value !== 'UNA' && value !== 'UNB');
const elements = fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
const CHARACTERS: ServiceCharacters[] = [
  DEFAULT_CHARACTERS,
  SYNTAX_4_CHARACTERS,
  { component: '|', element: '^', decimal: ',', release: '#', repetition: undefined, terminator: '~' },
  { component: '*', element: ':', decimal: '.', release: '+', repetition: '?', terminator: '\n' },
];
const segments = fc.array(fc.record({ name: tag, data: elements }), { minLength: 1, maxLength: 6 });

describe('tokenising what was serialised', () => {
  it('gives the same text back for every text and every set of service characters', () => {
    fc.assert(
      fc.property(segments, fc.constantFrom(...CHARACTERS), fc.constantFrom('', '\r\n'), (written, characters, lineEnd) => {
        const serializer = new SegmentSerializer(characters);
        const out = writeServiceStringAdvice(characters) + written.map((each) => serializer.write(each) + lineEnd).join('');
        const { segments: read, problems } = tokenise(out);
        expect(problems).toEqual([]);
        expect(read.map(({ tag: name, data: values }) => ({ name, data: values }))).toEqual(written);
        expect(read.flatMap((each) => each.problems ?? [])).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps repetitions', () => {
    fc.assert(
      fc.property(
        tag,
        elements.filter((list) => list.length > 0),
        fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
        (name, values, further) => {
          const repeats = new Map([[values.length - 1, further]]);
          const out = new SegmentSerializer(SYNTAX_4_CHARACTERS).write({ name, data: values, repeats });
          expect(tokenise(writeServiceStringAdvice(SYNTAX_4_CHARACTERS) + out).segments[0]).toMatchObject({
            tag: name,
            data: values,
            repeats,
          });
        },
      ),
    );
  });

  it('does not depend on how the text is cut into chunks, also behind a release character', () => {
    const whole = "UNA:+.? '\r\nUNB+UNOA:1+A'\r\nFTX+AAA+++МАРГАРИН?: ?? ???' 5?+1:қазақ 集'\r\nUNZ+1+??'";
    const expected = tokenise(whole);
    for (let at = 0; at <= whole.length; at++) expect(tokenise([whole.slice(0, at), whole.slice(at)])).toEqual(expected);
    expect(tokenise([...whole])).toEqual(expected);
  });

  it('does not depend on where the bytes are cut', () => {
    const whole = "UNB+x'FTX+a?'б?:қ?+集??'UNZ'";
    const bytes = Buffer.from(whole);
    const expected = tokenise(whole);
    for (let at = 0; at <= bytes.length; at++) {
      const decoder = new TextDecoder('utf-8', { fatal: true });
      const chunks = [
        decoder.decode(bytes.subarray(0, at), { stream: true }),
        decoder.decode(bytes.subarray(at), { stream: true }),
        decoder.decode(),
      ];
      expect(tokenise(chunks)).toEqual(expected);
    }
  });
});

describe('a flood of line ends', () => {
  // Were the cost the square of the length, this would not end before the test's time is over.
  it('is skipped in a time that grows with its length, not with its square', () => {
    const flood = Array.from({ length: 200 }, () => '\r\n'.repeat(32 * 1024));
    expect(tokenise([...flood, "UNB+A'"]).segments).toMatchObject([{ tag: 'UNB', number: 1 }]);
  });

  it('may stand between a byte order mark and a UNA that comes in pieces', () => {
    expect(tokenise(['\uFEFF', '\r\n', 'U', 'N', 'A:+.? ', "'UNB+A:B'"]).segments).toMatchObject([{ tag: 'UNB', data: [['A', 'B']] }]);
  });
});

describe('SegmentSerializer', () => {
  it('escapes every service character and leaves * alone without repetition', () => {
    const segment = { name: 'FTX', data: [["a?b+c:d'e*f"]] };
    expect(new SegmentSerializer().write(segment)).toBe("FTX+a??b?+c?:d?'e*f'");
    expect(new SegmentSerializer(SYNTAX_4_CHARACTERS).write(segment)).toBe("FTX+a??b?+c?:d?'e?*f'");
  });

  it('refuses text it cannot escape', () => {
    const bare = { ...DEFAULT_CHARACTERS, release: undefined };
    expect(() => new SegmentSerializer(bare).write({ name: 'FTX', data: [['a+b']] })).toThrow(
      expect.objectContaining({ code: 'VALUE_UNTRANSLATABLE' }),
    );
    expect(() => new SegmentSerializer().write({ name: 'ABC', data: [['a']], repeats: new Map([[0, [['b']]]]) })).toThrow(
      expect.objectContaining({ code: 'VALUE_UNTRANSLATABLE' }),
    );
  });
});
