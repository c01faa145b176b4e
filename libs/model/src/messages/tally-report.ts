import { z } from 'zod';
import {
  LogisticsLocation,
  LogisticsTransportEquipment,
  LogisticsTransportMovement,
  SupplyChainConsignment,
  TradeParty,
} from '../trade.ts';
import { DateTime } from '../values.ts';
import { base } from './header.ts';

/** What a tally company counted while a vessel or aircraft was worked, on import or export (customs MT5101, MT5102 and their air twins). */
export const TallyReport = z.strictObject({
  ...base('TallyReport'),
  declarationCustomsOffice: LogisticsLocation.optional(),
  /** Loading or discharge place stands in the movement's event; the master in its means of transport. */
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  operationStartDateTime: DateTime.optional(),
  operationCompletionDateTime: DateTime.optional(),
  tallyParty: TradeParty.optional(),
  consignment: z.array(SupplyChainConsignment).optional(),
  usedTransportEquipment: z.array(LogisticsTransportEquipment).optional(),
  information: z.string().optional(),
});
export type TallyReport = z.infer<typeof TallyReport>;
