import { isDeepStrictEqual } from 'node:util';
import { ExchangeError, issue, MODEL_VERSION, type CanonicalOf, type Issue } from '#model';
import { carriedHeader } from './consignment-notes.ts';
import { derivedId } from './derived-id.ts';

type Manifest = CanonicalOf<'Manifest'>;
type Bill = NonNullable<Manifest['consignment']>[number];
type Equipment = NonNullable<Manifest['usedTransportEquipment']>[number];

/** Place in the manifest's list by number; a wagon also answers to the numbers of the containers on it. */
type Places = ReadonlyMap<string, number>;

/**
 * A manifest that lists its containers once for all bills (CUSCAR, IFCSUM) as one that lists them under each bill (customs
 * manifests): a container stands under every bill whose goods name it, as it is, in the order of the list. Nothing is guessed:
 * throws VALUE_UNTRANSLATABLE, with every place, where no goods name a container, where goods name one that nobody lists, and
 * where a container is described in two ways.
 */
export function billEquipment(manifest: Manifest): Manifest[] {
  const { usedTransportEquipment: listed = [], consignment: bills = [], ...rest } = manifest;
  const places = placesOf(listed);
  const issues = [
    ...listed.flatMap((one, index) => otherwise(one, listed, places, `/usedTransportEquipment/${index}`)),
    ...unnamed(listed, bills, places),
    ...bills.flatMap((bill, index) => faultsOf(bill, `/consignment/${index}`, listed, places)),
  ];
  if (issues.length > 0) throw new ExchangeError('VALUE_UNTRANSLATABLE', { issues });
  return [
    {
      ...rest,
      model: MODEL_VERSION,
      header: { ...carriedHeader(manifest), messageId: derivedId('M', manifest.header.messageId) },
      ...(manifest.consignment && { consignment: bills.map((bill) => withEquipment(bill, listed, places)) }),
    },
  ];
}

function placesOf(listed: readonly Equipment[]): Places {
  const places = new Map<string, number>();
  for (const [place, { carriedTransportEquipment = [] }] of listed.entries())
    for (const { id } of carriedTransportEquipment) places.set(id, place);
  // What is listed itself is itself; of two entries of one number the first stands, and they are held to be the same.
  for (const [place, { id }] of [...listed.entries()].reverse()) places.set(id, place);
  return places;
}

/** Numbers the goods of a bill name. */
const namesIn = ({ includedConsignmentItem = [] }: Bill): string[] =>
  includedConsignmentItem.flatMap(({ associatedTransportEquipment = [] }) => associatedTransportEquipment.map(({ id }) => id));

function withEquipment(bill: Bill, listed: readonly Equipment[], places: Places): Bill {
  const own = bill.usedTransportEquipment ?? [];
  const known = ownIds(bill);
  const wanted = new Set(namesIn(bill).flatMap((id) => (known.has(id) ? [] : (places.get(id) ?? []))));
  const added = [...wanted].sort((one, other) => one - other).flatMap((place) => listed[place] ?? []);
  return added.length === 0 ? bill : { ...bill, usedTransportEquipment: [...own, ...added] };
}

const ownIds = ({ usedTransportEquipment = [] }: Bill): Set<string> =>
  new Set(
    usedTransportEquipment.flatMap(({ id, carriedTransportEquipment = [] }) => [id, ...carriedTransportEquipment.map((one) => one.id)]),
  );

/** The manifest's list says something else of the same number. */
function otherwise(one: Equipment, listed: readonly Equipment[], places: Places, pointer: string): Issue[] {
  const first = listed[places.get(one.id) ?? -1];
  return first?.id !== one.id || isDeepStrictEqual(first, one)
    ? []
    : [issue('VALUE_UNTRANSLATABLE', pointer, 'The manifest describes this equipment in two ways.')];
}

function unnamed(listed: readonly Equipment[], bills: readonly Bill[], places: Places): Issue[] {
  const named = new Set(bills.flatMap((bill) => [...namesIn(bill), ...ownIds(bill)].flatMap((id) => places.get(id) ?? [])));
  return listed.flatMap(({ id }, place) =>
    named.has(places.get(id) ?? place)
      ? []
      : issue('VALUE_UNTRANSLATABLE', `/usedTransportEquipment/${place}`, 'The goods of no bill name this equipment.'),
  );
}

function faultsOf(bill: Bill, pointer: string, listed: readonly Equipment[], places: Places): Issue[] {
  const { usedTransportEquipment = [], includedConsignmentItem = [] } = bill;
  const known = ownIds(bill);
  return [
    ...usedTransportEquipment.flatMap((one, index) => otherwise(one, listed, places, `${pointer}/usedTransportEquipment/${index}`)),
    ...includedConsignmentItem.flatMap(({ associatedTransportEquipment = [] }, item) =>
      associatedTransportEquipment.flatMap(({ id }, link) =>
        known.has(id) || places.has(id)
          ? []
          : issue(
              'VALUE_UNTRANSLATABLE',
              `${pointer}/includedConsignmentItem/${item}/associatedTransportEquipment/${link}`,
              'Nobody lists the equipment named here.',
            ),
      ),
    ),
  ];
}
