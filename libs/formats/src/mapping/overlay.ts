/** Mapping files to whole mappings: YAML, `extends`, and the digest that names what a translation was made with. */
import { createHash } from 'node:crypto';
import { issue, readDataFile, type Issue } from '#model';
import type { TextFile } from './codelists.ts';
import { missingNames, renamedTree } from './renamed.ts';
import { isLeaf, isTree, type Tree } from './schema.ts';

export interface WholeMapping {
  readonly path: string;
  readonly tree: Tree;
  /** SHA-256 (hex) over the bytes of the bases, the farthest first, and of the file itself, each preceded by its length. */
  readonly digest: string;
}

/** Merges every file over the files it extends. Files marked `abstract` are bases only. */
export function assemble(files: readonly TextFile[]): { readonly mappings: readonly WholeMapping[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const parsed = new Map<string, { tree: Tree; text: string }>();
  for (const file of files) {
    const { path, text } = file;
    const read = readDataFile(file);
    if ('fault' in read) issues.push(issue('CONFIGURATION_INVALID', `mappings/${path}`, read.fault));
    else if (isTree(read.value)) parsed.set(path, { tree: read.value, text });
    else issues.push(issue('CONFIGURATION_INVALID', `mappings/${path}`, 'The file is no map.'));
  }
  const mappings: (WholeMapping & { readonly bases: number })[] = [];
  for (const [path, { tree }] of parsed) {
    const chain = chainOf(path, parsed);
    if (!chain) issues.push(issue('CONFIGURATION_INVALID', `mappings/${path}/extends`, 'The base does not exist, or extends this file.'));
    else if (tree['abstract'] !== true) {
      const bases = chain.filter((base) => base.tree['abstract'] !== true).length;
      for (const place of lostRenames(chain))
        issues.push(
          issue('CONFIGURATION_INVALID', `mappings/${path}/renamed/${place}`, 'The base has nothing there, or the new name is taken.'),
        );
      mappings.push({ path, tree: merged(chain), digest: digestOf(chain), bases });
    }
  }
  // A partner's overlay is told apart by agreement; where a document alone decides, the base comes first.
  return { mappings: mappings.sort((one, other) => one.bases - other.bases), issues };
}

interface ParsedFile {
  readonly tree: Tree;
  readonly text: string;
}

/** The file and its bases, the farthest base first. */
function chainOf(path: string, parsed: ReadonlyMap<string, ParsedFile>): ParsedFile[] | undefined {
  const chain: ParsedFile[] = [];
  for (let next: unknown = path; typeof next === 'string'; next = chain[0]?.tree['extends']) {
    const file = parsed.get(next);
    if (!file || chain.includes(file)) return undefined;
    chain.unshift(file);
  }
  return chain;
}

const merged = (chain: readonly ParsedFile[]): Tree =>
  chain.map(({ tree }) => tree).reduce((base, { moved, renamed, ...over }) => overlay(basis(base, moved, renamed), over));

/** The base as an overlay finds it: where another release has its segments, and under the names of the partner. */
function basis(base: Tree, moved: unknown, renamed: unknown): Tree {
  const tree = isTree(moved) ? relocated(inherited(base), moved) : inherited(base);
  return isTree(renamed) ? renamedTree(tree, renamed) : tree;
}

/** Every `renamed` of the chain that finds nothing to rename. */
function lostRenames(chain: readonly ParsedFile[]): string[] {
  const lost: string[] = [];
  for (let above = 1; above < chain.length; above++) {
    const { moved, renamed } = chain[above]?.tree ?? {};
    if (isTree(renamed)) lost.push(...missingNames(basis(merged(chain.slice(0, above)), moved, undefined), renamed));
  }
  return lost;
}

/** EDIFACT: the rules of the base where another release of the directory has their segments and groups. */
function relocated(base: Tree, moved: Tree): Tree {
  return { ...base, ...(isTree(base['document']) && { document: below(base['document'], moved) }) };
}

function below(tree: Tree, moved: Tree, trigger?: string): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      if (!isTree(value) || key === trigger || key.startsWith('$')) return [key, value];
      const [head = ''] = key.split('[', 1);
      const to = moved[head];
      const [, tag] = head.split(' ');
      const rules = below(value, moved, tag);
      if (typeof to !== 'string') return [key, rules];
      return [to + key.slice(head.length), tag === undefined ? opening(head, rules) : rules];
    }),
  );
}

/** A segment that opens a group in the other release: its own leaves stand in the group under its tag. */
const opening = (tag: string, rules: Tree): Tree => {
  const settings = Object.entries(rules).filter(([key]) => key.startsWith('$'));
  return { ...Object.fromEntries(settings), [tag]: Object.fromEntries(Object.entries(rules).filter(([key]) => !key.startsWith('$'))) };
};

/** A base's being abstract is not inherited. */
const inherited = ({ abstract: _abstract, ...rest }: Tree): Tree => rest;

/** Keys of `over` win, null removes, new keys come last or before the one they name; a leaf replaces a group. */
export function overlay(base: Tree, over: Tree): Tree {
  let result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const under = result[key];
    const before = isTree(value) && under === undefined ? (value['before'] ?? value['$before']) : undefined;
    if (value === null) delete result[key];
    else if (typeof before === 'string') result = placed(result, key, value, before);
    else result[key] = isTree(value) && isTree(under) && (isLeaf(under) || !isLeaf(value)) ? overlay(under, value) : value;
  }
  return result;
}

const placed = (tree: Tree, key: string, value: unknown, before: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ ...tree, [key]: value }).flatMap((entry) => order(entry, key, value, before, tree)));

function order(entry: [string, unknown], key: string, value: unknown, before: string, tree: Tree): [string, unknown][] {
  if (!(before in tree)) return [entry];
  if (entry[0] === key) return [];
  return entry[0] === before ? [[key, value], entry] : [entry];
}

function digestOf(chain: readonly ParsedFile[]): string {
  const hash = createHash('sha256');
  for (const { text } of chain) hash.update(`${Buffer.byteLength(text)}\n`).update(text);
  return hash.digest('hex');
}
