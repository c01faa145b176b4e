/**
 * Projections: one canonical message to those a receiver needs. Pure; the same message always gives the same result, ids
 * included. One table; a new projection is a file and a row.
 */
import { ExchangeError, type CanonicalMessage, type CanonicalOf, type MessageType } from '#model';
import { billEquipment } from './bill-equipment.ts';
import { clearanceStatus } from './clearance-status.ts';
import { consignmentNotes } from './consignment-notes.ts';
import { conveyanceReport } from './conveyance-report.ts';
import { declarationStatus } from './declaration-status.ts';
import { iftminNote } from './iftmin-note.ts';
import { notesOfBills } from './notes-of-bills.ts';
import { railManifest } from './rail-manifest.ts';
import { railwayBill } from './railway-bill.ts';

export interface Projection {
  /** The type it takes; a message of another type is a fault of the route. */
  readonly from: MessageType;
  readonly to: MessageType;
  apply(message: CanonicalMessage): readonly CanonicalMessage[];
}

const row = <T extends MessageType>(
  from: T,
  to: MessageType,
  apply: (message: CanonicalOf<T>) => readonly CanonicalMessage[],
): Projection => ({
  from,
  to,
  apply: (message) => apply(message as CanonicalOf<T>),
});

export const PROJECTIONS: Readonly<Record<string, Projection>> = {
  railManifest: row('TrainConsist', 'Manifest', railManifest),
  consignmentNotes: row('TrainConsist', 'RailConsignmentNote', consignmentNotes),
  railwayBill: row('RailConsignmentNote', 'RailConsignmentNote', railwayBill),
  iftminNote: row('RailConsignmentNote', 'RailConsignmentNote', iftminNote),
  billEquipment: row('Manifest', 'Manifest', billEquipment),
  notesOfBills: row('Manifest', 'RailConsignmentNote', notesOfBills),
  trainPlan: row('TrainConsist', 'ConveyanceReport', conveyanceReport('plan')),
  trainForecast: row('TrainConsist', 'ConveyanceReport', conveyanceReport('forecast')),
  trainArrival: row('TrainConsist', 'ConveyanceReport', conveyanceReport('arrival')),
  trainDeparture: row('TrainConsist', 'ConveyanceReport', conveyanceReport('departure')),
  clearanceStatus: row('ManifestResponse', 'ClearanceStatus', clearanceStatus),
  declarationStatus: row('DeclarationResponse', 'ClearanceStatus', declarationStatus),
};

/** Applies a projection by name; throws ROUTE_MISSING when there is none of that name for messages of this type. */
export function project(name: string, message: CanonicalMessage): readonly CanonicalMessage[] {
  const projection = Object.hasOwn(PROJECTIONS, name) ? PROJECTIONS[name] : undefined;
  if (projection?.from !== message.type)
    throw new ExchangeError('ROUTE_MISSING', { detail: `There is no projection ${name} of ${message.type}.` });
  return projection.apply(message);
}
