/**
 * Merkle trees as RFC 9162 §2.1 defines them, over SHA-256: a leaf is hashed behind 0x00 and a node behind 0x01, so that
 * neither can pass for the other; a tree of n leaves splits at the largest power of two below n.
 */
import { createHash } from 'node:crypto';

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** HASH(0x00 || entry), 32 octets. */
export const leafHash = (entry: Uint8Array): Buffer => createHash('sha256').update(LEAF).update(entry).digest();

const nodeHash = (left: Buffer, right: Buffer): Buffer => createHash('sha256').update(NODE).update(left).update(right).digest();

/** One level up: neighbours are paired from the left, and the last one without a neighbour rises as it is. */
const above = (level: readonly Buffer[]): Buffer[] => {
  const next: Buffer[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i] as Buffer;
    const right = level[i + 1];
    next.push(right ? nodeHash(left, right) : left);
  }
  return next;
};

/** MTH of the leaves whose hashes are given, in order; of none, the hash of the empty string. */
export function treeRoot(leaves: readonly Buffer[]): Buffer {
  let level = leaves;
  while (level.length > 1) level = above(level);
  return level[0] ?? createHash('sha256').digest();
}

/** PATH(index, leaves) of RFC 9162 §2.1.3.1, from the leaf upwards. `index` counts from 0 and must lie within. */
export function inclusionPath(leaves: readonly Buffer[], index: number): Buffer[] {
  const path: Buffer[] = [];
  let level = leaves;
  for (let at = index; level.length > 1; at >>= 1, level = above(level)) {
    const sibling = level[at ^ 1];
    if (sibling) path.push(sibling);
  }
  return path;
}

export interface Inclusion {
  /** Hash of the leaf (`leafHash`), not the entry. */
  readonly leaf: Buffer;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Buffer[];
  readonly root: Buffer;
}

/** Whether the leaf stands at this place in the tree with this root (RFC 9162 §2.1.3.2). Never throws. */
export function includes({ leaf, index, size, path, root }: Inclusion): boolean {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      // The last one of a level without a neighbour has risen as it is.
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/** PROOF(size, leaves) of RFC 9162 §2.1.4.1: that the tree of the first `size` leaves (1 or more) is a beginning of the whole. */
export function consistencyPath(leaves: readonly Buffer[], size: number): Buffer[] {
  return subProof(leaves, size, true);
}

function subProof(leaves: readonly Buffer[], size: number, whole: boolean): Buffer[] {
  if (size === leaves.length) return whole ? [] : [treeRoot(leaves)];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return size <= split ? [...subProof(left, size, whole), treeRoot(right)] : [...subProof(right, size - split, false), treeRoot(left)];
}

export interface Consistency {
  readonly first: { readonly size: number; readonly root: Buffer };
  readonly second: { readonly size: number; readonly root: Buffer };
  readonly path: readonly Buffer[];
}

/** Whether the first tree is a beginning of the second (RFC 9162 §2.1.4.2). Never throws. */
export function extendsTree({ first, second, path }: Consistency): boolean {
  if (!Number.isSafeInteger(first.size) || !Number.isSafeInteger(second.size) || first.size < 1 || first.size > second.size) return false;
  if (first.size === second.size) return path.length === 0 && first.root.equals(second.root);
  const whole = Number.isInteger(Math.log2(first.size));
  const [start, ...rest] = whole ? [first.root, ...path] : path;
  if (!start || rest.length === 0) return false;
  let [at, last] = [first.size - 1, second.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [before, after] = [start, start];
  for (const node of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      [before, after] = [nodeHash(node, before), nodeHash(node, after)];
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else after = nodeHash(after, node);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && before.equals(first.root) && after.equals(second.root);
}

const half = (n: number): number => Math.floor(n / 2);
