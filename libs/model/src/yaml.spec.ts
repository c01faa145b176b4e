import { readYaml } from './yaml.ts';

describe('YAML of our own data files', () => {
  it('reads plain values and shared blocks, and leaves times as text', () => {
    expect(readYaml("a: &x { b: 1, c: '08' }\nd: { <<: *x, c: '09' }\ne: 2026-03-14\nf: 铁路\n")).toEqual({
      value: { a: { b: 1, c: '08' }, d: { b: 1, c: '09' }, e: '2026-03-14', f: '铁路' },
    });
  });

  it.each([
    ['a key that stands twice', 'a: 1\nb: 2\na: 3\n', 3],
    ['an open bracket', 'a: [1', 1],
    ['an unknown alias', 'a: *b', 1],
    ['a type of the language', 'a: !!js/function x', 1],
  ])('names the line of %s', (_what, text, line) => {
    expect(readYaml(text)).toEqual({ fault: expect.stringMatching(new RegExp(` in line ${line}\\.$`)) as string });
  });
});
