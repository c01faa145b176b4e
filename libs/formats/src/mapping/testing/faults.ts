/** One fault at a time in a valid XML document, with the finding it must give. */
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
    const own = node.children.filter((candidate) => isOf(child, candidate));
    // Without the function code the bounds are others.
    if (child !== mapping.functions?.leaf) childFaults(column, child, node, own, pointer, faults);
    if (child.kind !== 'group') continue;
    const named = node.children.filter(({ name }) => name === child.name);
    for (const occurrence of own) {
      const index = named.length > 1 ? `[${named.indexOf(occurrence) + 1}]` : '';
      collect(mapping, column, child, occurrence, `${pointer}/${child.name}${index}`, faults);
    }
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
  if (max === 0)
    add('FIELD_FORBIDDEN', child.name, () =>
      insert(child, node, { name: child.name, namespace: child.namespaces?.[0], text: 'X', children: [] }),
    );
  const last = own.at(-1);
  if (max > 0 && max <= REPEATABLE && last) {
    add('FIELD_REPEATED', `${child.name}[${max + 1}]`, () => {
      for (let i = own.length; i <= max; i++) insert(child, node, structuredClone(last));
    });
  }
}

/** By name, and by namespace where the mapping names some. */
const isOf = (rule: Rule, node: DocumentNode): boolean =>
  node.name === rule.name && (rule.namespaces === undefined || rule.namespaces.includes(node.namespace ?? ''));

/** After the last node of its name, or at the end: order is another matter, and only a warning. */
function insert(rule: Rule, node: DocumentNode, added: DocumentNode): void {
  const at = node.children.findLastIndex((candidate) => isOf(rule, candidate));
  if (at < 0) node.children.push(added);
  else node.children.splice(at + 1, 0, added);
}
