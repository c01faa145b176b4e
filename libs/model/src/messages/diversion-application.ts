import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportMovement, SupplyChainConsignment } from '../trade.ts';
import { DateTime } from '../values.ts';
import { base } from './header.ts';

/**
 * Request to move discharged goods to another supervised yard: diversion and port clearing (customs MT6101) or
 * distribution of a master bill's goods (MT6102), and their air twins. `header.typeCode` tells which.
 */
export const DiversionApplication = z.strictObject({
  ...base('DiversionApplication'),
  /** The inward movement; its unloading event holds place and start of discharge. */
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  cargoFacilityLocation: LogisticsLocation.optional(),
  despatchDateTime: DateTime.optional(),
  /** Why the goods enter or leave the yard. */
  purposeText: z.string().optional(),
  /** Each names the movements that carry it on. */
  consignment: z.array(SupplyChainConsignment).optional(),
  information: z.string().optional(),
});
export type DiversionApplication = z.infer<typeof DiversionApplication>;
