import type { DocumentNode } from '../document.ts';
import type { Level, MessageDirectory, Position } from './directory.ts';
import { type Findings, SYNTAX_ERROR } from './findings.ts';
import type { Segment } from './segment.ts';

/** An open group (or the message) while its segments come in. */
interface Frame {
  readonly level: Level;
  readonly node: DocumentNode;
  readonly pointer: string;
  readonly counts: number[];
  /** Where the last segment stood; later ones stand here or after. */
  at: number;
}

/** Where a segment came to stand: its node, and the pointer a finding about it carries. */
export interface Placed {
  readonly node: DocumentNode;
  readonly pointer: string;
}

/**
 * Nests the flat segments of one message as its directory does. Reads tolerantly and reports: a segment too many is
 * kept and FIELD_REPEATED, one out of order is kept and FIELD_ORDER, one the message does not have is kept beside its
 * neighbours and EDIFACT_SEGMENT_UNKNOWN, a mandatory one that never came is FIELD_MISSING. Without a directory all
 * that have a segment's tag stay flat.
 */
export class Grouping {
  readonly root: DocumentNode;
  readonly #findings: Findings;
  readonly #frames: Frame[] = [];
  #flat: Map<string, number> | undefined;
  #number = 0;

  constructor(directory: MessageDirectory | undefined, name: string, pointer: string, findings: Findings) {
    this.root = { name, children: [], position: 1 };
    this.#findings = findings;
    if (directory) this.#frames.push(frame(directory.level, this.root, pointer));
    else this.#frames.push(frame({ positions: [], byTag: new Map(), mandatory: [] }, this.root, pointer));
    if (!directory) this.#flat = new Map();
  }

  /** Number of segments placed so far, UNH included. */
  get count(): number {
    return this.#number;
  }

  /** Takes the next segment of the message, the UNH first. */
  place(segment: Segment): Placed {
    this.#number++;
    const node: DocumentNode = { name: segment.tag, data: segment.data, repeats: segment.repeats, children: [], position: this.#number };
    if (this.#flat) return TAG.test(node.name) ? this.#placeFlat(node) : this.#unknown(node);
    return this.#inOrder(node) ?? this.#tooMany(node) ?? this.#outOfOrder(node) ?? this.#unknown(node);
  }

  /** Closes the message: whatever is mandatory and never came is reported. */
  end(): void {
    this.#closeTo(-1);
  }

  #placeFlat(node: DocumentNode): Placed {
    const occurrence = (this.#flat!.get(node.name) ?? 0) + 1;
    this.#flat!.set(node.name, occurrence);
    this.root.children.push(node);
    return { node, pointer: `${this.#frames[0]!.pointer}/${node.name}[${occurrence}]` };
  }

  #inOrder(node: DocumentNode): Placed | undefined {
    for (let depth = this.#frames.length - 1; depth >= 0; depth--) {
      const each = this.#frames[depth]!;
      for (const index of each.level.byTag.get(node.name) ?? NOWHERE) {
        if (index < each.at || each.counts[index]! >= each.level.positions[index]!.max) continue;
        this.#closeTo(depth);
        return this.#put(each, index, node);
      }
    }
    return undefined;
  }

  #tooMany(node: DocumentNode): Placed | undefined {
    const placed = this.#search((each) => {
      const candidates = each.level.byTag.get(node.name);
      // The first segment of an open group never repeats in it: it opens the next one.
      return candidates?.find((index) => index >= each.at && (index > 0 || each === this.#frames[0]));
    }, node);
    if (placed) {
      const error = placed.group ? SYNTAX_ERROR.tooManyGroups : SYNTAX_ERROR.tooManyRepetitions;
      this.#findings.add('FIELD_REPEATED', error, placed.pointer, { segmentNumber: this.#number });
    }
    return placed;
  }

