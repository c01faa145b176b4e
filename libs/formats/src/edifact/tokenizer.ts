import type { ErrorCode } from '#model';
import { processorTime } from '../processor-time.ts';
import { DEFAULT_LIMITS, type EdifactLimits, parseSegment, type Segment } from './segment.ts';
import {
  DEFAULT_CHARACTERS,
  readServiceStringAdvice,
  type ServiceCharacters,
  SYNTAX_4_CHARACTERS,
  UNA_LENGTH,
} from './service-characters.ts';

/** A fault of the interchange as a whole; nothing after it was read unless it is EDIFACT_TRUNCATED. */
export interface InterchangeProblem {
  readonly code: ErrorCode;
  readonly detail: string;
}

/**
 * Cuts decoded text into segments, in as many chunks as it comes. A chunk may end anywhere, also between a release
 * character and what it releases. Carriage return, line feed and tab are skipped between segments, never inside one.
 */
export class SegmentTokenizer {
  readonly problems: InterchangeProblem[] = [];
  readonly #limits: EdifactLimits;
  #characters: ServiceCharacters | undefined;
  #advised = false;
  #buffer = '';
  #searched = 0;
  #received = 0;
  #number = 0;
  #spent = 0;
  readonly #before = process.cpuUsage();
  #stopped = false;

  /** `characters`: for files that say nothing of them and have no service string advice. */
  constructor(limits: Partial<EdifactLimits> = {}, characters?: ServiceCharacters) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#characters = characters;
  }

  /** The service characters in force; the defaults until the interchange says otherwise. */
  get characters(): ServiceCharacters {
    return this.#characters ?? DEFAULT_CHARACTERS;
  }

  /** True once nothing more will be read. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** The segments that this chunk completes. */
  push(chunk: string): Segment[] {
    if (this.#stopped) return [];
    this.#received += chunk.length;
    if (this.#received > this.#limits.characters) return this.#stop('EDIFACT_LIMIT', 'It is too long.');
    this.#buffer += chunk;
    return this.#read(false);
  }

  /** The last segments. Text without a terminator is EDIFACT_TRUNCATED and is not returned as a segment. */
  end(): Segment[] {
    if (this.#stopped) return [];
    const segments = this.#read(true);
    if (!this.#stopped && this.#buffer.length > betweenSegments(this.#buffer, 0)) {
      this.#stop('EDIFACT_TRUNCATED', 'The last segment has no terminator.');
    }
    this.#stopped = true;
    return segments;
  }

  #read(last: boolean): Segment[] {
    const started = performance.now();
    if (!this.#characters && !this.#begin(last)) return [];
    const segments: Segment[] = [];
    let start = 0;
    for (;;) {
      start = betweenSegments(this.#buffer, start);
      const end = this.#terminator(start);
      if (end === -1) break;
      segments.push(this.#segment(this.#buffer.slice(start, end)));
      start = end + 1;
      this.#searched = start;
      if (this.#number >= this.#limits.segments) return segments.concat(this.#stop('EDIFACT_LIMIT', 'It has too many segments.'));
      if (this.#number % 1024 === 0 && this.#isOvertime(performance.now() - started)) {
        return segments.concat(this.#stop('EDIFACT_LIMIT', 'Reading it takes too long.'));
      }
    }
    this.#buffer = this.#buffer.slice(start);
    this.#searched = this.#buffer.length;
    this.#spent += performance.now() - started;
    if (this.#buffer.length > this.#limits.segmentCharacters) return segments.concat(this.#stop('EDIFACT_LIMIT', 'A segment is too long.'));
    return segments;
  }

  /** By the clock and by the processor: a busy machine refuses no honest interchange. */
  #isOvertime(sinceStart: number): boolean {
    const { milliseconds } = this.#limits;
    return this.#spent + sinceStart > milliseconds && processorTime(this.#before) > milliseconds;
  }

  /** Reads a UNA, where there is one. False while too little has come to tell. */
  #begin(last: boolean): boolean {
    const marked = this.#received === this.#buffer.length && this.#buffer.startsWith('\uFEFF');
    // What is skipped is dropped at once, or a flood of line ends would be looked at again with every chunk.
    this.#buffer = this.#buffer.slice(betweenSegments(this.#buffer, marked ? 1 : 0));
    const head = this.#buffer.slice(0, UNA_LENGTH);
    if (!last && head.length < UNA_LENGTH && (head.length < 3 || head.startsWith('UNA'))) return false;
    this.#advised = head.startsWith('UNA');
    const characters = this.#advised ? readServiceStringAdvice(head) : DEFAULT_CHARACTERS;
    if (!characters) {
      this.#stop('EDIFACT_MALFORMED', 'The service string advice (UNA) is not six separate characters.');
      return false;
    }
    this.#characters = characters;
    if (this.#advised) this.#buffer = this.#buffer.slice(UNA_LENGTH);
    this.#searched = 0;
    return true;
  }

  /** Position of the terminator of the segment that starts here: one behind an even number of release characters. */
  #terminator(start: number): number {
    const { terminator, release } = this.characters;
    let at = this.#buffer.indexOf(terminator, Math.max(start, this.#searched));
    while (at !== -1) {
      let before = at - 1;
      while (before >= start && this.#buffer[before] === release) before--;
      if ((at - 1 - before) % 2 === 0) return at;
      at = this.#buffer.indexOf(terminator, at + 1);
    }
    return -1;
  }

  #segment(raw: string): Segment {
    const segment = parseSegment(raw, this.characters, ++this.#number, this.#limits);
    // Without a UNA the version in the UNB decides whether `*` separates repetitions.
    if (this.#number === 1 && !this.#advised && segment.tag === 'UNB' && (segment.data[0]?.[1] ?? '') >= '4') {
      this.#characters = SYNTAX_4_CHARACTERS;
    }
    return segment;
  }

  #stop(code: ErrorCode, detail: string): Segment[] {
    this.#stopped = true;
    this.#buffer = '';
    this.problems.push({ code, detail });
    return [];
  }
}

function betweenSegments(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x0d && code !== 0x0a && code !== 0x09) return at;
  }
}
