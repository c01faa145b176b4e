import type { DocumentNode } from '../document.ts';

/**
 * Which of its siblings of the same name a node is, for pointers. The siblings are counted once, when the first pointer
 * runs through their parent: a document full of findings costs no more than reading it a second time.
 */
export class Occurrences {
  readonly #counted = new Map<DocumentNode, ReadonlyMap<DocumentNode, number>>();

  /** From 1; 0 where the name occurs once only. */
  of(parent: DocumentNode, node: DocumentNode): number {
    let numbers = this.#counted.get(parent);
    if (!numbers) this.#counted.set(parent, (numbers = numbered(parent.children)));
    return numbers.get(node) ?? 0;
  }
}

function numbered(siblings: readonly DocumentNode[]): ReadonlyMap<DocumentNode, number> {
  const numbers = new Map<DocumentNode, number>();
  const seen = new Map<string, { readonly first: DocumentNode; count: number }>();
  for (const node of siblings) {
    if (node.gathered) continue;
    const same = seen.get(node.name);
    if (!same) seen.set(node.name, { first: node, count: 1 });
    else {
      if (same.count === 1) numbers.set(same.first, 1);
      numbers.set(node, ++same.count);
    }
  }
  return numbers;
}
