/** Alphabets in codes. A Cyrillic А in a container number looks right on every screen and matches nothing. No function allocates. */

/**
 * True when the text has letters of several alphabets that look alike: Latin, Cyrillic, Greek, or the wide letters and digits of a
 * Chinese keyboard, which look like the narrow ones beside them and alone are no code either. Chinese characters are like nothing else.
 */
export function mixesAlphabets(text: string): boolean {
  let seen = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isLatin(code)) seen |= LATIN;
    else if (code >= 0x0400 && code <= 0x052f) seen |= CYRILLIC;
    else if (code >= 0x0370 && code <= 0x03ff) seen |= GREEK;
    else if (isWide(code)) return true;
  }
  return (seen & (seen - 1)) !== 0;
}

const LATIN = 1;
const CYRILLIC = 2;
const GREEK = 4;
const isLatin = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
const isWide = (code: number): boolean =>
  (code >= 0xff10 && code <= 0xff19) || (code >= 0xff21 && code <= 0xff3a) || (code >= 0xff41 && code <= 0xff5a);

/** Numbers of containers and wagons are ASCII: neither Cyrillic letters nor the wide letters of a Chinese keyboard. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
