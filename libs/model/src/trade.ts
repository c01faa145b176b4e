/**
 * The nouns shared by all canonical messages, in UN/CEFACT Multi-Modal Transport (MMT) names as the eFTI schema spells
 * them. Repeating members keep MMT's singular name and are arrays. Members marked "rail extension" or "extension" have
 * no MMT name and are ours (docs/glossary.md).
 */
import { z } from 'zod';
import { Amount, Code, DateTime, Measure } from './values.ts';

export const LogisticsLocation = z.strictObject({
  id: Code.optional(),
  name: z.string().optional(),
  /** Rail extension: ESR station code (6 digits, the last a check digit). */
  railwayStationCode: Code.optional(),
  /** Rail extension: numeric railway code (27 = KZH, 33 = China) or short name. */
  railwayCode: Code.optional(),
  /** Extension: supervised site inside the port, where the source joins both in one code. */
  countryCode: Code.optional(),
});
export type LogisticsLocation = z.infer<typeof LogisticsLocation>;

export const TradeAddress = z.strictObject({
  streetName: z.string().optional(),
  cityName: z.string().optional(),
  countrySubDivisionCode: Code.optional(),
  countrySubDivisionName: z.string().optional(),
  postcode: z.string().optional(),
  countryCode: Code.optional(),
});

export const UniversalCommunication = z.strictObject({ completeNumber: z.string(), channelCode: Code.optional() });

export const TradeContact = z.strictObject({
  personName: z.string().optional(),
  communication: z.array(UniversalCommunication).optional(),
});

export const TradeParty = z.strictObject({
  id: Code.optional(),
  name: z.string().optional(),
  roleCode: Code.optional(),
  postalAddress: TradeAddress.optional(),
  communication: z.array(UniversalCommunication).optional(),
  definedContactDetails: TradeContact.optional(),
  authoritativeSignatoryPerson: z.strictObject({ name: z.string() }).optional(),
  /** Authorised economic operator number (AEO). */
  authorisedEconomicOperatorId: z.string().optional(),
});
export type TradeParty = z.infer<typeof TradeParty>;

export const LogisticsSeal = z.strictObject({
  id: z.string(),
  sealingPartyRoleCode: Code.optional(),
});

/** Box 13/14 of the SMGS note and the wagon transfer list: what became of the load when the gauge changed. */
export const TransshipmentRecord = z.strictObject({
  /** 1435 or 1520 (mm). */
  fromGaugeCode: Code,
  toGaugeCode: Code,
  fromWagonId: z.string().optional(),
  toWagonId: z.string().optional(),
  grossWeight: Measure.optional(),
  numberOfPackages: z.string().optional(),
  occurrenceDateTime: DateTime.optional(),
  occurrenceLocation: LogisticsLocation.optional(),
});
export type TransshipmentRecord = z.infer<typeof TransshipmentRecord>;

export const LogisticsTransportEquipment = z.strictObject({
  /** ISO 6346 container number, or 8-digit (1520 mm) / 7-digit (China) wagon number. */
  id: z.string(),
  /** UN/EDIFACT 8053: CN container, RR rail wagon. */
  categoryCode: Code.optional(),
  sizeTypeCode: Code.optional(),
  fullEmptyCode: Code.optional(),
  supplierPartyTypeCode: Code.optional(),
  sequenceNumber: z.string().optional(),
  grossWeight: Measure.optional(),
  grossGoodsWeightMeasure: Measure.optional(),
  netGoodsWeightMeasure: Measure.optional(),
  tareWeight: Measure.optional(),
  /** Rail extension, wagons only: tare and gross mass of the containers on the wagon together, as the SMGS note gives them. */
  carriedTareWeight: Measure.optional(),
  carriedGrossWeight: Measure.optional(),
  numberOfPackages: z.string().optional(),
  sealQuantity: z.string().optional(),
  affixedSeal: z.array(LogisticsSeal).optional(),
  /** The wagon this container stands on. */
  carryingWagonId: z.string().optional(),
  /** Rail extension, wagons only: axles, load capacity, owner, О (consignor) or П (carrier) in Cyrillic, railway. */
  axleQuantity: z.string().optional(),
  loadCapacityMeasure: Measure.optional(),
  ownerParty: TradeParty.optional(),
  wagonProvidedByCode: Code.optional(),
  railwayCode: Code.optional(),
  tankTypeCode: Code.optional(),
  gaugeCode: Code.optional(),
  /** Containers on this wagon. */
  carriedTransportEquipment: z
    .array(z.strictObject({ id: z.string(), sizeTypeCode: Code.optional(), fullEmptyCode: Code.optional() }))
    .optional(),
});
export type LogisticsTransportEquipment = z.infer<typeof LogisticsTransportEquipment>;

export const ReferencedDocument = z.strictObject({
  id: z.string().optional(),
  typeCode: Code.optional(),
  name: z.string().optional(),
  formattedIssueDateTime: DateTime.optional(),
});

