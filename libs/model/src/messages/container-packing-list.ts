import { z } from 'zod';
import {
  LogisticsLocation,
  LogisticsTransportEquipment,
  LogisticsTransportMovement,
  SupplyChainConsignment,
  TradeParty,
  TransportEvent,
} from '../trade.ts';
import { base } from './header.ts';

/** A container with what was packed into it, one consignment a bill. */
export const PackedContainer = z.strictObject({
  ...LogisticsTransportEquipment.shape,
  /** Number of the packing list (UNTDED 1154). */
  packingListId: z.string().optional(),
  /** Where and when it was packed. */
  loadingEvent: TransportEvent.optional(),
  consignment: z.array(SupplyChainConsignment).optional(),
});

/** Container packing list (customs MT7101): what stands in each container. */
export const ContainerPackingList = z.strictObject({
  ...base('ContainerPackingList'),
  representativePerson: TradeParty.optional(),
  declarationCustomsOffice: LogisticsLocation.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  usedTransportEquipment: z.array(PackedContainer).optional(),
  information: z.string().optional(),
});
export type ContainerPackingList = z.infer<typeof ContainerPackingList>;
