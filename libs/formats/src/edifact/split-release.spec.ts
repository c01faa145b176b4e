import { tokenise } from './testing.ts';

const verdicts = (text: string) => tokenise(text).segments.map((segment) => segment.splitRelease);
const of = (length: number) => 'Ж'.repeat(length);

/** What the defective producer does: escape the whole text, then cut it into pieces. */
const escapedThenCut = (text: string, width: number) => {
  const escaped = text.replaceAll(/[+:']/g, '?$&');
  const pieces: string[] = [];
  for (let at = 0; at < escaped.length; at += width) pieces.push(escaped.slice(at, at + width));
  return pieces.join(':');
};

describe('splitRelease', () => {
  it.each([
    ['+', 'certain'],
    ["'", 'possible'],
  ])('finds a cut between the release character and %s: %s', (special, verdict) => {
    expect(verdicts(`FTX+AAA+++${escapedThenCut(`${of(69)}${special}${of(20)}`, 70)}'`)[0]).toBe(verdict);
    expect(verdicts(`NAD+CZ+1++${escapedThenCut(`${of(34)}${special}${of(5)}`, 35)}+УЛ+ГОРОД++1+KZ'`)[0]).toBe(verdict);
  });

  it('finds an unescaped question mark that a cut left at the end of a component', () => {
    expect(verdicts(`FTX+AAA+++${of(69)}?:${of(30)}'`)).toEqual(['certain']);
    expect(verdicts(`NAD+CZ+1++${of(34)}?:${of(30)}+УЛ'`)).toEqual(['certain']);
    expect(verdicts(`NAD+CZ+1++${of(34)}?+УЛИЦА'`)).toEqual(['certain']);
    expect(verdicts(`FTX+AAA+++${of(69)}?'\r\nMEA+WT+G+KGM:1'`)[0]).toBe('certain');
  });

  it('suspects a released separator at the end of a segment that is cut there', () => {
    expect(verdicts(`FTX+AAA+++${of(69)}?:'${of(20)}'`)).toEqual(['possible', undefined]);
  });

  it.each([
    ['released characters elsewhere', `FTX+AAA+++${of(30)}?:${of(30)}'`],
    ['text cut before it is escaped', `FTX+AAA+++${of(69)}?::${of(30)}'`],
    [
      'a cut between the release character and a colon reads the same either way',
      `FTX+AAA+++${escapedThenCut(`${of(69)}:${of(20)}`, 70)}'`,
    ],
    ['a released separator before the last element', `FTX+AAA+++${of(69)}?:+RU'`],
    ['a released separator at the end of a name', `NAD+CZ+1++${of(34)}?:+УЛ+ГОРОД++1+KZ'`],
    ['an even number of release characters at the cut', `FTX+AAA+++${of(68)}??:${of(30)}'`],
    ['names of 35 in a segment of 70', `FTX+AAA+++${of(34)}?:${of(30)}'`],
  ])('leaves alone: %s', (_name, text) => {
    expect(verdicts(text).every((verdict) => verdict === undefined)).toBe(true);
  });
});
