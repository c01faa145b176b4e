/** Which mapping reads a document best when none is told by it. */
import type { DocumentNode } from '../document.ts';
import type { CompiledMapping, GroupRule } from '../mapping/rules.ts';

export interface Near {
  readonly mapping: CompiledMapping;
  /** Share of the document's places that the mapping has, 0 to 1: with the way to them two thirds, by their own name alone one third. */
  readonly likeness: number;
}

/** Mappings that share places with the document, the likeliest first, at most `most`. Envelopes are told by themselves only. */
export function nearest(document: DocumentNode, mappings: readonly CompiledMapping[], most = 3): Near[] {
  const { paths, names } = placesOf(document);
  const syntax = document.data || document.children.some(({ data }) => data) ? ['edifact', 'flat', 'phrase'] : ['xml'];
  return mappings
    .filter((mapping) => !mapping.envelope && syntax.includes(mapping.syntax))
    .map((mapping) => ({ mapping, likeness: likeness(paths, names, mapping) }))
    .filter(({ likeness }) => likeness > 0)
    .sort((one, other) => other.likeness - one.likeness)
    .slice(0, most);
}

const KNOWN = new WeakMap<CompiledMapping, { readonly paths: Set<string>; readonly names: Set<string> }>();

function likeness(paths: ReadonlySet<string>, names: ReadonlySet<string>, mapping: CompiledMapping): number {
  let known = KNOWN.get(mapping);
  if (!known) {
    KNOWN.set(mapping, (known = { paths: new Set(), names: new Set() }));
    collect(mapping.root, '', known);
  }
  if (paths.size === 0) return 0;
  return (2 * shared(paths, known.paths) + shared(names, known.names)) / 3;
}

function shared(own: ReadonlySet<string>, known: ReadonlySet<string>): number {
  let count = 0;
  for (const one of own) if (known.has(one)) count++;
  return count / own.size;
}

function collect(rule: GroupRule, above: string, known: { paths: Set<string>; names: Set<string> }): void {
  for (const child of rule.children) {
    const path = `${above}/${child.name}`;
    known.paths.add(path);
    known.names.add(child.name);
    if (child.kind === 'group') collect(child, path, known);
  }
}

/** Names below the root, which a partner may have called otherwise. */
function placesOf(document: DocumentNode): { readonly paths: ReadonlySet<string>; readonly names: ReadonlySet<string> } {
  const [paths, names] = [new Set<string>(), new Set<string>()];
  const walk = (node: DocumentNode, above: string): void => {
    for (const child of node.children) {
      const path = `${above}/${child.name}`;
      paths.add(path);
      names.add(child.name);
      walk(child, path);
    }
  };
  walk(document, '');
  return { paths, names };
}
