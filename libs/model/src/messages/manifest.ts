import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportMovement, SupplyChainConsignment, TradeParty } from '../trade.ts';
import { base } from './header.ts';

/** Cargo manifest, sea or rail (customs MT1101, MT2101, rail profile). A train is the movement, a note or merged bill a consignment. */
export const Manifest = z.strictObject({
  ...base('Manifest'),
  representativePerson: TradeParty.optional(),
  exitCustomsOffice: LogisticsLocation.optional(),
  declarationCustomsOffice: LogisticsLocation.optional(),
  agent: TradeParty.optional(),
  carrier: TradeParty.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  consignment: z.array(SupplyChainConsignment).optional(),
  information: z.string().optional(),
});
export type Manifest = z.infer<typeof Manifest>;
