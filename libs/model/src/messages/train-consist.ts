import { z } from 'zod';
import { ConsignmentNotePart, LogisticsLocation, LogisticsTransportEquipment, LogisticsTransportMovement, TradeParty } from '../trade.ts';
import { Code, Measure } from '../values.ts';
import { base } from './header.ts';
import { noteBody } from './rail-consignment-note.ts';

/** One manifest bill covering one note, several merged ones (归并), or parts of notes (分票). */
export const MergedBill = z.strictObject({
  id: z.string(),
  consignmentNoteId: z.array(z.string()).min(1),
  /** For notes that are split over several bills: what of them goes into this one, in the note's own item numbers. */
  notePart: z.array(ConsignmentNotePart.omit({ consignor: true, consignee: true })).optional(),
});

/** A wagon of the train, with what only the train list of the railways (message 02) says of it. */
export const TrainWagon = z.strictObject({
  ...LogisticsTransportEquipment.shape,
  rollerBearingCode: Code.optional(),
  /** ETSNG code of the goods on it (00300: large containers). */
  cargoTariffCode: Code.optional(),
  consigneeCode: Code.optional(),
  specialMark1: Code.optional(),
  specialMark2: Code.optional(),
  specialMark3: Code.optional(),
  specialMark4: Code.optional(),
  loadedContainerQuantity: z.string().optional(),
  emptyContainerQuantity: z.string().optional(),
  exitStationCode: Code.optional(),
  note1: z.string().optional(),
  note2: z.string().optional(),
});

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
  /** Train list: when and from which end the train was listed (no year), conditional length, mass, and codes of the train. */
  listingMoment: z.string().optional(),
  listingDirectionCode: Code.optional(),
  conditionalLength: z.string().optional(),
  totalGrossWeight: Measure.optional(),
  coverCode: Code.optional(),
  oversizeCode: Code.optional(),
  livestockCode: Code.optional(),
  routeCode: Code.optional(),
  wagon: z.array(TrainWagon),
  consignmentNote: z.array(z.strictObject(noteBody)),
  manifestBill: z.array(MergedBill).optional(),
});
export type TrainConsist = z.infer<typeof TrainConsist>;
