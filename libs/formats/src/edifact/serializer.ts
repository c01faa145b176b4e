import { ExchangeError } from '#model';
import { DEFAULT_CHARACTERS, type ServiceCharacters, specials } from './service-characters.ts';

/** What the serialiser writes: a tag and its released (plain) text. */
export interface WritableSegment {
  readonly name: string;
  readonly data?: readonly (readonly string[])[] | undefined;
  readonly repeats?: ReadonlyMap<number, readonly (readonly string[])[]> | undefined;
}

/** Writes segments with one set of service characters; the inverse of the tokenizer for every text. */
export class SegmentSerializer {
  readonly #characters: ServiceCharacters;
  readonly #special: RegExp;

  constructor(characters: ServiceCharacters = DEFAULT_CHARACTERS) {
    this.#characters = characters;
    this.#special = new RegExp(
      `[${specials(characters)
        .map((character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
        .join('')}]`,
      'gu',
    );
  }

  /**
   * The segment with its terminator. Each component is escaped whole and on its own, so no release character can end
   * one. Throws VALUE_UNTRANSLATABLE when text holds a service character and the interchange has no release character.
   */
  write(segment: WritableSegment): string {
    const { element, repetition, terminator } = this.#characters;
    let text = segment.name;
    for (const [index, components] of (segment.data ?? []).entries()) {
      text += element + this.#components(components);
      for (const further of segment.repeats?.get(index) ?? []) {
        if (repetition === undefined)
          throw new ExchangeError('VALUE_UNTRANSLATABLE', { detail: 'The interchange has no repetition separator.' });
        text += repetition + this.#components(further);
      }
    }
    return text + terminator;
  }

  #components(components: readonly string[]): string {
    return components.length === 1
      ? this.#escape(components[0]!)
      : components.map((text) => this.#escape(text)).join(this.#characters.component);
  }

  #escape(text: string): string {
    const { release } = this.#characters;
    if (text.search(this.#special) === -1) return text;
    if (release === undefined) throw new ExchangeError('VALUE_UNTRANSLATABLE', { detail: 'The interchange has no release character.' });
    return text.replaceAll(this.#special, (character) => release + character);
  }
}

/** The same segment without empty components and elements at the end, as a strict writer sends it. */
export function compact<S extends WritableSegment>(segment: S): S {
  const data = (segment.data ?? []).map((components) => dropTrailing(components, (text) => text === ''));
  return { ...segment, data: dropTrailing(data, (components, index) => components.length === 0 && !segment.repeats?.has(index)) };
}

function dropTrailing<T>(list: readonly T[], empty: (item: T, index: number) => boolean): T[] {
  let length = list.length;
  while (length > 0 && empty(list[length - 1]!, length - 1)) length--;
  return list.slice(0, length);
}
