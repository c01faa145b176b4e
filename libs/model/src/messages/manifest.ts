import { z } from 'zod';
import {
  LogisticsLocation,
  LogisticsTransportEquipment,
  LogisticsTransportMovement,
  SupplyChainConsignment,
  TradeParty,
} from '../trade.ts';
import { base } from './header.ts';

/** Cargo manifest by sea, air, road or rail: original, advance or loading (customs MT1101, MT2101, MT4101 and their kin; `header.typeCode` tells which). A train is the movement, a note or merged bill a consignment. */
export const Manifest = z.strictObject({
  ...base('Manifest'),
  representativePerson: TradeParty.optional(),
  exitCustomsOffice: LogisticsLocation.optional(),
  declarationCustomsOffice: LogisticsLocation.optional(),
  agent: TradeParty.optional(),
  carrier: TradeParty.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  consignment: z.array(SupplyChainConsignment).optional(),
  /** Containers of the whole, where the source lists them beside the consignments and goods name them (CUSCAR, IFCSUM). */
  usedTransportEquipment: z.array(LogisticsTransportEquipment).optional(),
  /** Ports the file goes between. */
  sendingPort: LogisticsLocation.optional(),
  receivingPort: LogisticsLocation.optional(),
  /** Further receivers, by code. */
  copyRecipientId: z.array(z.string()).optional(),
  information: z.string().optional(),
});
export type Manifest = z.infer<typeof Manifest>;
