import { createHash } from 'node:crypto';
import type { LogisticsTransportEquipment, RailConsignmentNote, WagonTransferList } from '#model';
import { MODEL_VERSION } from '#model';
import type { TrainArrival } from '../arrivals.ts';

type TransferredWagon = WagonTransferList['transferredWagon'][number];

const GAUGE = 'Gauge';

/** One row for each box on each wagon that came, in the order of the train, with the 1520 mm wagon it stands on now. */
export function transferList(train: TrainArrival, notes: readonly RailConsignmentNote[], now: Date): WagonTransferList {
  const loads = notes
    .flatMap((note) => wagonLoads(note))
    .sort((a, b) => train.wagonId.indexOf(a.wagon.id) - train.wagonId.indexOf(b.wagon.id));
  const [first] = notes;
  const border = first?.borderCrossingLocation?.[0];
  const [handing, receiving] = first?.carrierSection ?? [];
  const from = first?.departureLocation?.railwayCode?.value;
  const to = border?.railwayCode?.value;
  return {
    model: MODEL_VERSION,
    type: 'WagonTransferList',
    header: {
      messageId: `PV-${train.trainIndex ?? train.id}-${now.toISOString().slice(0, 10)}`,
      functionCode: { value: '9', listId: 'UN-1225' },
      ...(first?.header.recipientId === undefined ? {} : { senderId: first.header.recipientId }),
      ...(first?.header.senderId === undefined ? {} : { recipientId: first.header.senderId }),
      issueDateTime: now.toISOString(),
    },
    transferDocument: { id: digits(train.trainIndex ?? train.id, 6), formattedIssueDateTime: now.toISOString() },
    mainCarriageTransportMovement: { id: train.id, ...(train.trainIndex === undefined ? {} : { trainIndex: train.trainIndex }) },
    handingOver: {
      ...(from === undefined ? {} : { railwayCode: from }),
      ...(border ? { location: border } : {}),
      ...(handing ? { carrier: handing.carrier } : {}),
    },
    receiving: {
      ...(to === undefined ? {} : { railwayCode: to }),
      ...(border ? { location: border } : {}),
      ...(receiving ? { carrier: receiving.carrier } : {}),
    },
    transferredWagon: loads.map((load, index) => row(load, index, now)),
  };
}

interface Load {
  readonly note: RailConsignmentNote;
  readonly wagon: LogisticsTransportEquipment;
  readonly container?: { id: string };
}

function wagonLoads(note: RailConsignmentNote): Load[] {
  const wagons = (note.usedTransportEquipment ?? []).filter(({ categoryCode }) => categoryCode?.value === 'RR');
  return wagons.flatMap((wagon): Load[] => {
    const boxes = wagon.carriedTransportEquipment ?? [];
    return boxes.length === 0 ? [{ note, wagon }] : boxes.map((container) => ({ note, wagon, container }));
  });
}

function row({ note, wagon, container }: Load, index: number, now: Date): TransferredWagon {
  const items = note.includedConsignmentItem ?? [];
  const item =
    items.find(({ associatedTransportEquipment: on }) => on?.some(({ id }) => id === container?.id || id === wagon.id)) ?? items[0];
  const toWagonId = wagon1520(wagon.id);
  const gross = wagon.carriedGrossWeight;
  const seals = wagon.affixedSeal;
  return {
    sequenceNumber: String(index + 1),
    wagon: { id: toWagonId, categoryCode: { value: 'RR', listId: 'UN-8053' }, gaugeCode: { value: '1520', listId: GAUGE } },
    transportContractDocument: note.transportContractDocument,
    ...(note.departureLocation ? { departureLocation: note.departureLocation } : {}),
    ...(note.destinationLocation ? { destinationLocation: note.destinationLocation } : {}),
    ...(note.departureLocation?.railwayCode ? { departureRailwayCode: note.departureLocation.railwayCode } : {}),
    ...(container ? { container } : {}),
    ...(item ? { consignmentItem: item } : {}),
    ...(gross ? { grossWeight: gross } : {}),
    ...(seals ? { affixedSeal: seals, sealQuantity: String(seals.length) } : {}),
    ...(note.consignor ? { consignor: note.consignor } : {}),
    ...(note.consignee ? { consignee: note.consignee } : {}),
    transshipmentRecord: {
      fromGaugeCode: { value: '1435', listId: GAUGE },
      toGaugeCode: { value: '1520', listId: GAUGE },
      fromWagonId: wagon.id,
      toWagonId,
      ...(gross ? { grossWeight: gross } : {}),
      occurrenceDateTime: now.toISOString(),
      ...(note.borderCrossingLocation?.[0] ? { occurrenceLocation: note.borderCrossingLocation[0] } : {}),
    },
  };
}

/** A flat wagon (first digit 9, 4) of 1520 mm for the load of this one: eight digits, the last a check digit. */
function wagon1520(wagonId: string): string {
  const first = `94${digits(wagonId, 5)}`;
  const sum = [...first].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return `${first}${(10 - (sum % 10)) % 10}`;
}

/** Digits that follow from a text, so that the same train and wagon give the same numbers again. */
function digits(text: string, count: number): string {
  const number = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  return String(number % 10 ** count).padStart(count, '0');
}
