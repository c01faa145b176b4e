import { ExchangeError, issue, type CanonicalOf } from '#model';
import { carriedHeader } from './consignment-notes.ts';
import { derivedId } from './derived-id.ts';

type Note = CanonicalOf<'RailConsignmentNote'>;
type Item = NonNullable<Note['includedConsignmentItem']>[number];
type Equipment = NonNullable<Note['usedTransportEquipment']>[number];
type Party = NonNullable<Note['consignor']>;

/**
 * A note read from its XML form (RailwayBill) as its EDIFACT form (IFTMIN) wants it, the way back of `railwayBill`: a control
 * reference of at most 14 characters, the time of issue, containers that say which wagon they stand on, the seals of the note
 * on the one piece of equipment it has. Each is taken from where the note says it already; what has no place in the EDIFACT
 * form stays, and writing reports it. Throws VALUE_UNTRANSLATABLE where the note has no date of issue and none of contract.
 */
export function iftminNote(note: Note): Note[] {
  const { header, includedConsignmentItem: items = [], usedTransportEquipment: equipment = [], consignor, consignee } = note;
  const wagonOf = wagonsOf(items);
  const seals = sealsOf(note);
  return [
    {
      ...note,
      header: { ...carriedHeader(note), messageId: derivedId('N', header.messageId), issueDateTime: issueTimeOf(note) },
      ...(consignor && { consignor: withContact(consignor) }),
      ...(consignee && { consignee: withContact(consignee) }),
      ...(note.includedConsignmentItem && { includedConsignmentItem: items.map((item) => linked(described(item), wagonOf)) }),
      ...(note.usedTransportEquipment && {
        usedTransportEquipment: equipment.map((one) => ({ ...standing(one, wagonOf), ...(seals && { affixedSeal: seals }) })),
      }),
      ...(seals && { affixedSeal: [] }),
    },
  ];
}

/** The contract of carriage is the note: it is issued when the contract is concluded (box 26). */
function issueTimeOf({ header, carrierAcceptanceDateTime, acceptanceStamp }: Note): string {
  const time = header.issueDateTime ?? carrierAcceptanceDateTime ?? acceptanceStamp?.actualOccurrenceDateTime;
  if (time !== undefined) return time;
  const detail = 'The note has no date of contract (box 26), and the receiving format needs the time of issue.';
  throw new ExchangeError('VALUE_UNTRANSLATABLE', { issues: [issue('VALUE_UNTRANSLATABLE', '/carrierAcceptanceDateTime', detail)] });
}

/** Goods lines name wagon and containers together; a container that they put on several wagons stands on none for certain. */
function wagonsOf(items: readonly Item[]): ReadonlyMap<string, string | undefined> {
  const wagons = new Map<string, string | undefined>();
  for (const { carryingWagonId, associatedTransportEquipment = [] } of items) {
    if (carryingWagonId === undefined) continue;
    for (const { id } of associatedTransportEquipment)
      if (id !== carryingWagonId) wagons.set(id, !wagons.has(id) || wagons.get(id) === carryingWagonId ? carryingWagonId : undefined);
  }
  return wagons;
}

function standing(equipment: Equipment, wagonOf: ReadonlyMap<string, string | undefined>): Equipment {
  const wagon = equipment.carryingWagonId ?? wagonOf.get(equipment.id);
  return wagon === undefined ? equipment : { ...equipment, carryingWagonId: wagon };
}

/** A line without containers names its wagon; a line with them names these, which know their wagon. */
function linked(item: Item, wagonOf: ReadonlyMap<string, string | undefined>): Item {
  const { carryingWagonId, ...rest } = item;
  if (carryingWagonId === undefined) return item;
  const links = item.associatedTransportEquipment ?? [];
  if (links.length === 0) return { ...rest, associatedTransportEquipment: [{ id: carryingWagonId }] };
  return links.every(({ id }) => id === carryingWagonId || wagonOf.get(id) === carryingWagonId) ? rest : item;
}

/** The packages in words a second time, as the XML form asks for them, say nothing new. */
function described(item: Item): Item {
  const { transportPackage } = item;
  if (transportPackage?.description === undefined || transportPackage.description !== transportPackage.typeText) return item;
  const rest = { ...transportPackage };
  delete rest.description;
  return { ...item, transportPackage: rest };
}

/** The EDIFACT form reaches a party through its contact. */
function withContact(party: Party): Party {
  const { communication, definedContactDetails, ...rest } = party;
  if (!communication || communication.length === 0 || definedContactDetails?.communication) return party;
  return { ...rest, definedContactDetails: { ...definedContactDetails, communication } };
}

/** Seals of the note, where there is one piece of equipment they can be on and each is a number of its own. */
function sealsOf({ affixedSeal = [], usedTransportEquipment = [] }: Note): Equipment['affixedSeal'] {
  const [only, ...others] = usedTransportEquipment;
  if (!only || others.length > 0 || only.affixedSeal || affixedSeal.length === 0) return undefined;
  const plain = affixedSeal.flatMap(({ id, quantity, description }) =>
    id !== undefined && (quantity ?? '1') === '1' && description === undefined ? [{ id }] : [],
  );
  return plain.length === affixedSeal.length ? plain : undefined;
}
