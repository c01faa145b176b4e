/** Alphabets in codes. A Cyrillic А in a container number looks right on every screen and matches nothing. No function allocates. */

/** True when the text has letters of both alphabets. */
export function mixesAlphabets(text: string): boolean {
  let latin = false;
  let cyrillic = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) latin = true;
    else if (code >= 0x0400 && code <= 0x052f) cyrillic = true;
  }
  return latin && cyrillic;
}

/** Numbers of containers and wagons are ASCII: neither Cyrillic letters nor the wide letters of a Chinese keyboard. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
