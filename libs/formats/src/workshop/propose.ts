/** From what a survey counted to what an overlay may say about it. */
import type { CodeList } from '../mapping/codelists.ts';
import type { CompiledMapping, Rule } from '../mapping/rules.ts';
import type { DocumentNode } from '../document.ts';
import { layoutOf, type Bound, type Edit, type Proposal, type Proposed } from './proposal.ts';
import { renamesOf } from './renames.ts';
import { keyPath, type RuleFacts, type Survey, type UnknownFacts } from './survey.ts';
import { widened } from './widen.ts';

export function propose(mapping: CompiledMapping, survey: Survey, lists: ReadonlyMap<string, CodeList>): Proposed[] {
  const { decided, candidates } = renamesOf(survey);
  return [
    ...ofDocument(mapping, survey),
    ...decided,
    ...candidates,
    ...[...survey.rules.values()].flatMap((facts) => ofRule(facts, mapping, lists)),
    ...survey.unknown
      .filter(({ name, groupPath }) => !decided.some(({ edit }) => isRenaming(edit, groupPath, name)))
      .map((unknown) => ignoring(unknown, mapping)),
  ].filter(({ proposal }) => proposal.kind !== 'relax' || !isDecided(decided, proposal.path));
}

const isDecided = (decided: readonly Proposed[], path: string): boolean => decided.some(({ proposal }) => proposal.path === path);

