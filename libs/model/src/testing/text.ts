/** Text for property tests. */
import fc from 'fast-check';

/** Any code point as a character, halves of a pair left out. Not fast-check's `unit: 'binary'`, which makes a table of all of them first. */
export const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));
