import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportEquipment, LogisticsTransportMovement, SupplyChainConsignment } from '../trade.ts';
import { DateTime } from '../values.ts';
import { base } from './header.ts';

/** Arrival of containers or break-bulk consignments at the supervised yard (customs MT3101; on import after diversion or distribution MT3102; their air twins). */
export const ArrivalReport = z.strictObject({
  ...base('ArrivalReport'),
  declarationCustomsOffice: LogisticsLocation.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  unloadingLocation: LogisticsLocation.optional(),
  arrivalDateTime: DateTime.optional(),
  consignment: z.array(SupplyChainConsignment).optional(),
  usedTransportEquipment: z.array(LogisticsTransportEquipment).optional(),
  information: z.string().optional(),
});
export type ArrivalReport = z.infer<typeof ArrivalReport>;
