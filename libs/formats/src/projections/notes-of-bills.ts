import { ExchangeError, issue, MODEL_VERSION, type CanonicalOf, type ConsignmentNotePart, type Issue } from '#model';
import { massOf, totalOf } from './bills.ts';
import { carriedHeader } from './consignment-notes.ts';
import { derivedId } from './derived-id.ts';

type Manifest = CanonicalOf<'Manifest'>;
type Bill = NonNullable<Manifest['consignment']>[number];
type NoteMessage = CanonicalOf<'RailConsignmentNote'>;
type NoteBody = Pick<
  NoteMessage,
  | 'transportContractDocument'
  | 'consignor'
  | 'consignee'
  | 'departureLocation'
  | 'destinationLocation'
  | 'carrierAcceptanceDateTime'
  | 'numberOfPackages'
  | 'grossWeight'
  | 'includedConsignmentItem'
  | 'usedTransportEquipment'
>;

/**
 * The bills of a rail manifest as the notes they were made of: merged bills are taken apart, notes split over several
 * bills are put together again. Items count from 1 within each note. Throws VALUE_UNTRANSLATABLE, with every place, where a
 * bill of several notes does not say which of them an item or a container belongs to: goods are never guessed to a note.
 */
export function notesOfBills(manifest: Manifest): NoteMessage[] {
  const bills = manifest.consignment ?? [];
  const issues = bills.flatMap(unclaimed);
  if (issues.length > 0) throw new ExchangeError('VALUE_UNTRANSLATABLE', { issues });
  const notes = new Map<string, NoteBody[]>();
  for (const [index, bill] of bills.entries()) {
    for (const part of partsOf(bill)) {
      // A bill that is a note of its own is that note, whatever other bills call theirs.
      const key = bill.mergedConsignmentNote ? `note ${part.transportContractDocument.id}` : `bill ${index}`;
      notes.set(key, [...(notes.get(key) ?? []), part]);
    }
  }
  return [...notes.values()].map((parts, index) => noteOf(parts, manifest, index));
}

/** Items and equipment of a bill that none of its several notes lists. */
function unclaimed(
  { mergedConsignmentNote: notes = [], includedConsignmentItem = [], usedTransportEquipment = [] }: Bill,
  index: number,
): Issue[] {
  if (notes.length < 2) return [];
  const items = new Set(notes.flatMap((note) => note.itemSequenceNumber ?? []));
  const equipment = new Set(notes.flatMap((note) => note.equipmentId ?? []));
  const at = (member: string, place: number) =>
    issue('VALUE_UNTRANSLATABLE', `/consignment/${index}/${member}/${place}`, 'The bill does not say which note it belongs to.');
  return [
    ...includedConsignmentItem.flatMap(({ sequenceNumber }, i) =>
      items.has(sequenceNumber ?? '') ? [] : at('includedConsignmentItem', i),
    ),
    ...usedTransportEquipment.flatMap(({ id }, i) => (equipment.has(id) ? [] : at('usedTransportEquipment', i))),
  ];
}

function partsOf(bill: Bill): NoteBody[] {
  const { mergedConsignmentNote: notes } = bill;
  if (!notes) return [{ ...sharedBy(bill), ...goodsOf(bill), transportContractDocument: bill.transportContractDocument ?? {} }];
  return notes.map((note) => ({
    ...sharedBy(bill),
    ...(note.consignor && { consignor: note.consignor }),
    ...(note.consignee && { consignee: note.consignee }),
    ...goodsOf(notes.length > 1 || note.itemSequenceNumber || note.equipmentId ? taken(bill, note) : bill),
    transportContractDocument: { id: note.id },
  }));
}

/** What one note brought into the bill; its own totals, and never the bill's, which hold the other notes too. */
function taken(bill: Bill, note: ConsignmentNotePart): Parameters<typeof goodsOf>[0] {
  return {
    numberOfPackages: note.numberOfPackages,
    grossWeight: note.grossWeight,
    includedConsignmentItem: bill.includedConsignmentItem?.filter(({ sequenceNumber }) =>
      note.itemSequenceNumber?.includes(sequenceNumber ?? ''),
    ),
    usedTransportEquipment: bill.usedTransportEquipment?.filter(({ id }) => note.equipmentId?.includes(id)),
  };
}

function sharedBy({ consignor, consignee, mainCarriageTransportMovement: movement }: Bill): Omit<NoteBody, 'transportContractDocument'> {
  const departure = movement?.loadingEvent?.occurrenceLocation;
  const destination = movement?.unloadingEvent?.occurrenceLocation;
  const accepted = movement?.loadingEvent?.actualOccurrenceDateTime;
  return {
    ...(consignor && { consignor }),
    ...(consignee && { consignee }),
    ...(departure && { departureLocation: departure }),
    ...(destination && { destinationLocation: destination }),
    ...(accepted !== undefined && { carrierAcceptanceDateTime: accepted }),
  };
}

type Goods = { [K in 'numberOfPackages' | 'grossWeight' | 'includedConsignmentItem' | 'usedTransportEquipment']?: NoteBody[K] | undefined };

const goodsOf = ({ numberOfPackages, grossWeight, includedConsignmentItem: items, usedTransportEquipment: equipment }: Goods) => ({
  ...(numberOfPackages !== undefined && { numberOfPackages }),
  ...(grossWeight && { grossWeight }),
  ...(items && items.length > 0 && { includedConsignmentItem: items }),
  ...(equipment && equipment.length > 0 && { usedTransportEquipment: equipment }),
});

/** Parts of one note as one message; equipment that several parts name is named once. */
function noteOf(parts: readonly NoteBody[], manifest: Manifest, index: number): NoteMessage {
  const [first] = parts as readonly [NoteBody, ...NoteBody[]];
  const items = parts.flatMap((part) => part.includedConsignmentItem ?? []);
  const equipment = new Map(parts.flatMap((part) => (part.usedTransportEquipment ?? []).map((one) => [one.id, one] as const)));
  return {
    model: MODEL_VERSION,
    type: 'RailConsignmentNote',
    header: {
      ...carriedHeader(manifest),
      messageId: derivedId('N', manifest.header.messageId, first.transportContractDocument.id ?? String(index)),
    },
    ...withoutGoods(first),
    ...goodsOf({
      numberOfPackages: totalOf(parts.map((part) => part.numberOfPackages)),
      grossWeight: massOf(parts),
      includedConsignmentItem: items.map((item, place) => ({ ...item, sequenceNumber: String(place + 1) })),
      usedTransportEquipment: [...equipment.values()],
    }),
  };
}

function withoutGoods(part: NoteBody): NoteBody {
  const rest = { ...part };
  delete rest.numberOfPackages;
  delete rest.grossWeight;
  delete rest.includedConsignmentItem;
  delete rest.usedTransportEquipment;
  return rest;
}
