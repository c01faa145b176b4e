/** Which element no rule reads is which element nobody wrote: decided only where names, values and places leave no choice. */
import type { GroupRule, LeafRule, Rule } from '../mapping/rules.ts';
import type { Edit, Proposed } from './proposal.ts';
import { likeness } from './similar.ts';
import type { RuleFacts, Survey, UnknownFacts } from './survey.ts';

/** Alike enough to be one name in two spellings. */
const SAME_NAME = 0.6;
/** Alike enough where the values fit a rule that few values fit. */
const NEAR_NAME = 0.3;
/** Children in common that make two groups one. */
const SAME_GROUP = 0.7;
/** Another candidate this close behind makes it a person's decision. */
const MARGIN = 0.15;
/** Candidates shown to a person for one element. */
const MOST = 3;

interface Pair {
  readonly unknown: UnknownFacts;
  readonly facts: RuleFacts;
  readonly score: number;
  readonly decidable: boolean;
}

/** Renames the samples decide, and candidates for mandatory elements that they do not. */
export function renamesOf(survey: Survey): { readonly decided: readonly Proposed[]; readonly candidates: readonly Proposed[] } {
  const pairs = survey.unknown.flatMap((unknown) => (unknown.kind === 'element' ? pairsOf(unknown, survey) : []));
  const decided: Pair[] = [];
  for (const pair of pairs.toSorted((one, other) => other.score - one.score)) {
    const taken = decided.some(({ unknown, facts }) => unknown === pair.unknown || facts === pair.facts);
    const rivals = pairs.filter((other) => other !== pair && (other.unknown === pair.unknown || other.facts === pair.facts));
    if (!taken && pair.decidable && rivals.every(({ score }) => score < pair.score - MARGIN)) decided.push(pair);
  }
  const left = pairs.filter(
    (pair) => pair.facts.missing.size > 0 && !decided.some(({ unknown, facts }) => unknown === pair.unknown || facts === pair.facts),
  );
  const byRule = new Map<RuleFacts, Pair[]>();
  for (const pair of left) byRule.set(pair.facts, [...(byRule.get(pair.facts) ?? []), pair]);
  const shown = [...byRule.values()].flatMap((same) => same.toSorted((one, other) => other.score - one.score).slice(0, MOST));
  return { decided: decided.map((pair) => proposed(pair, true)), candidates: shown.map((pair) => proposed(pair, false)) };
}

function pairsOf(unknown: UnknownFacts, survey: Survey): Pair[] {
  return unknown.group.children.flatMap((rule): Pair[] => {
    const facts = survey.rules.get(rule);
    if (!facts || facts.present.size > 0 || rule.select.length > 0 || !between(rule, unknown) || !compatible(unknown, rule)) return [];
    const common = rule.kind === 'group' ? commonChildren(unknown, rule) : 0;
    const alike = Math.max(likeness(unknown.name, rule.name), ...titlesOf(rule).map((title) => likeness(unknown.name, title)));
    const special = rule.kind === 'group' || rule.fixed !== undefined || !/^(?:text|lines)\b/.test(rule.conversion.rule);
    const decidable = alike >= SAME_NAME || (special && facts.missing.size > 0 && alike >= NEAR_NAME) || common >= SAME_GROUP;
    return [{ unknown, facts, score: alike + common, decidable }];
  });
}

const titlesOf = ({ titles }: Rule): string[] => [titles.zh, titles.en, titles.ru, titles.kk].flatMap((title) => title ?? []);

/** It stands where the rule would stand, if the order is looked at. */
function between(rule: Rule, { group, before, after }: UnknownFacts): boolean {
  if (!group.ordered) return true;
  return (before === undefined || before.ordinal < rule.ordinal) && (after === undefined || after.ordinal > rule.ordinal);
}

function compatible(unknown: UnknownFacts, rule: Rule): boolean {
  if (unknown.most > Math.max(...rule.cards.max)) return false;
  const structured = unknown.nodes.some(({ children, data }) => children.length > 0 || data !== undefined);
  if (rule.kind === 'group') return structured && commonChildren(unknown, rule) >= 0.5;
  return !structured && unknown.values.length > 0 && unknown.values.every((value) => fits(rule, value));
}

function fits(rule: LeafRule, value: string): boolean {
  if (rule.fixed !== undefined && rule.fixed !== value) return false;
  let sound = true;
  rule.conversion.decode(value, { report: () => (sound = false) });
  return sound;
}

function commonChildren({ nodes }: UnknownFacts, rule: GroupRule): number {
  const names = new Set(nodes.flatMap(({ children }) => children.map(({ name }) => name)));
  return names.size === 0 ? 0 : [...names].filter((name) => rule.byName.has(name)).length / names.size;
}

function proposed({ unknown, facts }: Pair, decided: boolean): Proposed {
  const prefix = /^([^:@[]+:)/.exec(facts.rule.key)?.[1] ?? '';
  const edit: Edit = { what: 'rename', path: facts.path, name: prefix + unknown.name };
  const basis = `${facts.rule.name} never occurs in ${facts.parents} places, ${unknown.name} stands there ${unknown.count} times`;
  return {
    proposal: {
      id: `rename:${facts.path}=${unknown.name}`,
      kind: 'rename',
      standing: decided ? 'applied' : 'decision',
      path: facts.path,
      count: unknown.count,
      facts: { name: unknown.name, places: facts.parents },
      why: decided
        ? `${basis}, and its values and place fit that rule alone.`
        : `${basis}; it may be the same, but the names do not say so.`,
    },
    edit,
  };
}
