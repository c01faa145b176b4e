import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportEquipment, ReferencedDocument, SupplyChainConsignmentItem, TradeParty } from '../trade.ts';
import { noteExtension } from '../rail.ts';
import { DateTime, Measure } from '../values.ts';
import { base } from './header.ts';

/** The carrier's section of the route (SMGS box 22). */
export const CarrierSection = z.strictObject({
  carrier: TradeParty,
  fromLocation: LogisticsLocation.optional(),
  toLocation: LogisticsLocation.optional(),
  /** Stations where something is done with the train or the load. */
  technologicalStation: z
    .array(z.strictObject({ sequenceNumber: z.string().optional(), remark: z.string().optional(), location: LogisticsLocation.optional() }))
    .optional(),
});

/** Body of an SMGS consignment note; comments give the numbered box of the form. */
export const noteBody = {
  /** Box 29. */
  transportContractDocument: ReferencedDocument,
  /** Box 26. */
  carrierAcceptanceDateTime: DateTime.optional(),
  /** Box 1. */
  consignor: TradeParty.optional(),
  /** Box 4. */
  consignee: TradeParty.optional(),
  /** Box 2. */
  departureLocation: LogisticsLocation.optional(),
  /** Box 5. */
  destinationLocation: LogisticsLocation.optional(),
  /** Box 6: the border stations fix the route. */
  borderCrossingLocation: z.array(LogisticsLocation).optional(),
  /** Box 3. */
  consignorDeclaration: z.array(z.string()).optional(),
  /** Box 25. */
  consigneeInformation: z.array(z.string()).optional(),
  /** Box 6, in words. */
  requestedRoute: z.array(z.string()).optional(),
  transportRemark: z.array(z.string()).optional(),
  /** Box 28. */
  customsRemark: z.array(z.string()).optional(),
  /** Box 20: consignor or carrier. */
  loadedByCode: z.strictObject({ value: z.string(), listId: z.string(), name: z.string().optional() }).optional(),
  /** Box 21. */
  massDeterminationText: z.array(z.string()).optional(),
  /** Box 24. */
  associatedDocument: z.array(ReferencedDocument).optional(),
  /** Box 23. */
  freightPayer: z.array(TradeParty).optional(),
  /** Box 22. */
  carrierSection: z.array(CarrierSection).optional(),
  /** Boxes 15 to 18. */
  includedConsignmentItem: z.array(SupplyChainConsignmentItem).optional(),
  /** Boxes 7 to 14 and the containers. */
  usedTransportEquipment: z.array(LogisticsTransportEquipment).optional(),
  grossWeight: Measure.optional(),
  numberOfPackages: z.string().optional(),
  replacedMessageId: z.string().optional(),
  packetId: z.string().optional(),
  ...noteExtension,
};

/** SMGS consignment note: the contract of carriage by rail (IFTMIN D.97A OSJD, RailwayBill). */
export const RailConsignmentNote = z.strictObject({ ...base('RailConsignmentNote'), ...noteBody });
export type RailConsignmentNote = z.infer<typeof RailConsignmentNote>;
