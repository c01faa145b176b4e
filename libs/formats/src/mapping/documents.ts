/** Reading single values out of a document without a mapping: for detection and for the function code. */
import type { DocumentNode } from '../document.ts';
import type { DocumentPath, Place, Selector } from './rules.ts';

const DATA = /^(\d+)(?:\.(\d+))?(?:-(\d+))?$/;

/** `2` (element 2, component 1), `2.4`, `4.1-5`. */
export function parseData(key: string): (Place & { readonly kind: 'data' }) | undefined {
  const match = DATA.exec(key);
  if (!match) return undefined;
  const from = Number(match[2] ?? 1);
  const to = Number(match[3] ?? from);
  const element = Number(match[1]);
  return element < 1 || from < 1 || to < from ? undefined : { kind: 'data', element, from, to };
}

/** `Head/FunctionCode`, `Data/@ver`, `BGM/3.1`; `@Version|@version` is the first of the two that is there. */
export function parseDocumentPath(whole: string): DocumentPath {
  const [text = '', ...others] = whole.split('|');
  const or = others.length > 0 ? { or: parseDocumentPath(others.join('|')) } : undefined;
  const names = text.split('/');
  const last = names.at(-1) ?? '';
  const inside: Place | undefined =
    last === '#' ? { kind: 'text' } : last.startsWith('@') ? { kind: 'attribute', name: last.slice(1) } : parseData(last);
  return inside ? { names: names.slice(0, -1), place: inside, ...or } : { names, place: { kind: 'element' }, ...or };
}

export function childNamed(node: DocumentNode, name: string): DocumentNode | undefined {
  for (const child of node.children) if (child.name === name) return child;
  return undefined;
}

/** The value at the path, taking the first node of each name. Empty counts as absent. */
export function readAt(root: DocumentNode, path: DocumentPath): string | undefined {
  let node: DocumentNode | undefined = root;
  for (const name of path.names) {
    node = childNamed(node, name);
    if (!node) break;
  }
  return (node && readPlace(node, path.place)) || (path.or && readAt(root, path.or));
}

export function readPlace(node: DocumentNode, place: Place): string | undefined {
  switch (place.kind) {
    case 'attribute':
      return node.attributes?.get(place.name);
    case 'data':
      return node.data?.[place.element - 1]?.[place.from - 1];
    default:
      return node.text;
  }
}

/** True when the node, or the trigger of a group node, holds one of the values of every selector. */
export function isSelected(node: DocumentNode, select: readonly Selector[]): boolean {
  for (const { element, component, values } of select) {
    const value = node.data?.[element - 1]?.[component - 1] ?? '';
    if (!values.includes(value)) return false;
  }
  return true;
}

/** The text of a part of a node: an attribute, a component, or its own text. */
export function partText(node: DocumentNode, place: Place): string | undefined {
  switch (place.kind) {
    case 'attribute':
      return node.attributes?.get(place.name);
    case 'data':
      return node.data?.[place.element - 1]?.[place.from - 1];
    default:
      return node.text;
  }
}