export const TransportDangerousGoods = z.strictObject({
  uNDGID: z.string().optional(),
  hazardClassificationID: z.string().optional(),
  properShippingName: z.string().optional(),
  information: z.array(z.string()).optional(),
});

export const LogisticsPackage = z.strictObject({
  itemQuantity: z.string().optional(),
  typeCode: Code.optional(),
  /** Packing in words, where the source has no code (SMGS box 16). */
  typeText: z.string().optional(),
  shippingMarks: z.array(z.strictObject({ markingText: z.string() })).optional(),
});

export const SupplyChainConsignmentItem = z.strictObject({
  sequenceNumber: z.string().optional(),
  /** Goods in words. */
  natureIdentificationCargo: z.array(z.strictObject({ identificationText: z.string() })).optional(),
  transportPackage: LogisticsPackage.optional(),
  grossWeight: Measure.optional(),
  /** Gross mass including the container (SMGS practice). */
  grossWeightWithEquipment: Measure.optional(),
  grossVolume: Measure.optional(),
  /** HS code as exchanged, up to 10 digits. */
  tariffClassificationCode: Code.optional(),
  /** Rail extension: GNG (8 digits). Never converted silently from or to HS or ETSNG. */
  harmonizedNomenclatureCode: Code.optional(),
  /** Rail extension: ETSNG (5 digits + check). */
  tariffCode: Code.optional(),
  transportDangerousGoods: z.array(TransportDangerousGoods).optional(),
  /** Links to containers (or wagons) by number. */
  associatedTransportEquipment: z.array(z.strictObject({ id: z.string() })).optional(),
  information: z.string().optional(),
  customsProcedureCode: Code.optional(),
  uniqueConsignmentReference: z.array(z.strictObject({ id: z.string() })).optional(),
  originCountryCode: Code.optional(),
  goodsMarks: z.string().optional(),
});
export type SupplyChainConsignmentItem = z.infer<typeof SupplyChainConsignmentItem>;

export const TransportEvent = z.strictObject({
  typeCode: Code.optional(),
  actualOccurrenceDateTime: DateTime.optional(),
  scheduledOccurrenceDateTime: DateTime.optional(),
  occurrenceLocation: LogisticsLocation.optional(),
});

export const LogisticsTransportMovement = z.strictObject({
  /** Voyage or train number. */
  id: z.string().optional(),
  modeCode: Code.optional(),
  usedTransportMeans: z.strictObject({ id: z.string().optional(), name: z.string().optional(), typeCode: Code.optional() }).optional(),
  firstArrivalLocation: LogisticsLocation.optional(),
  arrivalEvent: TransportEvent.optional(),
  departureEvent: TransportEvent.optional(),
  loadingEvent: TransportEvent.optional(),
  unloadingEvent: TransportEvent.optional(),
  /** Rail extension: `formation station-ordinal-destination`, for example 7084-087-1306. */
  trainIndex: z.string().optional(),
});
export type LogisticsTransportMovement = z.infer<typeof LogisticsTransportMovement>;

export const SupplyChainConsignment = z.strictObject({
  transportContractDocument: ReferencedDocument.optional(),
  /** House bill. */
  associatedDocument: ReferencedDocument.optional(),
  amendmentReasonCode: z.array(Code).optional(),
  transportConditionCode: Code.optional(),
  deconsolidator: TradeParty.optional(),
  consolidator: TradeParty.optional(),
  grossVolume: Measure.optional(),
  declaredValueForCarriageAmount: Amount.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  carrierAcceptanceLocation: LogisticsLocation.optional(),
  transshipmentLocation: LogisticsLocation.optional(),
  transitDestinationLocation: LogisticsLocation.optional(),
  routingCountryCode: z.array(Code).optional(),
  goodsConsignedLocation: LogisticsLocation.optional(),
  customsStatusCode: z.array(Code).optional(),
  paymentArrangementCode: Code.optional(),
  numberOfPackages: z.string().optional(),
  packageTypeCode: Code.optional(),
  grossWeight: Measure.optional(),
  netWeight: Measure.optional(),
  previousCustomsDocument: ReferencedDocument.optional(),
  deliveryDestination: TradeAddress.optional(),
  handlingInstructionsCode: Code.optional(),
  connectingCarrier: TradeParty.optional(),
  consignee: TradeParty.optional(),
  consignor: TradeParty.optional(),
  notifyParty: TradeParty.optional(),
  dangerousGoodsContact: TradeContact.optional(),
  usedTransportEquipment: z.array(LogisticsTransportEquipment).optional(),
  includedConsignmentItem: z.array(SupplyChainConsignmentItem).optional(),
  transportSplitIndicator: z.string().optional(),
  /** Rail extension: numbers of the notes merged into this bill (归并). */
  mergedConsignmentNoteId: z.array(z.string()).optional(),
});
export type SupplyChainConsignment = z.infer<typeof SupplyChainConsignment>;
