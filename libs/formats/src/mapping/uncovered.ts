/** What a canonical message holds that a mapping never reads: found by one walk beside a table of the mapping's paths. */
import { issue, type Issue } from '#model';
import { SELF, type Bag } from './paths.ts';
import { matches, type CompiledMapping, type GroupRule } from './rules.ts';

interface Known {
  /** Read as a whole. */
  whole: boolean;
  below: Map<string, Known>;
  /** Entries are read only when they match one of these; empty: all are. */
  when: GroupRule[] | undefined;
}

const TABLES = new WeakMap<CompiledMapping, Known>();
/** The head is for the exchange itself; type and model are named by the receiving document's own type. */
const SKIPPED = new Set(['model', 'type', 'header', 'unmapped']);

/** One warning for each kind of member without a place, at its first occurrence. */
export function uncovered(mapping: CompiledMapping, message: Bag): Issue[] {
  let table = TABLES.get(mapping);
  if (!table) TABLES.set(mapping, (table = tableOf(mapping)));
  const found = new Map<string, Issue>();
  // The way from the message to what is looked at: joined only where something is lost.
  const steps: (string | number)[] = [];
  const walk = (value: Bag, known: Known): void => {
    for (const key in value) {
      const inner = value[key];
      if (inner === undefined || (Array.isArray(inner) && inner.length === 0) || (steps.length === 0 && SKIPPED.has(key))) continue;
      const next = known.below.get(key);
      if (next?.whole) continue;
      steps.push(key);
      if (!next) lost();
      else if (Array.isArray(inner)) entries(inner, next);
      else if (typeof inner === 'object' && inner !== null) walk(inner as Bag, next);
      steps.pop();
    }
  };
  const entries = (list: readonly unknown[], known: Known): void => {
    for (let i = 0; i < list.length; i++) {
      const entry = list[i];
      if (typeof entry !== 'object' || entry === null) continue;
      steps.push(i);
      if (known.when && !known.when.some((rule) => matches(rule, entry as Bag))) lost('/*');
      else walk(entry as Bag, known);
      steps.pop();
    }
  };
  const lost = (which = ''): void => {
    const kind = steps.filter((step) => typeof step === 'string').join('/') + which;
    if (!found.has(kind)) found.set(kind, issue('FIELD_UNMAPPED', `/${steps.join('/')}`, 'The receiving format has no place for it.'));
  };
  walk(message, table);
  return [...found.values()];
}

const fresh = (): Known => ({ whole: false, below: new Map(), when: undefined });

function tableOf(mapping: CompiledMapping): Known {
  const root = fresh();
  // An empty list as constant says that the format has none: entries of it are lost, and said so.
  for (const { path, value } of mapping.constants) if (!Array.isArray(value)) down(root, path.steps).whole = true;
  group(mapping.root, root, root);
  return root;
}

function down(from: Known, steps: readonly { readonly key: string }[]): Known {
  let at = from;
  for (const { key } of steps) {
    let next = at.below.get(key);
    if (!next) at.below.set(key, (next = fresh()));
    at = next;
  }
  return at;
}

function group(rule: GroupRule, outer: Known, root: Known): void {
  const path = rule.at?.path;
  const inner = path ? down(path.fromRoot ? root : outer, path.steps) : outer;
  if (rule.at?.each) (inner.when ??= []).push(rule);
  for (const { path: member } of rule.sets) down(inner, member.steps).whole = true;
  for (const leaf of [...rule.parts, ...rule.children]) {
    if (leaf.kind === 'group') group(leaf, inner, root);
    else if (leaf.path?.text === SELF) inner.whole = true;
    else {
      if (leaf.path) down(leaf.path.fromRoot ? root : inner, leaf.path.steps).whole = true;
      if (leaf.verbatim) down(leaf.verbatim.path.fromRoot ? root : inner, leaf.verbatim.path.steps).whole = true;
    }
  }
}
