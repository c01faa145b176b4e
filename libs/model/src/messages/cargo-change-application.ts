import { z } from 'zod';
import { LogisticsTransportMovement, SupplyChainConsignment } from '../trade.ts';
import { base } from './header.ts';

/** A bill, and the bill it becomes when the change gives it another number, container or goods. */
export const ChangedConsignment = z.strictObject({
  ...SupplyChainConsignment.shape,
  changedConsignment: SupplyChainConsignment.optional(),
});

/**
 * Request to change what a manifest said of bills: another port of arrival (customs MT8101), short-shipped (MT8102),
 * another means of transport after that (MT8103) or directly (MT8104), and their air twins. `header.typeCode` tells which.
 */
export const CargoChangeApplication = z.strictObject({
  ...base('CargoChangeApplication'),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  /** The movement after the change; a change of port names it in the unloading event. Absent for short shipment. */
  changedTransportMovement: LogisticsTransportMovement.optional(),
  consignment: z.array(ChangedConsignment).optional(),
  information: z.string().optional(),
});
export type CargoChangeApplication = z.infer<typeof CargoChangeApplication>;
