import { z } from 'zod';
import {
  LogisticsLocation,
  LogisticsSeal,
  LogisticsTransportEquipment,
  ReferencedDocument,
  SupplyChainConsignmentItem,
  TradeParty,
  TransshipmentRecord,
} from '../trade.ts';
import { DateTime, Measure } from '../values.ts';
import { base } from './header.ts';

/** One row: a wagon, the container on it and the goods line it stands for. */
export const TransferredWagon = z.strictObject({
  sequenceNumber: z.string().optional(),
  wagon: LogisticsTransportEquipment,
  transportContractDocument: ReferencedDocument.optional(),
  departureLocation: LogisticsLocation.optional(),
  destinationLocation: LogisticsLocation.optional(),
  departureRailwayCode: z.strictObject({ value: z.string(), listId: z.string(), name: z.string().optional() }).optional(),
  /** Rows give size and tare of a container even where its number is missing. */
  container: z.strictObject({ ...LogisticsTransportEquipment.shape, id: z.string().optional() }).optional(),
  consignmentItem: SupplyChainConsignmentItem.optional(),
  netWeight: Measure.optional(),
  grossWeight: Measure.optional(),
  numberOfPackages: z.string().optional(),
  affixedSeal: z.array(LogisticsSeal).optional(),
  sealQuantity: z.string().optional(),
  consignor: TradeParty.optional(),
  consignee: TradeParty.optional(),
  transshipmentRecord: TransshipmentRecord.optional(),
});

/** Передаточная ведомость: one railway hands wagons to the next at the border. The same list number replaces the earlier list. */
export const WagonTransferList = z.strictObject({
  ...base('WagonTransferList'),
  /** List number and dates. */
  transferDocument: ReferencedDocument,
  mainCarriageTransportMovement: LogisticsTransportMovementRef(),
  handingOver: z
    .strictObject({ railwayCode: z.string().optional(), location: LogisticsLocation.optional(), carrier: TradeParty.optional() })
    .optional(),
  receiving: z
    .strictObject({ railwayCode: z.string().optional(), location: LogisticsLocation.optional(), carrier: TradeParty.optional() })
    .optional(),
  periodStart: DateTime.optional(),
  periodEnd: DateTime.optional(),
  transferredWagon: z.array(TransferredWagon),
});
export type WagonTransferList = z.infer<typeof WagonTransferList>;

function LogisticsTransportMovementRef() {
  return z.strictObject({ id: z.string().optional(), trainIndex: z.string().optional() }).optional();
}
