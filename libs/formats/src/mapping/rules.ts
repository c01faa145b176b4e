/** Compiled mapping rules: what the decoder, the encoder, the explanation and the property tests walk. */
import type { ErrorCode, MessageType } from '#model';
import type { MappingRef } from '../api.ts';
import type { Conversion } from './conversions.ts';
import type { Bag, CanonicalPath, Getter, Setter } from './paths.ts';
import type { Transform } from './transforms.ts';

/**
 * How often a rule may occur, one column for each function code in the order of the file, and a last column that holds
 * the widest bounds, used when the function code is not known.
 */
export interface Cards {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly filtered: readonly boolean[];
}

/** Tells rules of one node name apart by their data: EDIFACT qualifiers. The writer writes the first value. */
export interface Selector {
  readonly element: number;
  readonly component: number;
  readonly values: readonly string[];
}

export interface Titles {
  readonly zh?: string | undefined;
  readonly en?: string | undefined;
  readonly ru?: string | undefined;
  readonly kk?: string | undefined;
  readonly wco?: string | undefined;
}

/** Where in its node a value stands. */
export type Place =
  | { readonly kind: 'element' }
  | { readonly kind: 'text' }
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'data'; readonly element: number; readonly from: number; readonly to: number };

export interface LeafRule {
  readonly kind: 'leaf';
  readonly ordinal: number;
  /** Key in the mapping file, and the last step of a pointer. */
  readonly key: string;
  /** Node name; empty for a place inside the parent's node. */
  readonly name: string;
  /** Namespaces the element may have, the first of which is written. Absent in a mapping that names none. */
  readonly namespaces: readonly string[] | undefined;
  readonly select: readonly Selector[];
  readonly cards: Cards;
  readonly repeats: boolean;
  readonly titles: Titles;
  readonly place: Place;
  readonly path: CanonicalPath | undefined;
  readonly conversion: Conversion;
  readonly fixed: string | undefined;
  /** Written where the field is mandatory and the message has no value. */
  readonly fallback: string | undefined;
  readonly mismatch: ErrorCode;
  readonly param: string | undefined;
  /** Envelopes: canonical path of the carried message that gives the value when no parameter does. */
  readonly from: Getter | undefined;
  readonly content: 'element' | 'base64' | undefined;
  readonly set: Setter | undefined;
  readonly get: Getter | undefined;
  readonly collect: ((context: Bag) => unknown[]) | undefined;
  /** Where the code is kept as exchanged, beside its canonical counterpart. */
  readonly verbatim: { readonly path: CanonicalPath; readonly set: Setter; readonly get: Getter; readonly listId: string } | undefined;
}

export interface GroupRule {
  readonly kind: 'group';
  readonly ordinal: number;
  readonly key: string;
  readonly name: string;
  readonly namespaces: readonly string[] | undefined;
  readonly select: readonly Selector[];
  /** The selector looks at the first child, the trigger segment of a group. */
  readonly selectInTrigger: boolean;
  readonly cards: Cards;
  readonly repeats: boolean;
  readonly titles: Titles;
  /** Canonical context, when it moves. The last step may be `[]`. */
  readonly at:
    | {
        readonly path: CanonicalPath;
        readonly each: boolean;
        readonly set: Setter;
        readonly get: Getter | undefined;
        readonly collect: ((context: Bag) => unknown[]) | undefined;
      }
    | undefined;
  /** The list holds plain values, and a rule inside reads the entry itself (`is: .`). */
  readonly plain: boolean;
  /** Writing: whether a context holds anything this group writes. Absent where only writing it can tell. */
  readonly holds: ((context: Bag) => boolean) | undefined;
  /** Writing: only entries whose member holds the value. */
  readonly when: readonly { readonly get: Getter; readonly value: string; readonly key: string }[];
  /** Reading: what every entry has without the document saying so. */
  readonly sets: readonly { readonly set: Setter; readonly path: CanonicalPath; readonly value: unknown }[];
  /** Values inside the node itself: text, attributes, components. */
  readonly parts: readonly LeafRule[];
  readonly attributes: ReadonlyMap<string, LeafRule>;
  /** Components some part or selector reads, as `element * 1000 + component`. */
  readonly covered: ReadonlySet<number>;
  readonly children: readonly Rule[];
  /** The order of the children is looked at when reading. */
  readonly ordered: boolean;
  /** Sets of children of which one at most may occur; absent where there is none. */
  readonly oneOf: readonly (readonly Rule[])[] | undefined;
  readonly byName: ReadonlyMap<string, readonly Rule[]>;
}

export type Rule = LeafRule | GroupRule;

/** A way from the root of the document to one value in it: names of nodes, then perhaps a place in the last. */
export interface DocumentPath {
  readonly names: readonly string[];
  readonly place: Place;
  /** Another place of the same value, where senders differ. */
  readonly or?: DocumentPath | undefined;
}

export interface Detect {
  readonly root: string;
  /** Accepted namespaces of the root, one a version; the first is written. Empty: none. */
  readonly namespaces: readonly string[];
  readonly has: readonly string[] | undefined;
  readonly where: readonly { readonly path: DocumentPath; readonly text: string; readonly value: string }[];
}

export interface CompiledMapping {
  readonly ref: MappingRef;
  readonly syntax: 'xml' | 'edifact' | 'flat' | 'phrase';
  readonly type: string;
  readonly status: 'confirmed' | 'provisional';
  readonly title: Readonly<Record<string, string>>;
  readonly source: string;
  readonly envelope: boolean;
  /** Absent for envelopes. */
  readonly canonical: MessageType | undefined;
  readonly detect: Detect;
  /** XML: namespace to the prefix it is written with. Absent where the whole document has one namespace. */
  readonly prefixes: ReadonlyMap<string, string> | undefined;
  readonly functions:
    | {
        readonly at: DocumentPath;
        readonly text: string;
        readonly codes: readonly string[];
        readonly columns: ReadonlyMap<string, number>;
        readonly leaf: LeafRule;
      }
    | undefined;
  readonly transforms: readonly Transform[];
  readonly constants: readonly { readonly path: CanonicalPath; readonly set: Setter; readonly get: Getter; readonly value: unknown }[];
  readonly defaults: readonly { readonly set: Setter; readonly get: Getter; readonly parts: readonly (string | Getter)[] }[];
  readonly root: GroupRule;
}

/** The entry is one this rule writes. */
export function matches(rule: GroupRule, context: Bag): boolean {
  for (const { get, value } of rule.when) {
    const actual = get(context);
    const text = typeof actual === 'object' && actual !== null ? (actual as { value?: unknown }).value : actual;
    if (String(text) !== value) return false;
  }
  return true;
}
