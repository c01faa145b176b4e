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
  /** Time spent reading, waiting between chunks not counted. */
  readonly milliseconds: number;
}

export const DEFAULT_LIMITS: EdifactLimits = {
  characters: 128 * 1024 * 1024,
  segments: 2_000_000,
  segmentCharacters: 128 * 1024,
  constituents: 256,
  componentCharacters: 16 * 1024,
  milliseconds: 10_000,
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

/** Anything below space but tab, line feed and carriage return, with which some producers break long text. */
function hasControl(raw: string): boolean {
  for (let at = 0; at < raw.length; at++) {
    const unit = raw.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d) return true;
  }
  return false;
}

/**
 * Splits the text between two terminators. Never trims, folds case or drops an empty constituent. A release character
 * before a character that needs none stays text, as the producers that never escape `?` mean it (EDIFACT_RELEASE_STRAY).
 */
export function parseSegment(raw: string, characters: ServiceCharacters, number: number, limits: EdifactLimits): Segment {
  const problems: SegmentProblem[] = [];
  const released = characters.release !== undefined && raw.includes(characters.release);
  const { tag, nested, data, repeats, stray } = released ? scan(raw, characters) : split(raw, characters);
  if (nested) problems.push({ code: 'EDIFACT_MALFORMED', detail: 'Explicit nesting in a tag is not supported.', element: 0 });
  if (raw === '') problems.push({ code: 'EDIFACT_MALFORMED', detail: 'The segment is empty.' });
  if (stray) problems.push({ code: 'EDIFACT_RELEASE_STRAY', detail: '', element: stray.element, component: stray.component });
  if (hasControl(raw)) problems.push({ code: 'EDIFACT_MALFORMED', detail: 'The segment contains a control character.' });
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

/** The way of nearly all segments: nothing is released, so native splitting is right. */
function split(raw: string, characters: ServiceCharacters): Constituents {
  const [head = '', ...elements] = raw.split(characters.element);
  const [tag = '', ...nesting] = head.split(characters.component);
  const { repetition } = characters;
  if (repetition === undefined || !raw.includes(repetition)) {
    return { tag, nested: nesting.length > 0, data: elements.map((element) => element.split(characters.component)) };
  }
  const repeats = new Map<number, string[][]>();
  const data = elements.map((element, index) => {
    const [first = '', ...further] = element.split(repetition);
    if (further.length > 0)
      repeats.set(
        index,
        further.map((each) => each.split(characters.component)),
      );
    return first.split(characters.component);
  });
  return { tag, nested: nesting.length > 0, data, repeats: repeats.size > 0 ? repeats : undefined };
}

/** One character at a time, for segments that release some. */
function scan(raw: string, characters: ServiceCharacters): Constituents {
  const { component, element, release, repetition, terminator } = characters;
  const elements: string[][][] = [[['']]];
  let stray: Constituents['stray'];
  let text = '';
  let from = 0;
  const repetitions = () => elements[elements.length - 1]!;
  const components = () => repetitions()[repetitions().length - 1]!;
  const close = (at: number) => {
    components()[components().length - 1] = text + raw.slice(from, at);
    text = '';
    from = at + 1;
  };
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at];
    if (character === release) {
      const next = raw[at + 1];
      if (
        next === component ||
        next === element ||
        next === release ||
        next === terminator ||
        (next !== undefined && next === repetition)
      ) {
        text += raw.slice(from, at);
        from = ++at;
      } else {
        stray ??= { element: elements.length - 1, component: components().length };
      }
    } else if (character === component) {
      close(at);
      components().push('');
    } else if (character === element) {
      close(at);
      elements.push([['']]);
    } else if (character === repetition && elements.length > 1) {
      close(at);
      repetitions().push(['']);
    }
  }
  close(raw.length);
  return assemble(elements, stray);
}

function assemble(elements: string[][][], stray: Constituents['stray']): Constituents {
  const [head, ...rest] = elements;
  const repeats = new Map<number, string[][]>();
  const data = rest.map(([first = [''], ...further], index) => {
    if (further.length > 0) repeats.set(index, further);
    return first;
  });
  const [tag = '', ...nesting] = head?.[0] ?? [];
  return { tag, nested: nesting.length > 0, data, repeats: repeats.size > 0 ? repeats : undefined, stray };
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
