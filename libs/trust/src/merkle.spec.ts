import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { consistencyPath, extendsTree, includes, inclusionPath, leafHash, treeRoot } from './merkle.ts';

const sha256 = (...octets: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(octets)).digest();
const entries = (count: number) => Array.from({ length: count }, (_, i) => Buffer.from(`报文 ${i} сообщение`));
const leavesOf = (count: number) => entries(count).map(leafHash);

/** MTH exactly as RFC 9162 §2.1.1 writes it: recursive, over entries. */
function mth(all: readonly Buffer[]): Buffer {
  if (all.length === 0) return sha256();
  if (all.length === 1) return sha256(Buffer.of(0), all[0]!);
  const k = 2 ** Math.ceil(Math.log2(all.length) - 1);
  return sha256(Buffer.of(1), mth(all.slice(0, k)), mth(all.slice(k)));
}

/** PATH exactly as RFC 9162 §2.1.3.1 writes it. */
function path(m: number, all: readonly Buffer[]): Buffer[] {
  if (all.length === 1) return [];
  const k = 2 ** Math.ceil(Math.log2(all.length) - 1);
  return m < k ? [...path(m, all.slice(0, k)), mth(all.slice(k))] : [...path(m - k, all.slice(k)), mth(all.slice(0, k))];
}

describe('Merkle trees of RFC 9162', () => {
  it('the empty tree and the tree of one empty entry are what the definition says', () => {
    expect(treeRoot([]).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(treeRoot([leafHash(Buffer.alloc(0))]).toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  });

  it('roots and paths are those of the recursive definition, for every size up to 70', () => {
    for (let size = 0; size <= 70; size += 1) {
      const leaves = leavesOf(size);
      expect(treeRoot(leaves)).toEqual(mth(entries(size)));
      for (let index = 0; index < size; index += 1) expect(inclusionPath(leaves, index)).toEqual(path(index, entries(size)));
    }
  });

  it('every leaf of every tree is proved, and at its own place only', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), (size, a, b) => {
        const [index, other] = [a % size, b % size];
        const leaves = leavesOf(size);
        const proof = { leaf: leaves[index]!, index, size, path: inclusionPath(leaves, index), root: treeRoot(leaves) };
        expect(includes(proof)).toBe(true);
        if (other !== index) {
          expect(includes({ ...proof, index: other })).toBe(false);
          expect(includes({ ...proof, leaf: leaves[other]! })).toBe(false);
        }
        expect(includes({ ...proof, path: [...proof.path, proof.root] })).toBe(false);
        if (size > 1) expect(includes({ ...proof, path: proof.path.slice(1) })).toBe(false);
      }),
    );
  });

  it('one bit changed in any hash of a proof is noticed', () => {
    const leaves = leavesOf(13);
    const path = inclusionPath(leaves, 5);
    const root = treeRoot(leaves);
    for (let hash = 0; hash < path.length; hash += 1) {
      const changed = path.map((node, i) => (i === hash ? Buffer.from(node.map((octet, at) => (at === 31 ? octet ^ 1 : octet))) : node));
      expect(includes({ leaf: leaves[5]!, index: 5, size: 13, path: changed, root })).toBe(false);
    }
  });

  it('a node cannot pass for a leaf: an inner hash as an entry gives another root', () => {
    const [left, right] = leavesOf(2) as [Buffer, Buffer];
    const forged = leafHash(Buffer.concat([left, right]));
    expect(forged).not.toEqual(treeRoot([left, right]));
  });

  it('places and sizes that cannot be are refused, not thrown at', () => {
    const [leaf] = leavesOf(1) as [Buffer];
    for (const [index, size] of [
      [-1, 1],
      [1, 1],
      [0, 0],
      [0.5, 1],
      [Number.NaN, 1],
      [0, Infinity],
    ] as const)
      expect(includes({ leaf, index, size, path: [], root: leaf })).toBe(false);
  });

  it('a tree that grew is proved to extend the one before; a rewritten one is not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), fc.nat(), (size, a, b) => {
        const leaves = leavesOf(size);
        const part = 1 + (a % size);
        const first = { size: part, root: treeRoot(leaves.slice(0, part)) };
        const second = { size, root: treeRoot(leaves) };
        const path = consistencyPath(leaves, part);
        expect(extendsTree({ first, second, path })).toBe(true);
        const rewritten = leaves.map((leaf, i) => (i === b % part ? leafHash(Buffer.from('rewritten')) : leaf));
        expect(extendsTree({ first, second: { size, root: treeRoot(rewritten) }, path: consistencyPath(rewritten, part) })).toBe(false);
        if (path.length > 0) expect(extendsTree({ first, second, path: path.slice(1) })).toBe(false);
        expect(extendsTree({ first, second, path: [...path, second.root] })).toBe(false);
      }),
    );
  });
});
