/** Surveys, proposes, writes and compiles in rounds, since what is inside a renamed element shows only once it has its name. */
import type { DocumentNode } from '../document.ts';
import type { CodeList, TextFile } from '../mapping/codelists.ts';
import { loadMappings } from '../mapping/load.ts';
import type { CompiledMapping } from '../mapping/rules.ts';
import type { TranslatorFiles } from '../translator.ts';
import { withOverlay, type OverlayFiles } from './check.ts';
import { OverlayDraft } from './draft.ts';
import type { Edit, Proposal, Proposed } from './proposal.ts';
import { propose } from './propose.ts';
import { survey, type Survey } from './survey.ts';

export interface DraftContext {
  readonly files: TranslatorFiles;
  readonly lists: ReadonlyMap<string, CodeList>;
  readonly id: string;
  readonly prefix: string;
  readonly agreed: ReadonlySet<string>;
}

export interface Drafted {
  readonly overlay: OverlayFiles | undefined;
  readonly proposals: readonly Proposal[];
  /** Of the documents by the overlay, or by the base where there is none. */
  readonly survey: Survey;
}

/** A document has few levels to rename; more rounds than this find nothing new. */
const MOST_ROUNDS = 6;

type Counted = Proposed & { readonly edit: Edit };

export function draftOverlay(base: CompiledMapping, documents: readonly DocumentNode[], context: DraftContext): Drafted {
  const taken: Counted[] = [];
  let mapping = base;
  let found = survey(base, documents);
  let rest: Proposed[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const all = propose(mapping, found, context.lists);
    const counts = (one: Proposed): one is Counted =>
      one.edit !== undefined &&
      (one.proposal.standing === 'applied' || one.proposal.standing === 'todo' || context.agreed.has(one.proposal.id)) &&
      !taken.some(({ proposal }) => proposal.id === one.proposal.id);
    const fresh = all.filter(counts);
    rest = all.filter((one) => !fresh.some((same) => same === one) && !taken.some(({ proposal }) => proposal.id === one.proposal.id));
    if (fresh.length === 0) break;
    const compiled = take(base, taken, fresh, context);
    if (!compiled) break;
    mapping = compiled;
    found = survey(mapping, documents);
  }
  const asked = rest.map(({ proposal }) => proposal);
  const proposals = [...taken.map(({ proposal }) => proposal), ...asked];
  if (proposals.length === 0) return { overlay: undefined, proposals, survey: found };
  return { overlay: written(base, taken, asked, context), proposals, survey: found };
}

/** Takes all of them over, or, where they contradict each other, one after the other; what does not compile stays out. */
function take(base: CompiledMapping, taken: Counted[], fresh: readonly Counted[], context: DraftContext): CompiledMapping | undefined {
  const whole = compiled(base, [...taken, ...fresh], context);
  if (whole) {
    taken.push(...fresh);
    return whole;
  }
  let last: CompiledMapping | undefined;
  for (const one of fresh) {
    const mapping = compiled(base, [...taken, one], context);
    if (!mapping) continue;
    taken.push(one);
    last = mapping;
  }
  return last;
}

function compiled(base: CompiledMapping, taken: readonly Counted[], context: DraftContext): CompiledMapping | undefined {
  const { mappings, codelists } = withOverlay(context.files, written(base, taken, [], context));
  const chain = chainOf(context.id, mappings);
  const loaded = loadMappings({ mappings: chain, codelists });
  return loaded.issues.length > 0 ? undefined : loaded.mappings.find(({ ref }) => ref.id === context.id);
}

function written(
  base: CompiledMapping,
  taken: readonly Counted[],
  asked: readonly Proposal[],
  { id, prefix, lists }: DraftContext,
): OverlayFiles {
  const draft = new OverlayDraft(base, id, prefix);
  for (const { proposal, edit } of taken) draft.add(proposal, edit);
  return { id, text: draft.text(asked), codelists: draft.codelists(lists) };
}

/** A mapping and the files it builds on: compiling the others would say nothing about it. */
function chainOf(id: string, files: readonly TextFile[]): TextFile[] {
  const file = files.find(({ path }) => path === id);
  const base = /^extends: ['"]?([^\s'"]+)/m.exec(file?.text ?? '')?.[1];
  return file ? [...(base === undefined ? [] : chainOf(base, files)), file] : [];
}