  #outOfOrder(node: DocumentNode): Placed | undefined {
    const placed = this.#search((each) => {
      const candidates = each.level.byTag.get(node.name);
      return candidates?.find((index) => index > 0 || each === this.#frames[0]);
    }, node);
    if (placed) this.#findings.add('FIELD_ORDER', SYNTAX_ERROR.notSupportedHere, placed.pointer, { segmentNumber: this.#number });
    return placed;
  }

  #unknown(node: DocumentNode): Placed {
    const { node: parent, pointer } = this.#frames[this.#frames.length - 1]!;
    parent.children.push(TAG.test(node.name) ? node : { ...node, name: 'segment', data: [[node.name], ...(node.data ?? [])] });
    const place = { segmentNumber: this.#number };
    // The tag itself may be a piece of broken text, and findings never show text.
    const at = `${pointer}/segment[${this.#number}]`;
    this.#findings.add('EDIFACT_SEGMENT_UNKNOWN', SYNTAX_ERROR.notSupportedHere, at, place);
    if (isLookalikeTag(node.name)) {
      this.#findings.add('LOOKALIKE', SYNTAX_ERROR.invalidCharacter, at, place, 'The tag is typed in Cyrillic letters.');
    }
    return { node, pointer: at };
  }

  /** Looks from the innermost open group outwards for the place `find` allows, closes what lies inside, and puts the node there. */
  #search(find: (frame: Frame) => number | undefined, node: DocumentNode): (Placed & { readonly group: boolean }) | undefined {
    for (let depth = this.#frames.length - 1; depth >= 0; depth--) {
      const index = find(this.#frames[depth]!);
      if (index !== undefined) {
        this.#closeTo(depth);
        return this.#put(this.#frames[depth]!, index, node);
      }
    }
    return undefined;
  }

  #put(into: Frame, index: number, node: DocumentNode): Placed & { readonly group: boolean } {
    const position = into.level.positions[index]!;
    into.at = Math.max(into.at, index);
    const occurrence = ++into.counts[index]!;
    const pointer = `${into.pointer}/${address(position, occurrence)}`;
    if (!position.group) {
      into.node.children.push(node);
      return { node, pointer, group: false };
    }
    const group: DocumentNode = { name: position.name, children: [node], position: node.position };
    into.node.children.push(group);
    const opened = frame(position.group, group, pointer);
    opened.counts[0] = 1;
    this.#frames.push(opened);
    return { node, pointer: `${pointer}/${node.name}`, group: true };
  }

  #closeTo(depth: number): void {
    while (this.#frames.length - 1 > depth) {
      const { level, counts, pointer, node } = this.#frames.pop()!;
      for (const index of level.mandatory) {
        if (counts[index] !== 0) continue;
        const place = { segmentNumber: lastBefore(level, index, node) };
        this.#findings.add('FIELD_MISSING', SYNTAX_ERROR.missing, `${pointer}/${address(level.positions[index]!, 1)}`, place);
      }
    }
  }
}

/** Where a missing segment is reported (ISO 9735-4): at the last segment before the place where it was expected. */
function lastBefore(level: Level, index: number, { children }: DocumentNode): number {
  const before = new Set(level.positions.slice(0, index).map(({ name }) => name));
  return children.reduce((last, child) => (before.has(child.name) ? Math.max(last, lastOf(child)) : last), 1);
}

const lastOf = (node: DocumentNode): number => node.children.reduce((last, child) => Math.max(last, lastOf(child)), node.position ?? 0);

const NOWHERE: readonly number[] = [];

const frame = (level: Level, node: DocumentNode, pointer: string): Frame => ({
  level,
  node,
  pointer,
  counts: new Array<number>(level.positions.length).fill(0),
  at: 0,
});

const address = (position: Position, occurrence: number) =>
  position.group || position.max > 1 ? `${position.name}[${occurrence}]` : position.name;

/** The form of every tag. */
export const TAG = /^[A-Z][A-Z0-9]{2}$/;

const CYRILLIC_AS_LATIN = new Map([...'АВЕЗІЈКМНОРСТХУЅ'].map((letter, index) => [letter, [...'ABE3IJKMHOPCTXYS'][index]!]));

/** Whether a tag would be a tag if its Cyrillic letters were the Latin ones they look like. */
function isLookalikeTag(tag: string): boolean {
  if (!/[\u0400-\u04ff]/.test(tag)) return false;
  return TAG.test([...tag].map((letter) => CYRILLIC_AS_LATIN.get(letter) ?? letter).join(''));
}
