/**
 * Platform file IFCSUM: one container stands in a record 51 under every cargo that is in it. Reading merges them into one record
 * at the root for each container, and leaves at the cargo what is the cargo's; writing splits them again. Nothing is lost: what a
 * record says otherwise than the first of its container stays where it stood.
 */
import type { DocumentNode } from '../document.ts';

const NUMBER = 2;
/** Fields of record 51 that describe the container: seal, size and type, status, tare. */
const OF_THE_CONTAINER = [3, 4, 5, 8];
const MOST_RECEIVERS = 9;

interface Transform {
  readonly read: (root: DocumentNode) => DocumentNode;
  readonly write: (root: DocumentNode) => DocumentNode;
}

export const FLAT_TRANSFORMS: Readonly<Record<string, Transform>> = {
  platformContainers: {
    read: (root) => {
      root.children = root.children.flatMap((child) => (child.name === 'R01' ? oneEach(child) : [child]));
      for (const bill of bills(root))
        bill.children = bill.children.map((child) => (child.name === 'R20' ? { ...child, name: 'R19' } : child));
      const listed = byNumber(own(root));
      for (const record of underBills(root)) mergeInto(root, listed, record);
      const uses = usesIn(root);
      const alone = own(root).filter((one) => standsAlone(uses, one));
      root.children = [...root.children.filter(({ name }) => name !== 'R51'), ...alone, ...inOrderOfBills(root, uses)];
      return root;
    },
    write: (root) => {
      root.children = joinReceivers(root.children);
      for (const bill of bills(root)) numberNotifyParties(bill);
      const uses = usesIn(root);
      const alone = own(root).filter((one) => standsAlone(uses, one));
      const listed = byNumber(own(root));
      for (const record of underBills(root)) {
        const whole = listed.get(value(record, NUMBER));
        if (whole) for (const field of OF_THE_CONTAINER) if (value(record, field) === '') put(record, field, value(whole, field));
      }
      const others = root.children.filter(({ name }) => name !== 'R51');
      const at = others.findIndex(({ name }) => name === 'R12');
      const first = at < 0 ? others.length : at;
      root.children = [...others.slice(0, first), ...alone, ...others.slice(first)];
      return root;
    },
  },
};

const bills = (root: DocumentNode): DocumentNode[] => named(root, 'R12');
const own = (root: DocumentNode): DocumentNode[] => named(root, 'R51');
const underBills = (root: DocumentNode): DocumentNode[] =>
  bills(root)
    .flatMap((bill) => named(bill, 'R41').flatMap((cargo) => named(cargo, 'R51')))
    .filter((record) => value(record, NUMBER) !== '');

/** The first of each number. */
function byNumber(records: readonly DocumentNode[]): Map<string, DocumentNode> {
  const found = new Map<string, DocumentNode>();
  for (const record of records) if (!found.has(value(record, NUMBER))) found.set(value(record, NUMBER), record);
  return found;
}

function mergeInto(root: DocumentNode, listed: Map<string, DocumentNode>, record: DocumentNode): void {
  const number = value(record, NUMBER);
  let whole = listed.get(number);
  if (!whole) {
    whole = { name: 'R51', data: [], children: [], position: record.position, gathered: true };
    for (const field of [NUMBER, ...OF_THE_CONTAINER]) put(whole, field, value(record, field));
    listed.set(number, whole);
    root.children.push(whole);
  }
  for (const field of OF_THE_CONTAINER) if (value(record, field) === value(whole, field)) put(record, field, '');
}

interface Uses {
  /** By number, in order of the first record: whether that says nothing of the container itself, and can say all of it when written. */
  readonly splits: ReadonlyMap<string, boolean>;
  readonly twice: ReadonlySet<string>;
}

/** A container that no bill names, that is listed twice, or of which its first record says otherwise, keeps a record of its own. */
function standsAlone({ splits, twice }: Uses, one: DocumentNode): boolean {
  const number = value(one, NUMBER);
  return twice.has(number) || splits.get(number) !== true;
}

function usesIn(root: DocumentNode): Uses {
  const splits = new Map<string, boolean>();
  for (const record of underBills(root)) {
    const number = value(record, NUMBER);
    if (!splits.has(number))
      splits.set(
        number,
        OF_THE_CONTAINER.every((field) => value(record, field) === ''),
      );
  }
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const number of own(root).map((one) => value(one, NUMBER))) (seen.has(number) ? twice : seen).add(number);
  return { splits, twice };
}

function inOrderOfBills(root: DocumentNode, uses: Uses): DocumentNode[] {
  const listed = byNumber(own(root).filter((one) => !standsAlone(uses, one)));
  return [...uses.splits.keys()].flatMap((number) => listed.get(number) ?? []);
}

const oneEach = (record: DocumentNode): DocumentNode[] =>
  (record.data ?? []).filter(([text]) => text !== '').map((field) => ({ ...record, data: [field] }));

function joinReceivers(records: readonly DocumentNode[]): DocumentNode[] {
  const fields = records.filter(({ name }) => name === 'R01').flatMap(({ data = [] }) => data);
  const joined: DocumentNode[] = [];
  for (let at = 0; at < fields.length; at += MOST_RECEIVERS)
    joined.push({ name: 'R01', data: fields.slice(at, at + MOST_RECEIVERS), children: [] });
  const first = records.findIndex(({ name }) => name === 'R01');
  return records.flatMap((record, index) => (index === first ? joined : record.name === 'R01' ? [] : [record]));
}

/** The second notify party stands in record 19, the third in 20. */
function numberNotifyParties(bill: DocumentNode): void {
  const further = named(bill, 'R19');
  bill.children = bill.children.map((child) => (further.indexOf(child) > 0 ? { ...child, name: 'R20' } : child));
}

const named = (node: DocumentNode, name: string): DocumentNode[] => node.children.filter((child) => child.name === name);
const value = (node: DocumentNode, field: number): string => node.data?.[field - 1]?.[0] ?? '';

function put(node: DocumentNode, field: number, text: string): void {
  const data = (node.data ??= []);
  while (data.length < field) data.push([]);
  data[field - 1] = [text];
}
