/** A Chooser of fast-check: shrinks to the smallest document that still fails. */
import fc from 'fast-check';
import type { Sample } from '../conversions.ts';
import type { Chooser } from './generate.ts';

/** Letters of all alphabets in play, and every character a syntax treats in its own way. */
const CHARACTERS = [...'ABCXYZabc0129-/., &<>"\'+:?*;连云港陆桥АБЖяғқұ𠀀'];
const DIGIT = fc.integer({ min: 0, max: 9 }).map(String);

const digits = (min: number, max: number) => fc.string({ unit: DIGIT, minLength: min, maxLength: max });
const moment = fc.date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2089-12-31T23:59:59Z'), noInvalidDate: true });
const iso = moment.map((date) => date.toISOString());

function arbitrary(sample: Sample, characters: readonly string[]): fc.Arbitrary<string> {
  switch (sample.kind) {
    case 'text':
      // Astral characters count twice, so half the length is always short enough.
      return fc
        .array(fc.constantFrom(...characters), { minLength: 1, maxLength: Math.max(1, Math.floor(sample.max / 2)) })
        .map((all) => sized(all.join(''), sample.max));
    case 'lines':
      return fc
        .array(fc.constantFrom(...characters), { minLength: 1, maxLength: sample.width * 2 })
        .map((all) => all.join('').trim() || 'X');
    case 'decimal':
      return fc
        .tuple(digits(1, 9), fc.option(digits(1, 3), { nil: undefined }))
        .map(([whole, part]) => (part === undefined ? whole : `${whole}.${part}`));
    case 'integer':
      return digits(1, 6);
    case 'one of':
      return fc.constantFrom(...sample.values);
    case 'digits':
      return fc.tuple(iso, fc.constantFrom(...sample.lengths)).map(([text, length]) => text.replace(/\D/g, '').slice(0, length));
    case 'date':
      return iso.map((text) => text.slice(0, 10));
    case 'iso':
      return fc.tuple(iso, fc.constantFrom('Z', '+08:00', '+05:00', '-03:30')).map(([text, offset]) => text.slice(0, 19) + offset);
    case 'points':
      return iso.map((text) => text.slice(0, 10).split('-').reverse().join('.'));
  }
}

const sized = (text: string, max: number): string => (text.trim() === '' || text.length > max ? 'X' : text);

/**
 * `gen` is what `fc.gen()` gives a property. `reserved` are characters the document may not hold as text, because a
 * transform of the mapping reads them as its own syntax.
 */
export function chooserOf(gen: fc.GeneratorValue, reserved = ''): Chooser {
  const characters = CHARACTERS.filter((character) => !reserved.includes(character));
  return {
    count: (min, max) => gen(fc.integer, { min, max }),
    text: (sample) => gen(arbitrary, sample, characters),
  };
}
