/**
 * Which entry of one list is which of another: by what the trade calls it (number of the bill, of the container, of the
 * item), so that an entry put in between is one difference and not a shift of all that follow.
 */
import type { Bag } from '../mapping/paths.ts';

/** Members that together are the number of an entry; of several alternatives the first that the entry has counts. */
type Identity = readonly (readonly string[])[];

const BILL: Identity = [['transportContractDocument.id', 'associatedDocument.id'], ['sequenceNumber']];
const DOCUMENT: Identity = [['typeCode.value', 'id'], ['name'], ['itemSequenceNumber']];
const CODE: Identity = [['value']];
const MEANS: Identity = [['id'], ['chassisId'], ['sequenceNumber']];
/** What most entries are known by. */
const USUAL: Identity = [['id'], ['sequenceNumber'], ['itemSequenceNumber']];

/** Lists whose entries have a number of another name, or of several parts. */
const IDENTITIES: Readonly<Record<string, Identity>> = {
  consignment: BILL,
  consignmentStatus: BILL,
  consignmentNote: BILL,
  goodsShipment: BILL,
  transferredWagon: [['wagon.id', 'container.id', 'consignmentItem.sequenceNumber'], ['sequenceNumber']],
  relation: [
    ['importLeg.consignment.transportContractDocument.id', 'exportLeg.consignment.transportContractDocument.id'],
    ['importLeg.transportContractDocument.id', 'exportLeg.transportContractDocument.id'],
  ],
  equipmentExchange: [['importEquipmentId', 'exportEquipmentId']],
  communication: [['channelCode.value', 'completeNumber']],
  additionalDocument: DOCUMENT,
  document: DOCUMENT,
  precedingDocument: DOCUMENT,
  presentedDocument: DOCUMENT,
  previousDocument: DOCUMENT,
  attachedFile: [['id'], ['fileName']],
  marksFile: [['id'], ['fileName']],
  transportMeans: MEANS,
  transitTransportMeans: MEANS,
  carriedVehicle: MEANS,
  licensedVehicle: [['chassisId'], ['licenceId', 'sequenceId'], ['id']],
  loadedItem: [['itemSequenceNumber', 'equipmentId']],
  certificateRelation: [['documentTypeCode.value', 'documentId', 'itemSequenceNumber']],
  borderCrossingLocation: [['railwayStationCode.value'], ['id.value'], ['name']],
  technologicalStation: [['location.railwayStationCode.value'], ['sequenceNumber']],
  transitCarrier: [['id.value'], ['sequenceNumber'], ['name']],
  dutyTaxFee: [['typeCode.value']],
  segment: [['segmentNumber']],
  requestedCertificate: [['typeCode.value']],
  extraCharge: [['code.value'], ['name']],
  controlElement: [['sequenceNumber']],
  unmapped: [['pointer']],
};

/** Lists of plain texts that are numbers or codes: an entry is its own name. Lines of free text are not. */
const NAMES = /(?:Id|Number|Code|Country)$/;

/** Two entries that are the same thing, or one that has no counterpart. */
export interface Pair {
  /** Place in the first list and in the second. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** What a person calls the entry: its number, or `#2` where it has none. */
  readonly label: string;
  /** The entry stands elsewhere among those that both lists have. */
  readonly moved: boolean;
}

/**
 * Pairs the entries of two lists, every entry once: of the first list in its order, then those only the second has. Entries
 * of one number, and entries without any, are paired with an equal one first, then in their order.
 */
export function align(member: string, before: readonly unknown[], after: readonly unknown[]): Pair[] {
  const groups = new Map<string | undefined, { readonly before: number[]; readonly after: number[] }>();
  const groupOf = (entry: unknown) => {
    const name = nameOf(member, entry);
    const key = name && `${name.by} ${name.text}`;
    const known = groups.get(key);
    if (known) return known;
    const group = { before: [], after: [] };
    groups.set(key, group);
    return group;
  };
  before.forEach((entry, index) => groupOf(entry).before.push(index));
  after.forEach((entry, index) => groupOf(entry).after.push(index));
  const counterpart = new Map<number, number>();
  for (const [key, group] of groups) match(group, before, after, key !== undefined, counterpart);
  return paired(member, before, after, counterpart);
}

