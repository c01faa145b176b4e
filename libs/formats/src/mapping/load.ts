/** All mapping files and code lists, compiled: what the translator, the tools and the tests of mappings start from. */
import type { Issue } from '#model';
import { readCodeLists, type CodeList, type TextFile } from './codelists.ts';
import { compileMapping, outlineMapping } from './compile.ts';
import { assemble } from './overlay.ts';
import type { CompiledMapping } from './rules.ts';

export interface LoadedMappings {
  readonly mappings: readonly CompiledMapping[];
  readonly lists: ReadonlyMap<string, CodeList>;
  /** Every fault of every file; a file with a fault gives no mapping. */
  readonly issues: readonly Issue[];
}

export interface LoadOptions {
  /**
   * Compile the rules of a mapping when they are first used: for short-lived processes that use one of a hundred. A fault in
   * rules is then thrown at first use instead of being found at once.
   */
  readonly lazily?: boolean;
}

export function loadMappings(
  files: { readonly mappings: readonly TextFile[]; readonly codelists: readonly TextFile[] },
  { lazily = false }: LoadOptions = {},
): LoadedMappings {
  const { lists, issues: listIssues } = readCodeLists(files.codelists);
  const { mappings: wholes, issues: fileIssues } = assemble(files.mappings);
  const compiled = wholes.map((whole) => (lazily ? outlineMapping : compileMapping)(whole, lists));
  return {
    mappings: compiled.flatMap(({ mapping }) => (mapping ? [mapping] : [])),
    lists,
    issues: [...listIssues, ...fileIssues, ...compiled.flatMap(({ issues }) => issues)],
  };
}
