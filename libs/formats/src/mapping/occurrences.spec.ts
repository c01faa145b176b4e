import type { DocumentNode } from '../document.ts';
import { compileMapping } from './compile.ts';
import { decodeDocument } from './decode.ts';
import { Occurrences } from './occurrences.ts';
import { assemble } from './overlay.ts';
import type { CompiledMapping } from './rules.ts';
import { SMALL_HEAD } from './testing/small.ts';

const node = (name: string, children: DocumentNode[] = []): DocumentNode => ({ name, children });

it('numbers siblings of one name from 1, and does not number what stands alone', () => {
  const children = ['a', 'b', 'a', 'c', 'a', 'b'].map((name) => node(name));
  const parent = node('p', children);
  const occurrences = new Occurrences();
  expect(children.map((child) => occurrences.of(parent, child))).toEqual([1, 1, 2, 0, 3, 2]);
});

it('does not count what a transform gathered: the sender has one such record and looks for no second', () => {
  const alone = node('R51');
  expect(new Occurrences().of(node('p', [alone, { ...node('R51'), gathered: true }]), alone)).toBe(0);
});

const MAPPING = `${SMALL_HEAD}
detect: { root: M }
document:
  M:
    id: { is: header.messageId, card: '1' }
    Consignment:
      $at: 'consignment[]'
      $card: 0..999999
      Weight: { is: grossWeight, as: measure KGM, card: '1' }
`;
const [whole] = assemble([{ path: 'test/T', text: MAPPING }]).mappings;
const mapping = compileMapping(whole!, new Map()).mapping as CompiledMapping;

/** Elements that say how often somebody looked at their name. */
let looks = 0;
class Watched implements DocumentNode {
  readonly text = 'x';
  readonly #name: string;
  readonly children: DocumentNode[];

  constructor(name: string, children: DocumentNode[] = []) {
    this.#name = name;
    this.children = children;
  }

  get name(): string {
    looks++;
    return this.#name;
  }
}

const MANY = 50_000;

it.each([
  ['elements nobody knows', () => new Watched('unknown'), 'FIELD_UNMAPPED', 1_000],
  ['elements that lack something', () => new Watched('Consignment', [node('Weight')]), 'FIELD_MISSING', 2_000],
])('looks at each of many %s a few times only, however many findings point there', (_title, make, code, most) => {
  looks = 0;
  const root = node('M', [{ ...node('id'), text: '1' }, ...Array.from({ length: MANY }, make)]);
  const { issues } = decodeDocument(mapping, root);
  const found = issues.filter((one) => one.code === code);
  expect(found.length).toBeGreaterThanOrEqual(Math.min(most, 1_000));
  expect(found[999]?.pointer).toContain('[1000]');
  // One look to read it, one to count it, and those of the findings themselves; siblings are never looked through again.
  expect(looks).toBeLessThan(4 * MANY);
});
