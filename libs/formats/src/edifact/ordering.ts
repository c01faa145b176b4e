import type { DocumentNode } from '../document.ts';
import type { Level } from './directory.ts';

/**
 * A message with its segments and groups in the order of the directory, whatever the order of the mapping: a mapping made for
 * one release can so be extended for the next. What the directory does not have stays behind its neighbour. A level where one
 * tag has several places is left as it is: only the mapping knows which of them is meant.
 */
export function inDirectoryOrder(node: DocumentNode, level: Level): DocumentNode {
  const places = new Map(level.positions.map(({ name }, index) => [name, index]));
  let last = -1;
  let ordered = true;
  const placed = node.children.map((child) => {
    const place = places.get(child.name) ?? last;
    if (place < last) ordered = false;
    last = place;
    const group = level.positions[place]?.name === child.name ? level.positions[place]?.group : undefined;
    return { place, child: group ? inDirectoryOrder(child, group) : child };
  });
  if (!ordered && places.size === level.positions.length) placed.sort((one, other) => one.place - other.place);
  return { ...node, children: placed.map(({ child }) => child) };
}
