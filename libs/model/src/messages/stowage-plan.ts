import { z } from 'zod';
import {
  LogisticsLocation,
  LogisticsTransportEquipment,
  LogisticsTransportMovement,
  ReferencedDocument,
  TradeParty,
  TransportDangerousGoods,
} from '../trade.ts';
import { Code, Measure } from '../values.ts';
import { base } from './header.ts';

/** Where containers stand on board, and which places are empty (BAPLIE). */
export const StowagePlan = z.strictObject({
  ...base('StowagePlan'),
  carrier: TradeParty.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  stowagePosition: z
    .array(
      z.strictObject({
        /** Bay, row and tier, for example 0140382. */
        id: z.string(),
        grossWeight: Measure.optional(),
        information: z.string().optional(),
        loadingLocation: LogisticsLocation.optional(),
        unloadingLocation: LogisticsLocation.optional(),
        destinationLocation: LogisticsLocation.optional(),
        setTemperature: Measure.optional(),
        transportContractDocument: ReferencedDocument.optional(),
        /** Absent for an empty place. */
        usedTransportEquipment: z
          .array(LogisticsTransportEquipment.extend({ operator: TradeParty.optional(), movementStatusCode: Code.optional() }))
          .optional(),
        transportDangerousGoods: z.array(TransportDangerousGoods).optional(),
      }),
    )
    .optional(),
});
export type StowagePlan = z.infer<typeof StowagePlan>;
