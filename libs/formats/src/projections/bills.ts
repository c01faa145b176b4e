import type { CanonicalOf } from '#model';
import { sumDecimals } from '../decimals.ts';

type Consist = CanonicalOf<'TrainConsist'>;
type ManifestBill = NonNullable<Consist['manifestBill']>[number];
export type Note = Consist['consignmentNote'][number];
type Item = NonNullable<Note['includedConsignmentItem']>[number];
type Mass = Note['grossWeight'];

export interface Bill {
  readonly id: string;
  /** Whole notes, or what of them stands under this bill. */
  readonly notes: readonly Note[];
  /** The train names this bill; else it is a note of its own. */
  readonly merged: boolean;
}

/** The manifest bills of a train, in the order of their first note; a note in no bill is a bill of its own number. */
export function billsOf(consist: Consist): Bill[] {
  const bills = new Map<string, { id: string; notes: Note[]; merged: boolean }>();
  for (const [index, note] of consist.consignmentNote.entries()) {
    const noteId = note.transportContractDocument.id ?? String(index + 1);
    const over = (consist.manifestBill ?? []).filter((bill) => bill.consignmentNoteId.includes(noteId));
    // A note's own number and a bill's number may be the same text and are still two bills.
    if (over.length === 0) bills.set(`note ${noteId}`, { id: noteId, notes: [note], merged: false });
    for (const bill of over) {
      const part = partOf(note, noteId, bill);
      const known = bills.get(`bill ${bill.id}`);
      if (known) known.notes.push(part);
      else bills.set(`bill ${bill.id}`, { id: bill.id, notes: [part], merged: true });
    }
  }
  return [...bills.values()];
}

/** What of a note the bill takes: all of it, unless the bill names a part (分票). */
function partOf(note: Note, noteId: string, { notePart = [] }: ManifestBill): Note {
  const part = notePart.find(({ id }) => id === noteId);
  if (!part) return note;
  const { includedConsignmentItem, usedTransportEquipment } = note;
  const rest: Note = { ...note };
  delete rest.includedConsignmentItem;
  delete rest.usedTransportEquipment;
  delete rest.numberOfPackages;
  delete rest.grossWeight;
  const items = numbered(includedConsignmentItem ?? []).filter(({ sequenceNumber }) => part.itemSequenceNumber?.includes(sequenceNumber));
  const taken = part.equipmentId ?? items.flatMap((item) => item.associatedTransportEquipment?.map(({ id }) => id) ?? []);
  const equipment = usedTransportEquipment?.filter(({ id }) => taken.includes(id));
  const packages = part.numberOfPackages ?? totalOf(items.map((item) => item.transportPackage?.itemQuantity));
  const mass = part.grossWeight ?? massOf(items);
  return {
    ...rest,
    ...(packages !== undefined && { numberOfPackages: packages }),
    ...(mass && { grossWeight: mass }),
    ...(items.length > 0 && { includedConsignmentItem: items }),
    ...(equipment && { usedTransportEquipment: equipment }),
  };
}

const numbered = (items: readonly Item[]) =>
  items.map((item, index) => ({ ...item, sequenceNumber: item.sequenceNumber ?? String(index + 1) }));

/** A total only where every part has a number. */
export function totalOf(values: readonly (string | undefined)[]): string | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length && known.length > 0 ? sumDecimals(known) : undefined;
}

/** A total of masses in one unit, only where every part has one. */
export function massOf(parts: readonly { readonly grossWeight?: Mass }[]): Mass {
  const unit = parts[0]?.grossWeight?.unitCode;
  if (unit === undefined || parts.some(({ grossWeight }) => grossWeight?.unitCode !== unit)) return undefined;
  const value = totalOf(parts.map(({ grossWeight }) => grossWeight?.value));
  return value === undefined ? undefined : { value, unitCode: unit };
}
