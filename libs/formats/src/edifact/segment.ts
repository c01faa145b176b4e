import type { ErrorCode } from '#model';
import { type ServiceCharacters } from './service-characters.ts';
import { splitRelease, type SplitRelease } from './split-release.ts';

/** How much of an interchange is read before it is refused as EDIFACT_LIMIT. */
export interface EdifactLimits {
  /** Characters of the whole interchange. */
  readonly characters: number;
  readonly segments: number;
  readonly segmentCharacters: number;
  /** Elements of one segment, and components of one element. */
  readonly constituents: number;
  readonly componentCharacters: number;
  /** Time spent reading, by the clock and by the processor; waiting between chunks is not counted. */
  readonly milliseconds: number;
}

export const DEFAULT_LIMITS: EdifactLimits = {
  characters: 128 * 1024 * 1024,
  segments: 2_000_000,
  segmentCharacters: 128 * 1024,
  constituents: 256,
  componentCharacters: 16 * 1024,
  milliseconds: 30_000,
};

/** A fault of one segment. `element` and `component` count from 1 after the tag; the tag itself is 0. */
export interface SegmentProblem {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly element?: number;
  readonly component?: number;
}

/** One segment, its text released but otherwise exactly as received. */
export interface Segment {
  readonly tag: string;
  /** Elements after the tag, each with at least one component; empty ones at the end are kept. */
  readonly data: string[][];
  /** Syntax 4: further repetitions of an element by its index in `data`. */
  readonly repeats?: Map<number, string[][]> | undefined;
  /** Position in the interchange, from 1; a UNA is not counted. */
  readonly number: number;
  readonly splitRelease?: SplitRelease | undefined;
  readonly problems?: SegmentProblem[] | undefined;
}

/** Control characters but tab, line feed and carriage return, with which some producers break long text. */
const CONTROL = /[^\P{Cc}\t\n\r]/u;

/**
 * Splits the text between two terminators. Never trims, folds case or drops an empty constituent. A release character
 * before a character that needs none stays text, as the producers that never escape `?` mean it (EDIFACT_RELEASE_STRAY).
 */
export function parseSegment(raw: string, characters: ServiceCharacters, number: number, limits: EdifactLimits): Segment {
  const problems: SegmentProblem[] = [];
  const released = characters.release !== undefined && raw.includes(characters.release);
  const { tag, nested, data, repeats, stray } = scan(raw, characters);
  if (nested) problems.push({ code: 'EDIFACT_MALFORMED', detail: 'Explicit nesting in a tag is not supported.', element: 0 });
  if (raw === '') problems.push({ code: 'EDIFACT_MALFORMED', detail: 'The segment is empty.' });
  if (stray) problems.push({ code: 'EDIFACT_RELEASE_STRAY', detail: '', element: stray.element, component: stray.component });
  if (CONTROL.test(raw)) problems.push({ code: 'EDIFACT_MALFORMED', detail: 'The segment contains a control character.' });
  const exceeded = exceeds(data, raw.length, limits);
  if (exceeded) problems.push(exceeded);
  return {
    tag,
    data,
    repeats,
    number,
    splitRelease: released ? splitRelease(tag, raw, data, characters) : undefined,
    problems: problems.length > 0 ? problems : undefined,
  };
}

interface Constituents {
  readonly tag: string;
  readonly nested: boolean;
  readonly data: string[][];
  readonly repeats?: Map<number, string[][]> | undefined;
  readonly stray?: { readonly element: number; readonly component: number } | undefined;
}

/** One pass over the characters: native splitting costs three times as much. */
function scan(raw: string, characters: ServiceCharacters): Constituents {
  const component = characters.component.charCodeAt(0);
  const element = characters.element.charCodeAt(0);
  const release = characters.release?.charCodeAt(0);
  const repetition = characters.repetition?.charCodeAt(0);
  const lists: string[][] = [];
  let repeats: Map<number, string[][]> | undefined;
  let stray: Constituents['stray'];
  let components: string[] = [];
  let further = false;
  let text = '';
  let from = 0;
  for (let at = 0; at <= raw.length; at++) {
    const unit = at < raw.length ? raw.charCodeAt(at) : element;
    if (unit === release) {
      if (isSpecial(raw[at + 1], characters)) {
        text += raw.slice(from, at);
        from = ++at;
      } else stray ??= { element: lists.length, component: components.length + 1 };
    } else if (unit === component || unit === element || (unit === repetition && lists.length > 0)) {
      components.push(text + raw.slice(from, at));
      text = '';
      from = at + 1;
      if (unit === component) continue;
      if (further) addRepeat((repeats ??= new Map()), lists.length - 2, components);
      else lists.push(components);
      further = unit === repetition;
      components = [];
    }
  }
  const [tag = '', ...nesting] = lists.shift() ?? [];
  return { tag, nested: nesting.length > 0, data: lists, repeats, stray };
}

const isSpecial = (next: string | undefined, { component, element, release, repetition, terminator }: ServiceCharacters): boolean =>
  next !== undefined && (next === component || next === element || next === release || next === terminator || next === repetition);

function addRepeat(repeats: Map<number, string[][]>, index: number, components: string[]): void {
  const list = repeats.get(index);
  if (list) list.push(components);
  else repeats.set(index, [components]);
}

function exceeds(data: string[][], length: number, limits: EdifactLimits): SegmentProblem | undefined {
  if (data.length > limits.constituents) return { code: 'EDIFACT_LIMIT', detail: 'Too many elements in one segment.' };
  // A segment shorter than both limits cannot hold anything that breaks them.
  if (length <= limits.constituents && length <= limits.componentCharacters) return undefined;
  for (const [index, components] of data.entries()) {
    const place = { element: index + 1, component: 1 };
    if (components.length > limits.constituents) return { code: 'EDIFACT_LIMIT', detail: 'Too many components in one element.', ...place };
    if (components.some((text) => text.length > limits.componentCharacters)) {
      return { code: 'EDIFACT_LIMIT', detail: 'A component is too long.', ...place };
    }
  }
  return undefined;
}
