/**
 * Projections: one canonical message to those a receiver needs. Pure; the same message always gives the same result. One
 * table; a new projection is a file and a row.
 */
import { ExchangeError, type CanonicalMessage } from '#model';

export type Projection = (message: CanonicalMessage) => readonly CanonicalMessage[];

export const PROJECTIONS: Readonly<Record<string, Projection>> = {};

/** Applies a projection by name; throws ROUTE_MISSING when there is none of that name. */
export function project(name: string, message: CanonicalMessage): readonly CanonicalMessage[] {
  const projection = Object.hasOwn(PROJECTIONS, name) ? PROJECTIONS[name] : undefined;
  if (!projection) throw new ExchangeError('ROUTE_MISSING', { detail: `There is no projection ${name}.` });
  return projection(message);
}
