/** What is worked out of compiled rules once, so that reading and writing only look it up. */
import { SELF, type Bag } from './paths.ts';
import type { DocumentPath, GroupRule, LeafRule, Rule, Selector } from './rules.ts';

/** What `matches` compares: the value of a code, else the value itself. */
export const plainOf = (value: unknown): string =>
  String(typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value);

/**
 * A quick look whether a context holds anything the rules write, so that the many absent optional groups cost nothing.
 * Undefined where a rule looks elsewhere: at parameters, at carried content, or from the root of the message.
 */
export function holdsAny(rules: readonly Rule[]): ((context: Bag) => boolean) | undefined {
  const looks: ((context: Bag) => boolean)[] = [];
  for (const rule of rules) {
    const look = rule.kind === 'group' && !rule.at ? rule.holds : holdsOne(rule);
    if (!look) return undefined;
    looks.push(look);
  }
  const [only] = looks;
  if (looks.length === 1) return only;
  return (context) => {
    for (const look of looks) if (look(context)) return true;
    return false;
  };
}

function holdsOne(rule: Rule): ((context: Bag) => boolean) | undefined {
  if (rule.kind === 'leaf' && (rule.param !== undefined || rule.content !== undefined || rule.from !== undefined)) return undefined;
  if (rule.kind === 'leaf' && (rule.fixed !== undefined || !rule.path)) return () => false;
  const path = rule.kind === 'leaf' ? rule.path : rule.at?.path;
  const key = path?.steps[0]?.key;
  return path && !path.fromRoot && key !== undefined ? (context) => context[key] !== undefined : undefined;
}

/** Also through groups that do not move the context, such as the trigger segment of a group. */
export const holdsSelf = (rules: readonly Rule[]): boolean =>
  rules.some((rule) => (rule.kind === 'leaf' ? rule.path?.text === SELF : !rule.at && holdsSelf([...rule.parts, ...rule.children])));

export function byName(children: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const map = new Map<string, Rule[]>();
  for (const child of children) map.set(child.name, [...(map.get(child.name) ?? []), child]);
  return map;
}

/** Components that are read by a part or fixed by a selector. */
export function coverage(parts: readonly LeafRule[], select: readonly Selector[]): ReadonlySet<number> {
  const covered = new Set<number>();
  for (const { element, component } of select) covered.add(element * 1000 + component);
  for (const { place } of parts) {
    if (place.kind === 'data')
      for (let component = place.from; component <= place.to; component++) covered.add(place.element * 1000 + component);
  }
  return covered;
}

export function findLeaf(root: GroupRule, path: DocumentPath): LeafRule | undefined {
  let rule: Rule = root;
  for (const name of path.names) {
    const next: Rule | undefined = rule.kind === 'group' ? rule.byName.get(name)?.[0] : undefined;
    if (!next) return undefined;
    rule = next;
  }
  if (rule.kind === 'leaf') return rule;
  const { place } = path;
  return rule.parts.find(
    (part) =>
      part.place.kind === place.kind &&
      (place.kind !== 'data' || (part.place.kind === 'data' && part.place.element === place.element && part.place.from === place.from)) &&
      (place.kind !== 'attribute' || (part.place.kind === 'attribute' && part.place.name === place.name)),
  );
}
