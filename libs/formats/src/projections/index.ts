/**
 * Projections: one canonical message to those a receiver needs. Pure; the same message always gives the same result, ids
 * included. One table; a new projection is a file and a row.
 */
import { ExchangeError, type CanonicalMessage, type CanonicalOf, type MessageType } from '#model';
import { clearanceStatus } from './clearance-status.ts';
import { consignmentNotes } from './consignment-notes.ts';
import { railManifest } from './rail-manifest.ts';

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
  clearanceStatus: row('ManifestResponse', 'ClearanceStatus', clearanceStatus),
};

/** Applies a projection by name; throws ROUTE_MISSING when there is none of that name for messages of this type. */
export function project(name: string, message: CanonicalMessage): readonly CanonicalMessage[] {
  const projection = Object.hasOwn(PROJECTIONS, name) ? PROJECTIONS[name] : undefined;
  if (projection?.from !== message.type)
    throw new ExchangeError('ROUTE_MISSING', { detail: `There is no projection ${name} of ${message.type}.` });
  return projection.apply(message);
}
