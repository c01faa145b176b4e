/** What the workshop proposes to write into a partner's overlay, and why. */
import type { DocumentNode } from '../document.ts';
import type { Rule } from '../mapping/rules.ts';

/**
 * `rename` an element has another name; `root`, `namespace` the same of the whole document; `widen` values are longer than the base
 * allows; `code` codes no list knows; `ignore` an element no rule reads; `relax` a mandatory element is missing; `allow` a forbidden one is
 * present; `repeat` one occurs more often; `order` they stand in another order; `constant` another constant; `value`, `function` what
 * nothing can be proposed for.
 */
export type ProposalKind =
  | 'rename'
  | 'root'
  | 'namespace'
  | 'widen'
  | 'code'
  | 'ignore'
  | 'relax'
  | 'allow'
  | 'repeat'
  | 'order'
  | 'constant'
  | 'value'
  | 'function';

/**
 * `applied`: the samples decide it, the overlay says it. `decision`: it needs the partner's word; the overlay says it once a person agreed.
 * `todo`: a person fills it in, nothing is guessed. `open`: no overlay mends it.
 */
export type Standing = 'applied' | 'decision' | 'todo' | 'open';

export interface Proposal {
  /** Stable for the same samples: kind and place. */
  readonly id: string;
  readonly kind: ProposalKind;
  readonly standing: Standing;
  /** Keys of the base's mapping file. */
  readonly path: string;
  /** Occurrences it rests on. */
  readonly count: number;
  /** Names, bounds and numbers, never other content of the samples: what the sentences of `why` are made of. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** English. */
  readonly why: string;
}

/** Bounds of one column of function codes. */
export interface Bound {
  readonly column: number;
  readonly min?: number;
  readonly max?: number;
}

/** What a proposal does to the overlay once it counts. Paths are those of the mapping that was surveyed. */
export type Edit =
  | { readonly what: 'rename'; readonly path: string; readonly name: string }
  | { readonly what: 'namespace'; readonly namespace: string }
  | { readonly what: 'setting'; readonly path: string; readonly name: string; readonly value: string }
  | { readonly what: 'bounds'; readonly path: string; readonly rule: Rule; readonly bounds: readonly Bound[] }
  | { readonly what: 'add'; readonly groupPath: string; readonly key: string; readonly layout: Layout; readonly before: string | undefined }
  | {
      readonly what: 'list';
      readonly path: string;
      readonly list: string;
      readonly bound: string | undefined;
      readonly codes: ReadonlyMap<string, number>;
    };

/** The rules for an element that is read and left out. */
export interface Layout {
  /** Highest number of occurrences in one place. */
  readonly most: number;
  /** Absent: nothing below and beside its text. */
  readonly inside: ReadonlyMap<string, Layout> | undefined;
}

export interface Proposed {
  readonly proposal: Proposal;
  readonly edit?: Edit;
}

/** What stands in nodes of one name, as rules that read it and keep nothing. */
export function layoutOf(nodes: readonly DocumentNode[], most: number, keyOf: (node: DocumentNode) => string): Layout {
  const inside = new Map<string, Layout>();
  const children = new Map<string, { nodes: DocumentNode[]; most: number }>();
  for (const node of nodes) {
    for (const name of node.attributes?.keys() ?? []) inside.set(`@${name}`, SINGLE);
    node.data?.forEach((components, element) =>
      components.forEach((value, component) => value !== '' && inside.set(`${element + 1}.${component + 1}`, SINGLE)),
    );
    const counts = new Map<string, number>();
    for (const child of node.children) {
      const key = keyOf(child);
      const same = children.get(key) ?? { nodes: [], most: 0 };
      same.nodes.push(child);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      children.set(key, { nodes: same.nodes, most: Math.max(same.most, counts.get(key) ?? 0) });
    }
  }
  const structured = inside.size > 0 || children.size > 0;
  if (structured && nodes.some(({ text }) => text !== undefined && text.trim() !== '')) inside.set('#', SINGLE);
  for (const [key, same] of children) inside.set(key, layoutOf(same.nodes, same.most, keyOf));
  return { most, inside: structured ? inside : undefined };
}

const SINGLE: Layout = { most: 1, inside: undefined };
