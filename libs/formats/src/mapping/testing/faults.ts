/** One fault at a time in a valid document, with the finding it must give. XML only: EDIFACT readers look at the order themselves. */
import type { ErrorCode } from '#model';
import type { DocumentNode } from '../../document.ts';
import type { CompiledMapping, GroupRule, Rule } from '../rules.ts';

export interface Fault {
  readonly code: ErrorCode;
  readonly pointer: string;
  /** Changes the document in place. */
  apply(): void;
}

/** Repeating 9,999 times proves nothing that repeating ten times does not. */
const REPEATABLE = 9;

/** Every single fault that can be made in this document: a mandatory child left out, a forbidden one put in, one too many. */
export function faultsOf(mapping: CompiledMapping, column: number, root: DocumentNode): Fault[] {
  const faults: Fault[] = [];
  collect(mapping, column, mapping.root, root, `/${root.name}`, faults);
  return faults;
}

function collect(mapping: CompiledMapping, column: number, rule: GroupRule, node: DocumentNode, pointer: string, faults: Fault[]): void {
  for (const child of rule.children) {
    const own = node.children.filter(({ name }) => name === child.name);
    // Without the function code the bounds are others.
    if (child !== mapping.functions?.leaf) childFaults(column, child, node, own, pointer, faults);
    if (child.kind !== 'group') continue;
    own.forEach((occurrence, i) =>
      collect(mapping, column, child, occurrence, `${pointer}/${child.name}${own.length > 1 ? `[${i + 1}]` : ''}`, faults),
    );
  }
}

function childFaults(
  column: number,
  child: Rule,
  node: DocumentNode,
  own: readonly DocumentNode[],
  pointer: string,
  faults: Fault[],
): void {
  const min = child.cards.min[column] ?? 0;
  const max = child.cards.max[column] ?? 0;
  const add = (code: ErrorCode, step: string, apply: () => void) => faults.push({ code, pointer: `${pointer}/${step}`, apply });
  if (min > 0 && own.length === min) {
    add('FIELD_MISSING', child.name, () => {
      node.children = node.children.filter((candidate) => candidate !== own.at(-1));
    });
  }
  if (max === 0) add('FIELD_FORBIDDEN', child.name, () => insert(child, node, { name: child.name, text: 'X', children: [] }));
  const last = own.at(-1);
  if (max > 0 && max <= REPEATABLE && last) {
    add('FIELD_REPEATED', `${child.name}[${max + 1}]`, () => {
      for (let i = own.length; i <= max; i++) insert(child, node, structuredClone(last));
    });
  }
}

/** After the last node of its name, or at the end: order is another matter, and only a warning. */
function insert(rule: Rule, node: DocumentNode, added: DocumentNode): void {
  const at = node.children.findLastIndex(({ name }) => name === rule.name);
  if (at < 0) node.children.push(added);
  else node.children.splice(at + 1, 0, added);
}
