/** The nouns of carriage by rail that MMT lacks: stamps, charges and other boxes of the SMGS note. All are extensions. */
import { z } from 'zod';
import { LogisticsLocation, ReferencedDocument, TradeParty, TransportEvent } from './trade.ts';
import { Code, DateTime, Decimal, Measure } from './values.ts';

/** A stamp on the note: which carrier, where, when (local time), and in Moscow time where the document gives that too. */
export const RailwayStamp = z.strictObject({
  ...TransportEvent.shape,
  certifyingParty: TradeParty.optional(),
  moscowDateTime: DateTime.optional(),
});
export type RailwayStamp = z.infer<typeof RailwayStamp>;

/** What one side of the contract (consignor or consignee) pays, in the currency of the tariff and in that of settlement. */
export const RailwayPayment = z.strictObject({
  /** Boxes 44 and 46. */
  tariffCurrencyCode: Code.optional(),
  /** Boxes 45 and 47. */
  settlementCurrencyCode: Code.optional(),
  /** Carriage: boxes 48 to 51. */
  tariffCarriage: Decimal.optional(),
  settlementCarriage: Decimal.optional(),
  /** Extra charges: boxes 52 to 55. */
  tariffExtra: Decimal.optional(),
  settlementExtra: Decimal.optional(),
  /** Together: boxes 56 to 59 for a section, 60 to 63 for the note. */
  tariffTotal: Decimal.optional(),
  settlementTotal: Decimal.optional(),
});

/** Charges of one section of the route (boxes 37 to 59). */
export const RailwayCharge = z.strictObject({
  sequenceNumber: z.string().optional(),
  carrierCode: z.string().optional(),
  fromLocation: LogisticsLocation.optional(),
  toLocation: LogisticsLocation.optional(),
  distance: Measure.optional(),
  chargeableWeight: Measure.optional(),
  extraCharge: z.array(z.strictObject({ code: Code.optional(), name: z.string().optional(), amount: Decimal.optional() })).optional(),
  tariff: z.string().optional(),
  chargedGoods: z.string().optional(),
  exchangeRate: Decimal.optional(),
  consignorPayment: RailwayPayment.optional(),
  consigneePayment: RailwayPayment.optional(),
});

/** Box 23: who pays the charges of a transit railway. */
export const TransitRailwayPayment = z.strictObject({
  railwayCode: Code.optional(),
  railwayName: z.string().optional(),
  railwayShortName: z.string().optional(),
  payer: TradeParty.optional(),
});

/** Box 19 where the note lists seals without saying on which wagon or container they are. */
export const SealDeclaration = z.strictObject({
  id: z.string().optional(),
  quantity: z.string().optional(),
  /** 1 seal, 2 stamp, 3 other (list EAEU-SealKind). */
  typeCode: Code.optional(),
  description: z.string().optional(),
});

/** A road vehicle, trailer or swap body on a wagon. */
export const CarriedVehicle = z.strictObject({
  id: z.string().optional(),
  chassisId: z.string().optional(),
  typeCode: Code.optional(),
  typeName: z.string().optional(),
  makeCode: Code.optional(),
  modelName: z.string().optional(),
  registrationCountryCode: Code.optional(),
  /** The vehicle that pulls it. */
  activeVehicleId: z.string().optional(),
  registrationDocumentId: z.string().optional(),
  carryingWagonId: z.string().optional(),
  tareWeight: Measure.optional(),
  grossGoodsWeightMeasure: Measure.optional(),
  numberOfPackages: z.string().optional(),
  transportUnitQuantity: z.string().optional(),
  length: Measure.optional(),
});

/** What only some forms of the note have; the numbered boxes are those of the SMGS form. */
export const noteExtension = {
  /** Number that ties the documents of one carriage together. */
  documentChainId: z.string().optional(),
  /** Message this one refers to. */
  registrationDocument: ReferencedDocument.optional(),
  consignorOptionalRemark: z.string().optional(),
  departureModeText: z.string().optional(),
  additionalSheetQuantity: z.string().optional(),
  /** Box 20 in words. */
  loadedByText: z.string().optional(),
  declaredValueForCarriage: Decimal.optional(),
  /** Box 19. */
  affixedSeal: z.array(SealDeclaration).optional(),
  /** Box 23. */
  transitRailwayPayment: z.array(TransitRailwayPayment).optional(),
  /** Box 25: the contract of sale. */
  contractDocument: ReferencedDocument.optional(),
  /** Box 26: who stamped, and where; the moment is `carrierAcceptanceDateTime`. */
  acceptanceStamp: RailwayStamp.optional(),
  /** Box 27. */
  arrivalStamp: RailwayStamp.optional(),
  /** Box 28: mark of customs or another authority. */
  controlMark: z.strictObject({ indicator: z.boolean().optional(), kind: z.string().optional(), result: z.string().optional() }).optional(),
  /** Box 31. */
  commercialAct: z.string().optional(),
  /** Box 32. */
  prolongation: z.array(z.string()).optional(),
  /** Box 33. */
  transferStamp: z.array(RailwayStamp).optional(),
  /** Box 34. */
  borderStamp: z.array(RailwayStamp).optional(),
  /** Box 35. */
  arrivalNoticeStamp: RailwayStamp.optional(),
  /** Box 36. */
  deliveryStamp: RailwayStamp.optional(),
  deliveryRemark: z.string().optional(),
  /** Boxes 37 to 59. */
  railwayCharge: z.array(RailwayCharge).optional(),
  /** Boxes 60 and 61. */
  consignorTotal: RailwayPayment.optional(),
  /** Boxes 62 and 63. */
  consigneeTotal: RailwayPayment.optional(),
  /** Box 64. */
  calculationRemark: z.string().optional(),
  /** Box 65. */
  additionalPayment: z.string().optional(),
  exchangePallet: z
    .strictObject({ flatQuantity: z.string().optional(), boxQuantity: z.string().optional(), exchangeModeCode: Code.optional() })
    .optional(),
  carriageEquipment: z
    .strictObject({ railwayCode: Code.optional(), id: z.string().optional(), description: z.string().optional() })
    .optional(),
  carriedVehicle: z.array(CarriedVehicle).optional(),
};
