/** The first text of a partner's overlay: everything as in the base until a line says otherwise. */
import type { CompiledMapping } from '../mapping/rules.ts';

/**
 * A mapping file that extends `base` under another id. It is told apart from the base by nothing yet: detection finds the
 * base first, so the overlay takes effect where an agreement or `--from`/`--to` names it.
 */
export function newOverlay(base: CompiledMapping, id: string): string {
  const some = base.root.children.find((child) => child.kind === 'group' && child.children.length > 0);
  return [
    `# ${base.type} as this partner writes it: only what differs from ${base.ref.id}. The language: docs/mapping-language.md.`,
    '# Keys win over those of the base, null removes one, new keys come last.',
    `mapping: ${id}`,
    `extends: ${base.ref.id}`,
    'version: 0.1.0',
    '# provisional until the partner has confirmed it',
    'status: provisional',
    `source: samples of the partner, to be named; base ${base.ref.id} ${base.ref.version}`,
    'document:',
    `  ${base.root.key}:`,
    some ? `    ${some.key}: {}` : '    {}',
    '    # Examples:',
    '    #   SomeElement: { card: 1 }                    # mandatory for this partner',
    '    #   SomeCode: { as: code PARTNER-List }         # another code list',
    '    #   SomeElement: null                           # not used by this partner',
    '',
  ].join('\n');
}
