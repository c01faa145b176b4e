/** Mapping files to whole mappings: YAML, `extends`, and the digest that names what a translation was made with. */
import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import { issue, type Issue } from '#model';
import type { TextFile } from './codelists.ts';
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
  for (const { path, text } of files) {
    const document = parseDocument(text, { uniqueKeys: true, merge: true });
    const tree: unknown = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 1000 });
    for (const error of document.errors)
      issues.push(issue('CONFIGURATION_INVALID', `mappings/${path}`, `${error.code} in line ${error.linePos?.[0].line ?? 0}.`));
    if (isTree(tree)) parsed.set(path, { tree, text });
    else if (document.errors.length === 0) issues.push(issue('CONFIGURATION_INVALID', `mappings/${path}`, 'The file is no map.'));
  }
  const mappings: WholeMapping[] = [];
  for (const [path, { tree }] of parsed) {
    const chain = chainOf(path, parsed);
    if (!chain) issues.push(issue('CONFIGURATION_INVALID', `mappings/${path}/extends`, 'The base does not exist, or extends this file.'));
    else if (tree['abstract'] !== true) mappings.push({ path, tree: merged(chain), digest: digestOf(chain) });
  }
  return { mappings, issues };
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

const merged = (chain: readonly ParsedFile[]): Tree => chain.map(({ tree }) => tree).reduce((base, over) => overlay(inherited(base), over));

/** A base's being abstract is not inherited. */
const inherited = ({ abstract: _abstract, ...rest }: Tree): Tree => rest;

/** Keys of `over` win, null removes, new keys come last; a leaf replaces a group. */
export function overlay(base: Tree, over: Tree): Tree {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    if (value === null) delete result[key];
    else result[key] = isTree(value) && isTree(below) && (isLeaf(below) || !isLeaf(value)) ? overlay(below, value) : value;
  }
  return result;
}

function digestOf(chain: readonly ParsedFile[]): string {
  const hash = createHash('sha256');
  for (const { text } of chain) hash.update(`${Buffer.byteLength(text)}\n`).update(text);
  return hash.digest('hex');
}
