import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportMovement, SupplyChainConsignment, TradeParty } from '../trade.ts';
import { base } from './header.ts';

/** Request of a yard operator to bring in or take out the empty containers of some bills (customs MTECIM, MTECEX). */
export const EmptyContainerMovement = z.strictObject({
  ...base('EmptyContainerMovement'),
  /** Operator of the supervised yard. */
  representativePerson: TradeParty.optional(),
  declarationCustomsOffice: LogisticsLocation.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  consignment: z.array(SupplyChainConsignment).optional(),
  information: z.string().optional(),
});
export type EmptyContainerMovement = z.infer<typeof EmptyContainerMovement>;
