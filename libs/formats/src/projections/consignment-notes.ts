import { LogisticsTransportEquipment, MODEL_VERSION, type CanonicalOf } from '#model';
import { derivedId } from './derived-id.ts';

type Consist = CanonicalOf<'TrainConsist'>;
type Note = Consist['consignmentNote'][number];
type Wagon = Consist['wagon'][number];
type Equipment = NonNullable<Note['usedTransportEquipment']>[number];

/** Each note of a train as a message of its own, with what the train list knows about its wagons. */
export function consignmentNotes(consist: Consist): CanonicalOf<'RailConsignmentNote'>[] {
  const wagons = new Map(consist.wagon.map((wagon) => [wagon.id, wagon]));
  return consist.consignmentNote.map((note, index) => {
    const usedTransportEquipment = equipmentOf(note, wagons);
    return {
      model: MODEL_VERSION,
      type: 'RailConsignmentNote',
      header: {
        ...carriedHeader(consist),
        messageId: derivedId('N', consist.header.messageId, note.transportContractDocument.id ?? String(index)),
      },
      ...note,
      ...(usedTransportEquipment.length > 0 && { usedTransportEquipment }),
    };
  });
}

/** What of the train's head holds for a message made from it; type and version are those of the receiving format. */
export function carriedHeader({ header }: { readonly header: Consist['header'] }): Omit<Consist['header'], 'messageId'> {
  const { functionCode, senderId, recipientId, issueDateTime, testIndicator } = header;
  return {
    functionCode,
    ...(senderId !== undefined && { senderId }),
    ...(recipientId !== undefined && { recipientId }),
    ...(issueDateTime !== undefined && { issueDateTime }),
    ...(testIndicator !== undefined && { testIndicator }),
  };
}

/** The note's wagons and containers; a wagon the note only names through its containers is taken from the train. */
export function equipmentOf(note: Note, wagons: ReadonlyMap<string, Wagon>): Equipment[] {
  const own = note.usedTransportEquipment ?? [];
  const listed = new Set(own.map(({ id }) => id));
  const carriers = new Set(
    own.flatMap(({ carryingWagonId }) => (carryingWagonId !== undefined && !listed.has(carryingWagonId) ? [carryingWagonId] : [])),
  );
  const added = [...carriers].flatMap((id) => equipmentAs(wagons.get(id)) ?? []);
  return [...added, ...own.map((equipment) => ({ ...equipmentAs(wagons.get(equipment.id)), ...equipment }))];
}

/** A wagon without what only a train list says of it. */
function equipmentAs(wagon: Wagon | undefined): Equipment | undefined {
  return wagon && (Object.fromEntries(Object.entries(wagon).filter(([key]) => key in LogisticsTransportEquipment.shape)) as Equipment);
}
