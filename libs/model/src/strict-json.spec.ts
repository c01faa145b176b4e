import fc from 'fast-check';
import { parseStrictJson } from './strict-json.ts';

const read = (text: string, depth?: number) => parseStrictJson(Buffer.from(text), depth === undefined ? {} : { depth });
const codeOf = (text: string, depth?: number) => {
  const result = read(text, depth);
  return result.ok ? 'accepted' : result.issue.code;
};

/** A double beyond 2^53 prints as an integer that is refused by design. */
const exactNumbers = (_name: string, value: unknown) => (Number.isInteger(value) && !Number.isSafeInteger(value) ? 0 : value);

describe('strict JSON', () => {
  it('reads what JSON.stringify wrote, to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = JSON.stringify(value, exactNumbers);
        expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it('never accepts what JSON.parse refuses', () => {
    const fragments = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'a',
      '1',
      '-',
      '.',
      'e',
      '0',
      'true',
      'null',
      ' ',
      '\t',
      '\u000b',
      '\\u12',
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        if (!read(text).ok) return;
        expect(() => JSON.parse(text) as unknown).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['an empty text', '', 'JSON_MALFORMED'],
    ['a member named twice', '{"a":1,"a":1}', 'JSON_DUPLICATE_KEY'],
    ['a member named twice, once escaped', '{"a":1,"\\u0061":2}', 'JSON_DUPLICATE_KEY'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'JSON_DUPLICATE_KEY'],
    ['an integer beyond 2^53', '[9007199254740993]', 'JSON_LIMIT'],
    ['an overflowing number', '[1e400]', 'JSON_LIMIT'],
    ['a lone surrogate', '["\\ud800"]', 'JSON_MALFORMED'],
    ['a lone surrogate in a name', '{"\\udc00":1}', 'JSON_MALFORMED'],
    ['a byte order mark', '\ufeff{}', 'JSON_MALFORMED'],
    ['a trailing comma', '[1,]', 'JSON_MALFORMED'],
    ['a leading zero', '[01]', 'JSON_MALFORMED'],
    ['two documents', '{}{}', 'JSON_MALFORMED'],
    ['a raw control character', '["\u0001"]', 'JSON_MALFORMED'],
    ['an unfinished string', '["a\\', 'JSON_MALFORMED'],
    ['an unknown escape', '["\\x41"]', 'JSON_MALFORMED'],
    ['100,000 open brackets', '['.repeat(100_000), 'JSON_LIMIT'],
  ])('refuses %s', (_name, text, code) => expect(codeOf(text)).toBe(code));

  it('refuses bytes that are not UTF-8', () => {
    expect(parseStrictJson(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ ok: false, issue: { code: 'ENCODING_INVALID' } });
    expect(parseStrictJson(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toMatchObject({ ok: false, issue: { code: 'ENCODING_INVALID' } });
  });

  it('counts depth from the outermost bracket', () => {
    expect(codeOf('[[1]]', 2)).toBe('accepted');
    expect(codeOf('[[[1]]]', 2)).toBe('JSON_LIMIT');
  });

  it('counts the members of one object', () => {
    const members = (count: number) => `{${Array.from({ length: count }, (_, index) => `"a${index}":1`).join(',')}}`;
    expect(codeOf(members(10_000))).toBe('accepted');
    expect(codeOf(members(10_001))).toBe('JSON_LIMIT');
  });

  it('keeps __proto__ an ordinary member', () => {
    const result = read('{"__proto__":{"polluted":true}}');
    expect(result.ok && Object.getPrototypeOf(result.value)).toBe(Object.prototype);
    expect(result.ok && Object.hasOwn(result.value as object, '__proto__')).toBe(true);
  });

  it('points at the member and the character', () => {
    const result = read('{"a":{"b/c":[0,01]}}');
    expect(result).toMatchObject({ ok: false, issue: { pointer: '/a/b~1c/1', code: 'JSON_MALFORMED' } });
    expect(!result.ok && result.issue.message).toContain('At character 17.');
  });

  it('accepts the largest exact integer, a negative zero and a large real', () => {
    expect(codeOf('[9007199254740991,-0,123e45,0.1]')).toBe('accepted');
  });
});

it('says of what a program printed exactly what it says of the same text with a blank before it, which is read the long way', () => {
  const printed = fc.oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.constantFrom(
      '{"a":1,"a":2}',
      '9007199254740993',
      '9007199254740992',
      '1e400',
      '-0',
      '"\\ud800"',
      '[[[[1]]]]',
      '{"__proto__":1}',
      '{"2":1,"1":2}',
    ),
    fc.tuple(fc.jsonValue(), fc.nat(200), fc.string({ maxLength: 2 })).map(([value, at, text]) => {
      const json = JSON.stringify(value);
      return json.slice(0, at % json.length) + text + json.slice((at % json.length) + 1);
    }),
  );
  fc.assert(
    fc.property(printed, fc.integer({ min: 0, max: 5 }), (text, depth) => {
      const [short, long] = [read(text, depth), read(` ${text}`, depth)];
      expect(short.ok ? short.value : short.issue.code).toEqual(long.ok ? long.value : long.issue.code);
    }),
    { numRuns: 2000 },
  );
});
