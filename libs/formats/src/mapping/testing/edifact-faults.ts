/**
 * One fault at a time in a valid EDIFACT document, with the finding the mapping must give: a mandatory segment, group or
 * element left out, a constant changed, one occurrence too many. What the directory says is the reader's own matter.
 */
import { ERRORS } from '#model';
import type { DocumentNode } from '../../document.ts';
import type { CompiledMapping, GroupRule, LeafRule, Rule } from '../rules.ts';
import type { Fault } from './faults.ts';

/** Repeating 9,999 times proves nothing that repeating ten times does not. */
const REPEATABLE = 9;
const GROUP = /^SG\d+$/;
/** No constant of any mapping. */
const OTHER = 'XQX';

/** Every single fault that can be made in this document. */
export function edifactFaultsOf(mapping: CompiledMapping, column: number, root: DocumentNode): Fault[] {
  const faults: Fault[] = [];
  collect(mapping, column, mapping.root, root, `/${root.name}`, faults);
  return faults;
}

function collect(mapping: CompiledMapping, column: number, rule: GroupRule, node: DocumentNode, pointer: string, faults: Fault[]): void {
  for (const part of rule.parts) if (part !== mapping.functions?.leaf) partFaults(column, rule, part, node, pointer, faults);
  for (const child of rule.children) {
    if (child.kind !== 'group') continue;
    const own = node.children.filter((candidate) => ruleOf(rule, candidate) === child);
    // Without the function code the bounds are others; without its first segment a group is no group.
    const opens = GROUP.test(node.name) && node.children[0]?.name === child.name;
    if (!opens && !child.parts.some((part) => part === mapping.functions?.leaf))
      occurrenceFaults(column, child, node, own, pointer, faults);
    for (const occurrence of own) collect(mapping, column, child, occurrence, `${pointer}/${stepTo(node, occurrence)}`, faults);
  }
}

function partFaults(column: number, rule: GroupRule, part: LeafRule, node: DocumentNode, pointer: string, faults: Fault[]): void {
  const { place } = part;
  if (place.kind !== 'data') return;
  const { element, from, to } = place;
  // A qualifier that changes makes the segment another one.
  if (rule.select.some((selector) => selector.element === element && selector.component >= from && selector.component <= to)) return;
  const components = node.data?.[element - 1];
  if (!components?.slice(from - 1, to).some((text) => text !== '')) return;
  const at = `${pointer}/${part.key}`;
  if ((part.cards.min[column] ?? 0) > 0) {
    faults.push({ code: 'FIELD_MISSING', pointer: at, apply: () => void components.fill('', from - 1, to) });
  }
  if (part.fixed !== undefined && ERRORS[part.mismatch].disposition !== 'report') {
    faults.push({ code: part.mismatch, pointer: at, apply: () => void components.fill(OTHER, from - 1, from) });
  }
}

function occurrenceFaults(
  column: number,
  child: GroupRule,
  node: DocumentNode,
  own: readonly DocumentNode[],
  pointer: string,
  faults: Fault[],
): void {
  const min = child.cards.min[column] ?? 0;
  const max = child.cards.max[column] ?? 0;
  const last = own.at(-1);
  if (min > 0 && own.length === min) {
    const apply = () => {
      node.children = node.children.filter((candidate) => candidate !== last);
    };
    faults.push({ code: 'FIELD_MISSING', pointer: `${pointer}/${child.key.replaceAll(' ', '/')}`, apply });
  }
  if (!last || max === 0 || max > REPEATABLE) return;
  const added = max + 1 - own.length;
  const before = node.children.filter(({ name }) => name === child.name).indexOf(last) + 1;
  const apply = () => {
    const at = node.children.indexOf(last) + 1;
    node.children.splice(at, 0, ...Array.from({ length: added }, () => structuredClone(last)));
  };
  faults.push({ code: 'FIELD_REPEATED', pointer: `${pointer}/${child.name}[${before + added}]`, apply });
}

/** The rule that reads a node: the first whose qualifiers fit. */
function ruleOf(rule: GroupRule, node: DocumentNode): Rule | undefined {
  return rule.byName.get(node.name)?.find((candidate) => {
    const selected = candidate.kind === 'group' && candidate.selectInTrigger ? node.children[0] : node;
    return candidate.select.every(({ element, component, values }) =>
      values.includes(selected?.data?.[element - 1]?.[component - 1] ?? ''),
    );
  });
}

function stepTo(node: DocumentNode, child: DocumentNode): string {
  const named = node.children.filter(({ name }) => name === child.name);
  return named.length > 1 ? `${child.name}[${named.indexOf(child) + 1}]` : child.name;
}
