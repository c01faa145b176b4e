import { z } from 'zod';
import {
  LogisticsLocation,
  LogisticsTransportEquipment,
  LogisticsTransportMovement,
  ReferencedDocument,
  TradeParty,
  TransportDangerousGoods,
  TransportEvent,
} from '../trade.ts';
import { Code, Measure } from '../values.ts';
import { base } from './header.ts';

/** Equipment that a terminal moves, with what it needs to know of its load. */
export const HandledEquipment = LogisticsTransportEquipment.extend({
  /** UNTDED 8249: export, import, remain on board, shifter, transhipment. */
  movementStatusCode: Code.optional(),
  bookingDocument: ReferencedDocument.optional(),
  transportContractDocument: ReferencedDocument.optional(),
  /** When and where it passed the gate, was discharged or loaded. */
  movementEvent: TransportEvent.optional(),
  loadingLocation: LogisticsLocation.optional(),
  unloadingLocation: LogisticsLocation.optional(),
  destinationLocation: LogisticsLocation.optional(),
  onCarriageTransportMovement: LogisticsTransportMovement.optional(),
  operator: TradeParty.optional(),
  transportDangerousGoods: z.array(TransportDangerousGoods).optional(),
  /** How customs wants it examined, and where it stands in the yard. */
  examinationKindCode: Code.optional(),
  yardPositionId: z.string().optional(),
  /** On a road vehicle: front or back (list VehiclePosition). */
  vehiclePositionCode: Code.optional(),
  information: z.string().optional(),
});
export type HandledEquipment = z.infer<typeof HandledEquipment>;

/** A road vehicle at the gate: where, in which place of the queue, with which cards. */
export const GatePassage = z.strictObject({
  areaId: z.string().optional(),
  channelId: z.string().optional(),
  sequenceNumber: z.string().optional(),
  /** Number plate. */
  vehicleId: z.string().optional(),
  vehicleCardId: z.string().optional(),
  driverCardId: z.string().optional(),
  grossWeight: Measure.optional(),
});

const members = {
  /** What was or shall be done: gate in, gate out, discharge, loading (list UN-1001). */
  movementTypeCode: Code.optional(),
  carrier: TradeParty.optional(),
  terminalOperator: TradeParty.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  usedTransportEquipment: z.array(HandledEquipment).optional(),
  /** Customs' instructions to yards and what yards report on them (CLM): the office, import or export, the bill and declaration all is about. */
  customsOffice: LogisticsLocation.optional(),
  tradeDirectionCode: Code.optional(),
  transportContractDocument: ReferencedDocument.optional(),
  customsDocument: ReferencedDocument.optional(),
  agent: TradeParty.optional(),
  arrivalEvent: TransportEvent.optional(),
  gatePassage: GatePassage.optional(),
  /** Feeder transfer: from the area of one office to that of another, perhaps on another vessel than was said before. */
  departureCustomsOffice: LogisticsLocation.optional(),
  destinationCustomsOffice: LogisticsLocation.optional(),
  changedTransportMovement: LogisticsTransportMovement.optional(),
  /** Containers by bill, where the source groups them. */
  consignment: z
    .array(
      z.strictObject({
        transportContractDocument: ReferencedDocument.optional(),
        usedTransportEquipment: z.array(HandledEquipment).optional(),
        information: z.string().optional(),
      }),
    )
    .optional(),
  information: z.string().optional(),
};

/** Report of a terminal that containers passed its gate, or were discharged from or loaded on board (CODECO, COARRI). */
export const EquipmentMovementReport = z.strictObject({ ...base('EquipmentMovementReport'), ...members });
export type EquipmentMovementReport = z.infer<typeof EquipmentMovementReport>;

/** Order to a terminal to discharge or load containers (COPRAR). */
export const EquipmentMovementOrder = z.strictObject({ ...base('EquipmentMovementOrder'), ...members });
export type EquipmentMovementOrder = z.infer<typeof EquipmentMovementOrder>;
