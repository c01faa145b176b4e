import { isDeepStrictEqual } from 'node:util';
import { MODEL_VERSION, type CanonicalOf, type ConsignmentNotePart } from '#model';
import { billsOf, massOf, totalOf, type Note } from './bills.ts';
import { carriedHeader, equipmentOf } from './consignment-notes.ts';
import { derivedId } from './derived-id.ts';

type Consist = CanonicalOf<'TrainConsist'>;
type Equipment = Consist['wagon'][number];
type Manifest = CanonicalOf<'Manifest'>;
type Consignment = NonNullable<Manifest['consignment']>[number];
type Item = NonNullable<Consignment['includedConsignmentItem']>[number];
type Location = NonNullable<Note['departureLocation']>;

/** Rail, in UNECE Recommendation 19. */
export const RAIL = { value: '2', listId: 'UN-Rec19' };

/**
 * A train as a rail manifest: one consignment a bill. Notes that the train lists under one bill are merged (归并), a
 * note that it lists under several is split over them (分票), and each bill says what it took of which note.
 */
export function railManifest(consist: Consist): Manifest[] {
  const { carrier, declarationCustomsOffice, mainCarriageTransportMovement: movement } = consist;
  const wagons = new Map(consist.wagon.map((wagon, index) => [wagon.id, { sequenceNumber: String(index + 1), ...wagon }]));
  return [
    {
      model: MODEL_VERSION,
      type: 'Manifest',
      header: { ...carriedHeader(consist), messageId: derivedId('M', consist.header.messageId) },
      ...(carrier && { carrier }),
      ...(declarationCustomsOffice && { declarationCustomsOffice }),
      mainCarriageTransportMovement: { ...movement, modeCode: movement.modeCode ?? RAIL },
      consignment: billsOf(consist).map(({ id, notes, merged }) => consignment(id, notes, merged, wagons)),
    },
  ];
}

function consignment(id: string, notes: readonly Note[], merged: boolean, wagons: ReadonlyMap<string, Equipment>): Consignment {
  const [first] = notes as readonly [Note, ...Note[]];
  const all = notes.flatMap((note) => equipmentOf(note, wagons));
  const equipment = manifestEquipment(all);
  const containersOn = containersByWagon(all);
  const items = notes.flatMap((note) => note.includedConsignmentItem ?? []);
  const packages = totalOf(notes.map((note) => note.numberOfPackages));
  const mass = massOf(notes);
  const departureLocation = place(first.departureLocation);
  const destinationLocation = place(first.destinationLocation);
  return {
    transportContractDocument: merged ? { id } : first.transportContractDocument,
    ...(first.consignor && { consignor: first.consignor }),
    ...(first.consignee && { consignee: first.consignee }),
    ...((departureLocation ?? destinationLocation) && {
      mainCarriageTransportMovement: {
        ...(departureLocation && {
          loadingEvent: {
            occurrenceLocation: departureLocation,
            ...(first.carrierAcceptanceDateTime && { actualOccurrenceDateTime: first.carrierAcceptanceDateTime }),
          },
        }),
        ...(destinationLocation && { unloadingEvent: { occurrenceLocation: destinationLocation } }),
      },
    }),
    ...(packages !== undefined && { numberOfPackages: packages }),
    ...(mass && { grossWeight: mass }),
    ...(equipment.length > 0 && { usedTransportEquipment: equipment }),
    ...(items.length > 0 && {
      includedConsignmentItem: items.map((item, index) => renumbered(item, index, notes.length > 1, containersOn)),
    }),
    ...(merged && { mergedConsignmentNote: partsOf(notes, wagons, new Set(equipment.map((one) => one.id))) }),
  };
}