const isRenaming = (edit: Edit | undefined, groupPath: string, name: string): boolean =>
  edit?.what === 'rename' && edit.path.slice(0, edit.path.lastIndexOf('/')) === groupPath && edit.name.replace(/^[^:@[]+:/, '') === name;

function ofDocument(mapping: CompiledMapping, { roots, namespaces, unknownFunctions, documents }: Survey): Proposed[] {
  const found: Proposed[] = [];
  const { root, detect, prefixes } = mapping;
  const strange = [...roots.keys()].filter((name) => name !== root.name);
  const [name = ''] = strange;
  if (strange.length > 0) {
    const alone = roots.size === 1;
    const why = alone
      ? `Every document begins with ${name} instead of ${root.name}.`
      : `The documents begin with ${roots.size} names; one overlay has one.`;
    const base = { kind: 'root', path: root.key, count: documents, facts: { name, names: roots.size }, why } as const;
    found.push(alone ? decide(base, { what: 'rename', path: root.key, name }) : leave(base));
  }
  const foreign = [...namespaces.keys()].filter((one) => one !== '' && !detect.namespaces.includes(one));
  const [namespace = ''] = foreign;
  if (foreign.length > 0 && mapping.syntax === 'xml') {
    const alone = namespaces.size === 1 && prefixes === undefined;
    const why = alone
      ? `Every document has another namespace than ${mapping.ref.id}; the overlay takes and writes this one.`
      : 'The documents have other namespaces than the base, and not one alone that an overlay could name.';
    const base = { kind: 'namespace', path: root.key, count: documents, facts: { namespace, names: namespaces.size }, why } as const;
    found.push(alone ? decide(base, { what: 'namespace', namespace }) : leave(base));
  }
  for (const [code, count] of unknownFunctions)
    found.push(
      leave({
        kind: 'function',
        path: mapping.functions?.text ?? root.key,
        count,
        facts: { code },
        why: 'The function code is none of this message type: its bounds are not known. Ask the partner what it means.',
        suffix: code,
      }),
    );
  return found;
}

function ofRule(facts: RuleFacts, mapping: CompiledMapping, lists: ReadonlyMap<string, CodeList>): Proposed[] {
  return [
    ...ofBounds(facts, mapping),
    ...ofValues(facts, lists),
    ...ofCodes(facts, lists),
    ...ofConstant(facts),
    ...(facts.disordered > 0 ? [ofOrder(facts)] : []),
  ];
}

function ofBounds({ rule, path, missing, forbidden, repeated, parents }: RuleFacts, { functions }: CompiledMapping): Proposed[] {
  const known = (columns: ReadonlyMap<number, number>): [number, number][] =>
    [...columns].filter(([column]) => column < (functions?.codes.length ?? 1));
  const total = (columns: [number, number][]): number => columns.reduce((sum, [, count]) => sum + count, 0);
  const edit = (bounds: Bound[]): Edit => ({ what: 'bounds', path, rule, bounds });
  const found: Proposed[] = [];
  const [absent, banned, often] = [known(missing), known(forbidden), known(repeated)];
  if (absent.length > 0) {
    const count = total(absent);
    const why = `Mandatory in the base, missing in ${count} of ${parents} places. Without it the receiver may refuse: agree that it may be left out.`;
    found.push(ask({ kind: 'relax', path, count, facts: { places: parents }, why }, edit(absent.map(([column]) => ({ column, min: 0 })))));
  }
  if (banned.length > 0) {
    const count = total(banned);
    const why = `Forbidden for the function code, present ${count} times. Agree what it means there before it is read.`;
    const max = Math.max(1, ...rule.cards.max);
    found.push(ask({ kind: 'allow', path, count, facts: {}, why }, edit(banned.map(([column]) => ({ column, max })))));
  }
  if (often.length > 0) {
    const most = Math.max(...often.map(([, count]) => count));
    const base = {
      kind: 'repeat',
      path,
      count: most,
      facts: { most, limit: Math.max(...often.map(([column]) => rule.cards.max[column] ?? 0)) },
    } as const;
    const room = hasRoom(rule);
    const why = room
      ? `Occurs up to ${most} times, more than the base allows; others may not be able to take all of them.`
      : `Occurs up to ${most} times, and the message has one place for it.`;
    found.push(room ? ask({ ...base, why }, edit(often.map(([column]) => ({ column, max: most })))) : leave({ ...base, why }));
  }
  return found;
}

/** The canonical message has a list for it. */
const hasRoom = (rule: Rule): boolean => (rule.kind === 'leaf' ? !rule.path || rule.path.repeats : rule.at?.each === true);

function ofValues({ rule, path, findings }: RuleFacts, lists: ReadonlyMap<string, CodeList>): Proposed[] {
  if (rule.kind !== 'leaf' || findings.size === 0) return [];
  const values = [...findings.values()].flat();
  const now = rule.conversion.rule;
  const wider = widened(now, values, lists);
  const longest = Math.max(...values.map(({ length }) => length));
  const base = { kind: 'widen', path, count: values.length, facts: { from: now, to: wider ?? '', longest } } as const;
  if (wider !== undefined)
    return [
      decide(
        {
          ...base,
          why: `${values.length} values do not fit ${now}; all fit ${wider}. A receiver with less room will refuse the longer ones.`,
        },
        { what: 'setting', path, name: 'as', value: wider },
      ),
    ];
  const why = `${values.length} values do not fit ${now}, and more room does not help: the partner mends them, or agrees another form.`;
  return [leave({ ...base, kind: 'value', why })];
}

function ofCodes({ rule, path, unknownCodes }: RuleFacts, lists: ReadonlyMap<string, CodeList>): Proposed[] {
  if (rule.kind !== 'leaf' || unknownCodes.size === 0) return [];
  const [, list = '', bound] = rule.conversion.rule.split(' ');
  const canonical = lists.get(list)?.canonicalId ?? list;
  const count = [...unknownCodes.values()].reduce((sum, one) => sum + one, 0);
  const why = `Codes that ${list} does not know: ${unknownCodes.size}. A person says which code of ${canonical} each one is; nothing is guessed.`;
  const proposal = { kind: 'code', path, count, facts: { list, canonical, codes: [...unknownCodes.keys()].join(' ') }, why } as const;
  return [stand('todo', proposal, { what: 'list', path, list, bound, codes: unknownCodes })];
}

function ofConstant({ rule, path, otherConstants }: RuleFacts): Proposed[] {
  if (rule.kind !== 'leaf' || rule.fixed === undefined || otherConstants.size === 0) return [];
  const [[value, count] = ['', 0]] = otherConstants;
  const base = { kind: 'constant', path, count, facts: { from: rule.fixed, names: otherConstants.size } } as const;
  if (otherConstants.size > 1) return [leave({ ...base, why: `It must say ${rule.fixed} and says ${otherConstants.size} other things.` })];
  const why = `It must say ${rule.fixed}, and says one other thing ${count} times. Agree that this is the partner's word for the same.`;
  return [ask({ ...base, why }, { what: 'setting', path, name: 'fixed', value })];
}

function ofOrder({ path, disordered }: RuleFacts): Proposed {
  const above = path.slice(0, path.lastIndexOf('/'));
  const why = `Stands ${disordered} times behind what should follow it. It is read all the same; agreed, it is no longer reported.`;
  return ask({ kind: 'order', path, count: disordered, facts: {}, why }, { what: 'setting', path: above, name: '$order', value: 'any' });
}

function ignoring(unknown: UnknownFacts, mapping: CompiledMapping): Proposed {
  const { name, group, groupPath, count, most, nodes, after, longest } = unknown;
  const keyOf = (node: DocumentNode): string => qualified(node, mapping);
  const first = nodes[0];
  const key = first ? keyOf(first) : name;
  const why = `No rule reads it, in ${count} places. It goes along as unmapped and is reported each time; agreed, it is left out in silence.`;
  const before = group.ordered && after ? keyPath(group, after, '').slice(1) : undefined;
  return ask(
    { kind: 'ignore', path: `${groupPath}/${key}`, count, facts: { longest, most }, why },
    { what: 'add', groupPath, key, layout: layoutOf(nodes, Math.max(most, 1), keyOf), before },
  );
}

function qualified({ name, namespace }: DocumentNode, { prefixes }: CompiledMapping): string {
  const prefix = namespace === undefined ? undefined : prefixes?.get(namespace);
  return prefix === undefined ? name : `${prefix}:${name}`;
}

type Base = Omit<Proposal, 'id' | 'standing'> & { readonly suffix?: string };

function stand(standing: Proposal['standing'], { suffix, ...base }: Base, edit?: Edit): Proposed {
  const id = `${base.kind}:${base.path}${suffix === undefined ? '' : `=${suffix}`}`;
  return { proposal: { id, ...base, standing }, ...(edit && { edit }) };
}

const decide = (base: Base, edit: Edit): Proposed => stand('applied', base, edit);
const ask = (base: Base, edit: Edit): Proposed => stand('decision', base, edit);
const leave = (base: Base): Proposed => stand('open', base);
