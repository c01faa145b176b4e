import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportEquipment, LogisticsTransportMovement, TradeParty } from '../trade.ts';
import { base } from './header.ts';
import { noteBody } from './rail-consignment-note.ts';

/** One manifest bill covering one note, or several merged ones (归并). */
export const MergedBill = z.strictObject({ id: z.string(), consignmentNoteId: z.array(z.string()).min(1) });

/**
 * A train as the port hands it over: its wagons in order, the notes they travel under, and how notes merge into
 * manifest bills. A note in no bill becomes a bill of its own number.
 */
export const TrainConsist = z.strictObject({
  ...base('TrainConsist'),
  mainCarriageTransportMovement: LogisticsTransportMovement,
  departureLocation: LogisticsLocation.optional(),
  borderLocation: LogisticsLocation.optional(),
  declarationCustomsOffice: LogisticsLocation.optional(),
  carrier: TradeParty.optional(),
  wagon: z.array(LogisticsTransportEquipment),
  consignmentNote: z.array(z.strictObject(noteBody)),
  manifestBill: z.array(MergedBill).optional(),
});
export type TrainConsist = z.infer<typeof TrainConsist>;
