import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportEquipment, LogisticsTransportMovement, TradeParty } from '../trade.ts';
import { Code, DateTime } from '../values.ts';
import { VesselParticulars } from '../vessel.ts';
import { base } from './header.ts';

/**
 * Conveyance report (the WCO's term): that a train or vehicle is planned, expected, has arrived or has left, with the
 * equipment it consists of and nothing of the goods. Trains (plan, forecast, arrival, departure), road customs MT4404 and MT4406.
 */
export const ConveyanceReport = z.strictObject({
  ...base('ConveyanceReport'),
  /** plan, forecast, arrival, departure (list ConveyanceReportKind); absent where the message type says it all. */
  reportCode: Code.optional(),
  declarationCustomsOffice: LogisticsLocation.optional(),
  /** Who reports. */
  representativePerson: TradeParty.optional(),
  carrier: TradeParty.optional(),
  agent: TradeParty.optional(),
  /** Its id is the train number, or the batch number a road vehicle travels under. */
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  customsProcedureCode: Code.optional(),
  /** Wagons in order, containers, trailers. */
  usedTransportEquipment: z.array(LogisticsTransportEquipment).optional(),
  /** When it was declared, where that is not when the message was sent. */
  declarationDateTime: DateTime.optional(),
  /** Goods on board in a few words. */
  cargoDescription: z.string().optional(),
  /** Of a vessel that is registered with the port. */
  vesselParticulars: VesselParticulars.optional(),
  information: z.string().optional(),
});
export type ConveyanceReport = z.infer<typeof ConveyanceReport>;
