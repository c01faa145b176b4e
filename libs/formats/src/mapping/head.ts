/** What a mapping is known by before any of its rules is looked at. */
import type { z } from 'zod';
import { issue, type Issue } from '#model';
import { parseDocumentPath } from './documents.ts';
import type { WholeMapping } from './overlay.ts';
import type { CompiledMapping } from './rules.ts';
import { MappingHead } from './schema.ts';

export type Head = z.infer<typeof MappingHead>;

/** The members compiled from the rules of the file. */
export const RULES = ['prefixes', 'functions', 'transforms', 'constants', 'defaults', 'root'] as const;
export type Rules = Pick<CompiledMapping, (typeof RULES)[number]>;
export type Face = Omit<CompiledMapping, (typeof RULES)[number]>;

/** The head, or every fault of form in it. */
export function headOf(whole: WholeMapping): Head | { readonly issues: readonly Issue[] } {
  const head = MappingHead.safeParse(whole.tree);
  if (head.success) return head.data;
  return {
    issues: head.error.issues.map((problem) =>
      issue('CONFIGURATION_INVALID', `mappings/${whole.path}/${problem.path.join('/')}`, `${problem.message}.`),
    ),
  };
}

export const faceOf = (head: Head, digest: string): Face => ({
  ref: { id: head.mapping, version: head.version, digest },
  syntax: head.syntax,
  type: head.type,
  status: head.status,
  title: head.title,
  source: head.source,
  envelope: head.envelope ?? false,
  canonical: head.canonical,
  detect: {
    root: head.detect.root,
    namespaces: head.detect.namespace ?? [],
    has: head.detect.has?.split('/'),
    where: Object.entries(head.detect.where).map(([text, value]) => ({ path: parseDocumentPath(text), text, value })),
  },
});
