import type { CanonicalOf } from '#model';
import { sumDecimals } from '../decimals.ts';
import { carriedHeader } from './consignment-notes.ts';
import { derivedId } from './derived-id.ts';

type Note = CanonicalOf<'RailConsignmentNote'>;

/**
 * A note as its XML form (RailwayBill) wants it: the form asks for the total mass, for a description of the packages beside
 * the packing, for who stamped the contract and where, and lists seals for the note. Each is taken from where the note says
 * it already; what it says nowhere stays missing, and writing reports it.
 */
export function railwayBill(note: Note): Note[] {
  const { header, grossWeight = massOf(note), acceptanceStamp = stampOf(note), affixedSeal = sealsOf(note) } = note;
  const includedConsignmentItem = note.includedConsignmentItem?.map((item) => {
    const words = item.transportPackage?.description ?? item.transportPackage?.typeText;
    return words === undefined ? item : { ...item, transportPackage: { ...item.transportPackage, description: words } };
  });
  return [
    {
      ...note,
      header: { ...carriedHeader(note), messageId: derivedId('R', header.messageId) },
      ...(grossWeight && { grossWeight }),
      ...(acceptanceStamp && { acceptanceStamp }),
      ...(affixedSeal.length > 0 && { affixedSeal }),
      ...(includedConsignmentItem && { includedConsignmentItem }),
    },
  ];
}

/** The sum of the lines, where all of them have a mass in kilograms. */
function massOf({ includedConsignmentItem = [] }: Note): Note['grossWeight'] {
  const masses = includedConsignmentItem.map(({ grossWeight }) => (grossWeight?.unitCode === 'KGM' ? grossWeight.value : ''));
  const value = masses.length > 0 ? sumDecimals(masses) : undefined;
  return value === undefined ? undefined : { value, unitCode: 'KGM' };
}

/** The first carrier concludes the contract, at the departure station. */
function stampOf({ carrierSection, departureLocation }: Note): Note['acceptanceStamp'] {
  const carrier = carrierSection?.[0]?.carrier.name;
  return carrier === undefined || !departureLocation
    ? undefined
    : { certifyingParty: { name: carrier }, occurrenceLocation: departureLocation };
}

const sealsOf = ({ usedTransportEquipment = [] }: Note): NonNullable<Note['affixedSeal']> =>
  usedTransportEquipment.flatMap(({ affixedSeal = [] }) => affixedSeal.map(({ id }) => ({ id, quantity: '1' })));