/** Puts into `counterpart` what of one group belongs together. */
function match(
  group: { readonly before: readonly number[]; readonly after: readonly number[] },
  before: readonly unknown[],
  after: readonly unknown[],
  numbered: boolean,
  counterpart: Map<number, number>,
): void {
  let [left, right] = [group.before, group.after];
  if (!numbered || left.length > 1 || right.length > 1) {
    const equal = new Map<string, number[]>();
    for (const index of [...right].reverse()) {
      const print = fingerprint(after[index]);
      const same = equal.get(print);
      if (same) same.push(index);
      else equal.set(print, [index]);
    }
    const taken = new Set<number>();
    for (const index of left) {
      const found = equal.get(fingerprint(before[index]))?.pop();
      if (found === undefined) continue;
      counterpart.set(index, found);
      taken.add(found);
    }
    left = left.filter((index) => !counterpart.has(index));
    right = right.filter((index) => !taken.has(index));
  }
  for (let i = 0; i < Math.min(left.length, right.length); i++) counterpart.set(left[i] as number, right[i] as number);
}

function paired(member: string, before: readonly unknown[], after: readonly unknown[], counterpart: ReadonlyMap<number, number>): Pair[] {
  const common = [...counterpart.keys()].sort((a, b) => a - b);
  const inOrder = longestRising(common.map((index) => counterpart.get(index) as number));
  const stays = new Set(common.filter((_, i) => inOrder.has(i)));
  const taken = new Set(counterpart.values());
  const label = (entry: unknown, index: number) => nameOf(member, entry)?.text ?? `#${index + 1}`;
  return [
    ...before.map((entry, index): Pair => {
      const other = counterpart.get(index);
      return { before: index, after: other, label: label(entry, index), moved: other !== undefined && !stays.has(index) };
    }),
    ...after.flatMap((entry, index): Pair[] =>
      taken.has(index) ? [] : [{ before: undefined, after: index, label: label(entry, index), moved: false }],
    ),
  ];
}

/** `by` tells a name by one alternative from the same text by another. */
interface Name {
  readonly by: number;
  readonly text: string;
}

function nameOf(member: string, entry: unknown): Name | undefined {
  if (typeof entry !== 'object' || entry === null) return NAMES.test(member) ? { by: 0, text: String(entry) } : undefined;
  const identity = NAMES.test(member) ? CODE : Object.hasOwn(IDENTITIES, member) ? (IDENTITIES[member] as Identity) : USUAL;
  for (const [by, parts] of identity.entries()) {
    const texts = parts.map((part) => textAt(entry as Bag, part));
    if (texts.some((text) => text !== undefined))
      return {
        by,
        text: texts
          .map((text) => text ?? '')
          .join('|')
          .replace(/\|+$/, ''),
      };
  }
  return undefined;
}

function textAt(entry: Bag, path: string): string | undefined {
  let value: unknown = entry;
  for (const key of path.split('.')) value = (value as Bag | undefined)?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Equal for values that differ at most in the order of members and of entries. */
export function fingerprint(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(fingerprint).sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${members
    .map(([key, inner]) => `${JSON.stringify(key)}:${fingerprint(inner)}`)
    .sort()
    .join(',')}}`;
}

/** Places of a longest run of rising numbers: the entries that need not move for the others to be in order. */
function longestRising(numbers: readonly number[]): ReadonlySet<number> {
  const tails: number[] = [];
  const previous: number[] = [];
  numbers.forEach((number, index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[tails[middle] as number] as number) < number) low = middle + 1;
      else high = middle;
    }
    previous.push(low > 0 ? (tails[low - 1] as number) : -1);
    tails[low] = index;
  });
  const places = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] as number) places.add(at);
  return places;
}
