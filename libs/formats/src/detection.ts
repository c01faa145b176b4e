/** Which mapping reads a document: by root, then namespace, then the values the mappings ask for. Tables, no chains of ifs. */
import { issue, type Issue } from '#model';
import type { DocumentNode } from './document.ts';
import { childNamed, readAt } from './mapping/documents.ts';
import type { CompiledMapping, DocumentPath } from './mapping/rules.ts';

interface RootTable {
  readonly byNamespace: Map<string, CompiledMapping[]>;
  /** One table a tuple of paths that some mapping asks about: joined values to mappings. */
  readonly byValue: Map<string, { readonly paths: readonly DocumentPath[]; readonly mappings: Map<string, CompiledMapping[]> }>;
  readonly others: CompiledMapping[];
}

export interface Detected {
  readonly mapping?: CompiledMapping;
  readonly issues: readonly Issue[];
}

/** Between the values of one tuple; not a character XML or EDIFACT data may hold. */
const SEPARATOR = '\u0000';

export class DetectionIndex {
  readonly #roots = new Map<string, RootTable>();

  constructor(mappings: readonly CompiledMapping[]) {
    for (const mapping of mappings) this.#add(mapping);
  }

  /** The mapping, with NAMESPACE_WRONG when the namespace is neither absent nor one of the mapping's; or why there is none. */
  detect(document: DocumentNode): Detected {
    const table = this.#roots.get(document.name);
    if (!table) return { issues: [issue('FORMAT_UNKNOWN', '')] };
    const { namespace } = document;
    const named = namespace === undefined ? undefined : table.byNamespace.get(namespace)?.filter((mapping) => fits(mapping, document));
    const mapping = best(named, document) ?? this.#byValue(table, document) ?? table.others.find((candidate) => fits(candidate, document));
    if (!mapping) return { issues: [issue('MESSAGE_TYPE_UNKNOWN', `/${document.name}`)] };
    const wrong = namespace !== undefined && !mapping.detect.namespaces.includes(namespace);
    return { mapping, issues: wrong ? [issue('NAMESPACE_WRONG', `/${document.name}`)] : [] };
  }

  #add(mapping: CompiledMapping): void {
    const { root, namespaces, where } = mapping.detect;
    let table = this.#roots.get(root);
    if (!table) this.#roots.set(root, (table = { byNamespace: new Map(), byValue: new Map(), others: [] }));
    for (const namespace of namespaces) push(table.byNamespace, namespace, mapping);
    if (where.length === 0) {
      table.others.push(mapping);
      // Who asks for more comes first: a receipt with parts of its own is not the general receipt.
      table.others.sort((one, other) => depth(other) - depth(one));
      return;
    }
    const key = where.map(({ text }) => text).join(SEPARATOR);
    let values = table.byValue.get(key);
    if (!values) table.byValue.set(key, (values = { paths: where.map(({ path }) => path), mappings: new Map() }));
    push(values.mappings, where.map(({ value }) => value).join(SEPARATOR), mapping);
  }

  #byValue(table: RootTable, document: DocumentNode): CompiledMapping | undefined {
    for (const { paths, mappings } of table.byValue.values()) {
      const key = paths.map((path) => readAt(document, path) ?? '').join(SEPARATOR);
      const mapping = mappings.get(key)?.find((candidate) => fits(candidate, document));
      if (mapping) return mapping;
    }
    return undefined;
  }
}

/**
 * Of several mappings of one namespace, the one that asks for most among those all of whose values fit, else the one of whose
 * values most fit, the first of several: the document may contradict itself.
 */
function best(candidates: readonly CompiledMapping[] | undefined, document: DocumentNode): CompiledMapping | undefined {
  let found: CompiledMapping | undefined;
  let most = -1;
  for (const mapping of candidates ?? []) {
    const { where } = mapping.detect;
    const fitting = where.filter(({ path, value }) => readAt(document, path) === value).length;
    const rank = fitting === where.length ? ALL_FIT + fitting : fitting;
    if (rank > most) [found, most] = [mapping, rank];
  }
  return found;
}

/** More than any mapping asks for. */
const ALL_FIT = 1_000;

function fits(mapping: CompiledMapping, document: DocumentNode): boolean {
  let node: DocumentNode | undefined = document;
  for (const name of mapping.detect.has ?? []) node = node && childNamed(node, name);
  return node !== undefined;
}

const depth = ({ detect }: CompiledMapping): number => detect.has?.length ?? 0;

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
