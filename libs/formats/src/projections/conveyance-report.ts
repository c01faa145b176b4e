import { MODEL_VERSION, type CanonicalOf } from '#model';
import { carriedHeader, equipmentOf } from './consignment-notes.ts';
import { derivedId } from './derived-id.ts';
import { RAIL } from './rail-manifest.ts';

type Consist = CanonicalOf<'TrainConsist'>;
type Report = CanonicalOf<'ConveyanceReport'>;
type Movement = Consist['mainCarriageTransportMovement'];
type Equipment = Consist['wagon'][number];

/** The time each report speaks of; without it the train has nothing to report yet. */
const TIMES = {
  plan: (movement) => movement.departureEvent?.scheduledOccurrenceDateTime,
  forecast: (movement) => movement.arrivalEvent?.scheduledOccurrenceDateTime,
  arrival: (movement) => movement.arrivalEvent?.actualOccurrenceDateTime,
  departure: (movement) => movement.departureEvent?.actualOccurrenceDateTime,
} satisfies Record<string, (movement: Movement) => string | undefined>;

/** A train as the report of one stage of its journey: its wagons and containers in order, nothing of the goods. None before its time is known. */
export const conveyanceReport =
  (kind: keyof typeof TIMES) =>
  (consist: Consist): Report[] => {
    const { carrier, declarationCustomsOffice, mainCarriageTransportMovement: movement } = consist;
    if (TIMES[kind](movement) === undefined) return [];
    return [
      {
        model: MODEL_VERSION,
        type: 'ConveyanceReport',
        header: { ...carriedHeader(consist), messageId: derivedId('T', consist.header.messageId, kind) },
        reportCode: { value: kind, listId: 'ConveyanceReportKind' },
        ...(declarationCustomsOffice && { declarationCustomsOffice }),
        ...(carrier && { carrier }),
        mainCarriageTransportMovement: { ...movement, modeCode: movement.modeCode ?? RAIL },
        usedTransportEquipment: equipmentInOrder(consist),
      },
    ];
  };

/** Each wagon with its place in the train, and the containers on it behind it. */
function equipmentInOrder(consist: Consist): Equipment[] {
  const wagons = new Map(consist.wagon.map((wagon) => [wagon.id, wagon]));
  const containers = consist.consignmentNote.flatMap((note) => equipmentOf(note, wagons)).filter(({ id }) => !wagons.has(id));
  const once = new Map(containers.map((container) => [container.id, container]));
  return [
    ...consist.wagon.flatMap((wagon, index): Equipment[] => {
      const { id, categoryCode, tareWeight } = wagon;
      const known = { id, ...(categoryCode && { categoryCode }), ...(tareWeight && { tareWeight }) };
      return [{ ...known, sequenceNumber: wagon.sequenceNumber ?? String(index + 1) }, ...[...once.values()].filter(on(id)).map(brief)];
    }),
    ...[...once.values()].filter(({ carryingWagonId }) => carryingWagonId === undefined || !wagons.has(carryingWagonId)).map(brief),
  ];
}

const on = (wagon: string) => (equipment: Equipment) => equipment.carryingWagonId === wagon;

const brief = ({ id, categoryCode, sizeTypeCode, fullEmptyCode, carryingWagonId }: Equipment): Equipment => ({
  id,
  ...(categoryCode && { categoryCode }),
  ...(sizeTypeCode && { sizeTypeCode }),
  ...(fullEmptyCode && { fullEmptyCode }),
  ...(carryingWagonId !== undefined && { carryingWagonId }),
});
