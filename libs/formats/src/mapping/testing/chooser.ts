/** Choosers: fast-check's, which shrinks to the smallest document that still fails, and a seeded one for very many documents. */
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
    case 'decimal': {
      const behind = Math.min(3, sample.fraction ?? 3);
      const before = Math.min(9, (sample.digits ?? 12) - behind);
      const part = behind > 0 ? fc.option(digits(1, behind), { nil: undefined }) : fc.constant(undefined);
      return fc.tuple(digits(1, Math.max(1, before)), part).map(([whole, rest]) => (rest === undefined ? whole : `${whole}.${rest}`));
    }
    case 'integer': {
      const most = Math.min(6, sample.digits ?? 6);
      return sample.least ? fc.integer({ min: sample.least, max: 10 ** most - 1 }).map(String) : digits(1, most);
    }
    case 'pattern':
      return fc.stringMatching(new RegExp(`^(?:${sample.pattern})$`, 'u'));
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

/** Texts drawn once for each kind of sample; documents then only pick among them, which makes thousands of documents cheap. */
const POOL = 300;
export interface SeededOptions {
  /** Letters of free text. */
  readonly alphabet?: readonly string[];
  /** Texts drawn for each kind of sample: few for few documents. */
  readonly pool?: number;
  /** Texts drawn before, for choosers of one seed to share: mappings have most of their samples in common, and drawing costs most. */
  readonly drawn?: DrawnTexts;
}
export type DrawnTexts = Map<string, readonly string[]>;

/** The same documents for the same seed, without shrinking, by picking among texts drawn before. */
export function seededChooser(
  seed: number,
  reserved = '',
  { alphabet = CHARACTERS, pool = POOL, drawn = new Map() }: SeededOptions = {},
): Chooser {
  const characters = alphabet.filter((character) => !reserved.includes(character));
  const pools = new Map<Sample, readonly string[]>();
  const next = mulberry32(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  const draw = (sample: Sample): readonly string[] => {
    const key = JSON.stringify([sample, reserved]);
    const texts = drawn.get(key) ?? fc.sample(arbitrary(sample, characters), { seed, numRuns: pool });
    drawn.set(key, texts);
    return texts;
  };
  const poolOf = (sample: Sample): readonly string[] => {
    const known = pools.get(sample);
    if (known) return known;
    const texts = sample.kind === 'one of' ? sample.values : draw(sample);
    pools.set(sample, texts);
    return texts;
  };
  return {
    count: (min, max) => min + below(max - min + 1),
    text: (sample) => {
      const texts = poolOf(sample);
      return texts[below(texts.length)] as string;
    },
  };
}

/** Numbers in [0, 1); the same for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