/** Which of the bill's items and equipment each note brought, so that the bill can be taken apart again. */
function partsOf(notes: readonly Note[], wagons: ReadonlyMap<string, Equipment>, listed: ReadonlySet<string>): ConsignmentNotePart[] {
  const [first] = notes as readonly [Note, ...Note[]];
  let before = 0;
  return notes.flatMap((note) => {
    const { id } = note.transportContractDocument;
    const items = note.includedConsignmentItem ?? [];
    const numbers = items.map((item, index) => numberInBill(item, before + index, notes.length > 1));
    before += items.length;
    const equipment = manifestEquipment(equipmentOf(note, wagons)).flatMap((one) => (listed.has(one.id) ? one.id : []));
    if (id === undefined) return [];
    return [
      {
        id,
        ...(note.consignor && !isDeepStrictEqual(note.consignor, first.consignor) && { consignor: note.consignor }),
        ...(note.consignee && !isDeepStrictEqual(note.consignee, first.consignee) && { consignee: note.consignee }),
        ...(note.numberOfPackages !== undefined && { numberOfPackages: note.numberOfPackages }),
        ...(note.grossWeight && { grossWeight: note.grossWeight }),
        ...(numbers.length > 0 && { itemSequenceNumber: numbers }),
        ...(equipment.length > 0 && { equipmentId: equipment }),
      },
    ];
  });
}

/** A manifest names a place by one code: the station's, where there is no other. */
function place(location: Location | undefined): { id?: Location['id'] } | undefined {
  const id = location?.id ?? location?.railwayStationCode;
  return id && { id };
}

/** Containers with the wagon they stand on; a wagon itself only where it carries goods without a container. */
function manifestEquipment(all: readonly Equipment[]): Equipment[] {
  const containersOn = containersByWagon(all);
  const positions = new Map(all.map(({ id, sequenceNumber }) => [id, sequenceNumber]));
  const listed = new Map<string, Equipment>();
  for (const equipment of all) {
    const carried = containersOn.get(equipment.id);
    if (!carried) listed.set(equipment.id, inManifest({ ...listed.get(equipment.id), ...equipment }, positions));
    for (const container of equipment.carriedTransportEquipment ?? []) {
      const known = { ...container, categoryCode: { value: 'CN', listId: 'UN-8053' }, carryingWagonId: equipment.id };
      listed.set(container.id, inManifest({ ...known, ...listed.get(container.id) }, positions));
    }
  }
  return [...listed.values()];
}

/** What a manifest says of equipment; tare, axles and owner of a wagon belong to the note. */
function inManifest(equipment: Equipment, positions: ReadonlyMap<string, string | undefined>): Equipment {
  const { id, categoryCode, sizeTypeCode, fullEmptyCode, supplierPartyTypeCode, affixedSeal, carryingWagonId, grossWeight, tareWeight } =
    equipment;
  const sequenceNumber = equipment.sequenceNumber ?? (carryingWagonId === undefined ? undefined : positions.get(carryingWagonId));
  const kept = {
    categoryCode,
    sizeTypeCode,
    fullEmptyCode,
    supplierPartyTypeCode,
    sequenceNumber,
    grossWeight,
    tareWeight,
    affixedSeal,
    carryingWagonId,
  };
  return { id, ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) };
}

function containersByWagon(all: readonly Equipment[]): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>();
  const add = (wagon: string, container: string) => {
    const list = map.get(wagon) ?? [];
    if (!list.includes(container)) list.push(container);
    map.set(wagon, list);
  };
  for (const { id, carryingWagonId, carriedTransportEquipment } of all) {
    if (carryingWagonId !== undefined) add(carryingWagonId, id);
    for (const container of carriedTransportEquipment ?? []) add(id, container.id);
  }
  return map;
}

const numberInBill = (item: Item, index: number, always: boolean): string =>
  (always ? undefined : item.sequenceNumber) ?? String(index + 1);

/** Items count from 1 within a bill; a link to a wagon becomes a link to what stands on it. */
function renumbered(item: Item, index: number, always: boolean, containersOn: ReadonlyMap<string, readonly string[]>): Item {
  const links = item.associatedTransportEquipment?.flatMap(
    ({ id }) => containersOn.get(id)?.map((container) => ({ id: container })) ?? [{ id }],
  );
  return {
    ...item,
    sequenceNumber: numberInBill(item, index, always),
    ...(links && { associatedTransportEquipment: links }),
  };
}
