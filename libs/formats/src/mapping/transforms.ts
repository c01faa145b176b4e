/**
 * Named document transforms (`transforms:` of a mapping), for what a rule a field cannot say. `read` runs before decoding,
 * `write` after encoding; both return the document, changed in place or new. One table; every row is tested.
 */
import type { DocumentNode } from '../document.ts';
import { EAEU_TRANSFORMS } from './eaeu-transforms.ts';
import { EDIFACT_TRANSFORMS } from '../edifact/transforms.ts';
import { FLAT_TRANSFORMS } from '../flat/transforms.ts';

export interface Transform {
  readonly read?: (root: DocumentNode) => DocumentNode;
  readonly write?: (root: DocumentNode) => DocumentNode;
}

export const TRANSFORMS: Readonly<Record<string, Transform>> = {
  ...EDIFACT_TRANSFORMS,
  ...EAEU_TRANSFORMS,
  ...FLAT_TRANSFORMS,
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
  /** The wagon list writes a container number in two fields, prefix and digits; the canonical number is one. */
  containerPrefix: {
    read: (root) => {
      for (const row of root.children) if (row.name === 'row') joinPrefix(row);
      return root;
    },
    write: (root) => {
      for (const row of root.children) if (row.name === 'row') row.children = row.children.flatMap(splitPrefix);
      return root;
    },
  },
};

const CONTAINER = /^([A-Z]{4})(\d{7})$/;

function joinPrefix(row: DocumentNode): void {
  const prefix = row.children.find((child) => child.name === 'prin');
  const number = row.children.find((child) => child.name === 'nkon');
  if (!prefix?.text || !number) return;
  number.text = prefix.text + (number.text ?? '');
  row.children = row.children.filter((child) => child !== prefix);
}

function splitPrefix(child: DocumentNode): DocumentNode[] {
  const match = child.name === 'nkon' ? CONTAINER.exec(child.text ?? '') : null;
  return match
    ? [
        { name: 'prin', text: match[1], children: [] },
        { ...child, text: match[2] },
      ]
    : [child];
}

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
