/**
 * What encoding bytes are probably in, for the eye of an operator only: nothing is ever read by a guess (`charset.ts` decides).
 * A link says its encodings; this helps to find out which they should be.
 */
import { decodeText, type Charset } from './charset.ts';

export interface CharsetHint {
  readonly charset: Charset;
  /** Share of the characters beyond ASCII that are what texts of the corridor hold in this encoding, 0 to 1. */
  readonly likeness: number;
}

/** Enough to tell alphabets apart. */
const SAMPLE = 256 * 1024;

/** What each encoding is used for here: Chinese, or Russian and the Kazakh і. A letter of another kind speaks against it. */
const EXPECTED: readonly (readonly [Charset, RegExp])[] = [
  ['gb18030', /[\u4e00-\u9fff\u3000-\u301f\uff00-\uff5e]/gu],
  ['windows-1251', /[А-Яа-яЁёІі№«»–—\u00a0]/gu],
  ['iso-8859-5', /[А-Яа-яЁёІі№\u00a0]/gu],
];
const BEYOND_ASCII = /\P{ASCII}/gu;
/** A small letter before a capital: the other single-byte encoding of Cyrillic has letters in another order. */
const SMALL_BEFORE_CAPITAL = /\p{Ll}\p{Lu}/gu;

/** Encodings that fit all the bytes, the likeliest first. Bytes that are UTF-8 or ASCII have that one alone, others never UTF-8. */
export function hintCharsets(bytes: Buffer): CharsetHint[] {
  if (bytes.length === 0) return [];
  const wide = decodeText(bytes, undefined, ['utf-16']);
  if ('text' in wide) return [{ charset: wide.charset, likeness: 1 }];
  return EXPECTED.flatMap(([charset, expected]) => {
    const text = sampleOf(bytes, charset);
    if (text === undefined) return [];
    const beyond = text.match(BEYOND_ASCII)?.length ?? 0;
    const fitting = (text.match(expected)?.length ?? 0) - (text.match(SMALL_BEFORE_CAPITAL)?.length ?? 0);
    return beyond === 0 ? [] : [{ charset, likeness: Math.max(0, fitting) / beyond }];
  }).sort((one, other) => other.likeness - one.likeness);
}

/** The beginning of the text. The sample may end within a character, which has four bytes at most. */
function sampleOf(bytes: Buffer, charset: Charset): string | undefined {
  for (let cut = 0; cut < (bytes.length > SAMPLE ? 4 : 1); cut++) {
    const read = decodeText(bytes.subarray(0, SAMPLE - cut), charset);
    if ('text' in read) return read.text;
  }
  return undefined;
}
