import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportEquipment, LogisticsTransportMovement, ReferencedDocument, TradeParty } from '../trade.ts';
import { Code, DateTime } from '../values.ts';
import { base } from './header.ts';

/** One status a consignment reached or is expected to reach. */
export const TransportStatus = z.strictObject({
  categoryCode: Code.optional(),
  /** What happened: arrived, departed, discharged, … (list UN-4405). */
  statusCode: Code.optional(),
  statusText: z.string().optional(),
  reasonCode: Code.optional(),
  reasonText: z.string().optional(),
  actualOccurrenceDateTime: DateTime.optional(),
  estimatedOccurrenceDateTime: DateTime.optional(),
  occurrenceLocation: LogisticsLocation.optional(),
  information: z.string().optional(),
  usedTransportMovement: z.array(LogisticsTransportMovement).optional(),
  usedTransportEquipment: z.array(LogisticsTransportEquipment).optional(),
});
export type TransportStatus = z.infer<typeof TransportStatus>;

/** Statuses of consignments on their way, by any mode of transport (IFTSTA). */
export const TransportStatusReport = z.strictObject({
  ...base('TransportStatusReport'),
  carrier: TradeParty.optional(),
  consignor: TradeParty.optional(),
  consignee: TradeParty.optional(),
  information: z.string().optional(),
  consignment: z
    .array(
      z.strictObject({
        sequenceNumber: z.string().optional(),
        transportContractDocument: ReferencedDocument.optional(),
        status: z.array(TransportStatus).optional(),
      }),
    )
    .optional(),
});
export type TransportStatusReport = z.infer<typeof TransportStatusReport>;
