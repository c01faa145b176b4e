/**
 * Named document transforms (`transforms:` of a mapping), for what a rule a field cannot say. `read` runs before decoding,
 * `write` after encoding; both return the document, changed in place or new. One table; every row is tested.
 */
import type { DocumentNode } from '../document.ts';

export interface Transform {
  readonly read?: (root: DocumentNode) => DocumentNode;
  readonly write?: (root: DocumentNode) => DocumentNode;
}

export const TRANSFORMS: Readonly<Record<string, Transform>> = {
  /**
   * Real customs receipts list several containers inside one TransportEquipment as EquipmentIdentification, ResponseType
   * pairs, against the schema. Read as one TransportEquipment a pair; written the schema's way.
   */
  pairedEquipmentStatus: {
    read: (root) => {
      for (const response of root.children) {
        if (response.name === 'Response' && response.children.some(isPaired)) response.children = response.children.flatMap(unpair);
      }
      return root;
    },
  },
};

const isPaired = (node: DocumentNode): boolean =>
  node.name === 'TransportEquipment' && node.children.filter((child) => child.name === 'EquipmentIdentification').length > 1;

function unpair(node: DocumentNode): DocumentNode[] {
  if (!isPaired(node)) return [node];
  const parts: DocumentNode[] = [];
  for (const child of node.children) {
    const last = parts.at(-1);
    if (!last || child.name === 'EquipmentIdentification') parts.push({ ...node, children: [child] });
    else last.children.push(child);
  }
  return parts;
}
