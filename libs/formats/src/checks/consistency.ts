/** Checks across values: links, sums and keys. Sets are made only where a message is large enough to need them. */
import type { CanonicalOf } from '#model';
import { sameDecimal, sumDecimals } from '../decimals.ts';
import type { Findings } from './findings.ts';

type Consignment = NonNullable<CanonicalOf<'Manifest'>['consignment']>[number];
type Item = NonNullable<Consignment['includedConsignmentItem']>[number];
type Equipment = NonNullable<Consignment['usedTransportEquipment']>[number];
/** What a bill and a note have in common. */
type Goods = Pick<Consignment, 'includedConsignmentItem' | 'usedTransportEquipment' | 'numberOfPackages' | 'grossWeight'>;

const NO_ITEMS: readonly Item[] = [];
const NO_EQUIPMENT: readonly Equipment[] = [];
/** Up to here a plain search is faster than a Set. */
const FEW = 8;

/** Reports every key that occurred before. `below` are the steps from an entry to its key. */
export function checkUnique<T>(
  entries: readonly T[],
  keyOf: (entry: T) => string | undefined,
  findings: Findings,
  member: string,
  ...below: readonly string[]
): void {
  if (entries.length < 2) return;
  const seen = new Set<string>();
  for (let i = 0; i < entries.length; i++) {
    const key = keyOf(entries[i] as T);
    if (key === undefined) continue;
    if (seen.has(key)) findings.report('DUPLICATE_KEY', undefined, member, i, ...below);
    else seen.add(key);
  }
}

/** Items of one bill or note: own sequence numbers, links to declared equipment, sums that meet the totals. */
export function checkGoods(goods: Goods, findings: Findings, elsewhere?: ReadonlySet<string>): void {
  const items = goods.includedConsignmentItem ?? NO_ITEMS;
  if (items.length === 0) return;
  checkUnique(items, (item) => item.sequenceNumber, findings, 'includedConsignmentItem', 'sequenceNumber');
  checkLinks(items, goods.usedTransportEquipment ?? NO_EQUIPMENT, findings, elsewhere);
  if (goods.numberOfPackages !== undefined) checkSum(items, packagesOf, goods.numberOfPackages, findings, 'numberOfPackages');
  if (goods.grossWeight !== undefined) checkMass(items, goods.grossWeight, findings);
}

function checkLinks(
  items: readonly Item[],
  equipment: readonly Equipment[],
  findings: Findings,
  elsewhere: ReadonlySet<string> | undefined,
): void {
  const declared = equipment.length > FEW ? equipmentIds(equipment) : undefined;
  for (let i = 0; i < items.length; i++) {
    const links = items[i]?.associatedTransportEquipment;
    if (!links) continue;
    for (let j = 0; j < links.length; j++) {
      const id = links[j]?.id ?? '';
      if (declared ? declared.has(id) : isAmong(equipment, id)) continue;
      if (!elsewhere?.has(id))
        findings.report('LINK_UNDECLARED', undefined, 'includedConsignmentItem', i, 'associatedTransportEquipment', j, 'id');
    }
  }
}

function isAmong(equipment: readonly Equipment[], id: string): boolean {
  for (const { id: own, carriedTransportEquipment } of equipment) {
    if (own === id) return true;
    if (carriedTransportEquipment) for (const carried of carriedTransportEquipment) if (carried.id === id) return true;
  }
  return false;
}

/** Numbers of the equipment and of what stands on it. */
export function equipmentIds(equipment: readonly Equipment[]): Set<string> {
  const ids = new Set<string>();
  for (const { id, carriedTransportEquipment } of equipment) {
    ids.add(id);
    if (carriedTransportEquipment) for (const carried of carriedTransportEquipment) ids.add(carried.id);
  }
  return ids;
}

const packagesOf = (item: Item): string | undefined => item.transportPackage?.itemQuantity;

function checkMass(items: readonly Item[], { value, unitCode }: NonNullable<Consignment['grossWeight']>, findings: Findings): void {
  for (const item of items) if (item.grossWeight?.unitCode !== unitCode) return;
  checkSum(items, (item) => item.grossWeight?.value, value, findings, 'grossWeight');
}

/** Only where every item has a number: a sum over some of them says nothing. */
function checkSum(
  items: readonly Item[],
  numberOf: (item: Item) => string | undefined,
  total: string,
  findings: Findings,
  member: string,
): void {
  let sum = 0;
  for (const item of items) {
    const number = numberOf(item);
    if (number === undefined) return;
    sum += smallWhole(number);
  }
  const whole = smallWhole(total);
  if (sum >= 0 && whole >= 0 ? sum === whole : sameDecimal(sumDecimals(items.map((item) => numberOf(item) ?? '')) ?? '', total) !== false)
    return;
  findings.report('COUNT_MISMATCH', undefined, member);
}

/** A whole number of at most nine digits, exact in a double a million times over; anything else makes the sum NaN. */
function smallWhole(text: string): number {
  if (text.length === 0 || text.length > 9) return NaN;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
