import type { ServiceCharacters } from './service-characters.ts';

/**
 * Whether text of this segment was escaped first and cut into components after, so that a release character ended a
 * component and swallowed the separator behind it. `possible` needs a look at the next segment to be sure.
 */
export type SplitRelease = 'certain' | 'possible';

/** Where producers cut text: components of free text hold 70 characters, of names and addresses 35. */
const cutLength = (tag: string) => (tag === 'FTX' ? 70 : 35);

/** Elements after which a segment has nothing, and the longest value of its last element. */
const SHAPES: Readonly<Record<string, { readonly elements: number; readonly lastLength: number }>> = {
  FTX: { elements: 5, lastLength: 3 },
  NAD: { elements: 9, lastLength: 3 },
};

/**
 * The heuristic for EDIFACT_SPLIT_RELEASE. A mended reading is never guessed: the finding refuses the message. A release
 * character counts when it stands exactly where a cut falls (raw position 35 or 70 of its component), releases a
 * separator or terminator, and one of these shows that the separator was meant as one:
 *
 * - the component, read as released, is longer than the component may be;
 * - the released component separator is followed by an element separator, and the segment then has more elements, or a
 *   longer last element, than it can have (the cut fell between `?` and `+`);
 * - the released component separator stands at the end of the segment: `possible`, and certain when the next segment
 *   has no proper tag (the cut fell between `?` and `'`).
 *
 * A cut between `?` and `:` reads the same text either way and is left alone. Text of a correct producer is hit only
 * when it breaks the length of its component and has a released separator exactly at the cut.
 */
export function splitRelease(tag: string, raw: string, data: readonly string[][], characters: ServiceCharacters): SplitRelease | undefined {
  const { component, element, release, terminator } = characters;
  const limit = cutLength(tag);
  let start = 0;
  let verdict: SplitRelease | undefined;
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at];
    if (character === component || character === element) start = at + 1;
    if (character !== release) continue;
    const next = raw[at + 1];
    const separates = next === component || next === element || next === terminator;
    if (separates && at + 1 - start === limit) {
      if (overlong(raw, start, limit, characters)) return 'certain';
      if (next === component && raw[at + 2] === element && misshapen(tag, data)) return 'certain';
      if (next === component && at + 2 === raw.length) verdict = 'possible';
    }
    if (separates || next === release) at++;
  }
  return verdict;
}

/** Whether the component that starts here is longer than `limit`, released characters counted once. */
function overlong(raw: string, start: number, limit: number, characters: ServiceCharacters): boolean {
  let length = 0;
  for (let at = start; at < raw.length; at++) {
    if (raw[at] === characters.component || raw[at] === characters.element) break;
    if (raw[at] === characters.release) at++;
    length++;
  }
  return length > limit;
}

function misshapen(tag: string, data: readonly string[][]): boolean {
  const shape = SHAPES[tag];
  if (!shape) return false;
  return data.length > shape.elements || (data[shape.elements - 1]?.[0]?.length ?? 0) > shape.lastLength;
}
