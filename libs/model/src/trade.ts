/**
 * The nouns shared by all canonical messages, in UN/CEFACT Multi-Modal Transport (MMT) names as the eFTI schema spells
 * them. Repeating members keep MMT's singular name and are arrays. Members marked "rail extension" or "extension" have
 * no MMT name and are ours (docs/glossary.md).
 */
import { z } from 'zod';
import { TradeAddress, TradeContact, TradeParty } from './party.ts';
import { Amount, Code, DateTime, Decimal, Measure } from './values.ts';

export * from './party.ts';

export const LogisticsLocation = z.strictObject({
  id: Code.optional(),
  name: z.string().optional(),
  /** Rail extension: ESR station code (6 digits, the last a check digit). */
  railwayStationCode: Code.optional(),
  /** Rail extension: numeric railway code (27 = KZH, 33 = China) or short name. */
  railwayCode: Code.optional(),
  /** Rail extension: the railway in words. */
  railwayName: z.string().optional(),
  /** Extension: supervised site inside the port, where the source joins both in one code. */
  countryCode: Code.optional(),
});
export type LogisticsLocation = z.infer<typeof LogisticsLocation>;

export const LogisticsSeal = z.strictObject({
  id: z.string(),
  sealingPartyRoleCode: Code.optional(),
});

/** What a tally found broken on equipment: UNTDED 7501/7500 type, 7503/7502 area, 7508 severity. */
export const EquipmentDamage = z.strictObject({
  typeCode: Code.optional(),
  typeText: z.string().optional(),
  areaCode: Code.optional(),
  areaText: z.string().optional(),
  severityText: z.string().optional(),
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
  damage: z.array(EquipmentDamage).optional(),
  /** Stowage place on board (UNTDED 8043). */
  stowagePositionId: z.string().optional(),
  /** Extension: numbers of the goods lines of the declaration that are in it, and whether it is a part load (拼箱). */
  loadedItemSequenceNumber: z.array(z.string()).optional(),
  partLoadIndicator: Code.optional(),
  /** The wagon this container stands on. */
  carryingWagonId: z.string().optional(),
  /** Rail extension, wagons only: axles, load capacity, owner, О (consignor) or П (carrier) in Cyrillic, railway. */
  axleQuantity: z.string().optional(),
  loadCapacityMeasure: Measure.optional(),
  ownerParty: TradeParty.optional(),
  /** Rail extension: the railway of the wagon in words, and the country it is registered in. */
  railwayName: z.string().optional(),
  registrationCountryCode: Code.optional(),
  departureStationCode: Code.optional(),
  destinationStationCode: Code.optional(),
  temporaryImportIndicator: z.boolean().optional(),
  information: z.string().optional(),
  /** Extension: kind, capacity and length of a container as EAEU documents write them. */
  typeText: z.string().optional(),
  capacity: z.strictObject({ value: z.string().optional(), unitText: z.string().optional() }).optional(),
  length: Measure.optional(),
  transportUnitQuantity: z.string().optional(),
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
  /** Until when it is in force, and who gave it out. */
  expirationDate: DateTime.optional(),
  issuerName: z.string().optional(),
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
  /** Extension: how much of the goods is in one package. */
  contentQuantity: z.string().optional(),
  description: z.string().optional(),
});

/**
 * Link from goods to what they are in. Beyond the number: how much of the goods is in it, and, of a container the source lists
 * once for all, what it says otherwise at these goods (platform file IFCSUM).
 */
const LoadedEquipment = z.strictObject({
  id: z.string(),
  sequenceNumber: z.string().optional(),
  numberOfPackages: z.string().optional(),
  netGoodsWeightMeasure: Measure.optional(),
  goodsVolumeMeasure: Measure.optional(),
  affixedSeal: z.array(LogisticsSeal).optional(),
  sizeTypeCode: Code.optional(),
  fullEmptyCode: Code.optional(),
  tareWeight: Measure.optional(),
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
  /** Links to containers (or wagons) by number, with how much of the goods is in them where the source says so. */
  associatedTransportEquipment: z.array(LoadedEquipment).optional(),
  information: z.string().optional(),
  customsProcedureCode: Code.optional(),
  uniqueConsignmentReference: z.array(z.strictObject({ id: z.string() })).optional(),
  originCountryCode: Code.optional(),
  goodsMarks: z.string().optional(),
  netWeight: Measure.optional(),
  /** Rail extension: the wagon the goods are on. */
  carryingWagonId: z.string().optional(),
  /** Extension: carried in containers. */
  containerIndicator: z.boolean().optional(),
  /** Rail extension: carrying devices, and people who travel with the goods. */
  carriageEquipmentText: z.string().optional(),
  attendantText: z.string().optional(),
  invoiceValue: Decimal.optional(),
  invoiceCurrencyCode: Code.optional(),
  /** Movement reference numbers of the export declarations. */
  movementReferenceNumber: z.array(z.string()).optional(),
  /** Extension: the line of an EAEU goods declaration. */
  declarationLine: z
    .strictObject({
      itemSequenceNumber: z.string().optional(),
      customsOfficeCode: Code.optional(),
      registrationDate: DateTime.optional(),
      id: z.string().optional(),
    })
    .optional(),
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
  usedTransportMeans: z
    .strictObject({
      id: z.string().optional(),
      name: z.string().optional(),
      typeCode: Code.optional(),
      registrationCountryCode: Code.optional(),
      /** Extension: the name in Chinese, and the IMO number where the source has both it and an id of its own. */
      nameInChinese: z.string().optional(),
      imoNumber: z.string().optional(),
      /** Master or chief mate of a vessel, driver of a road vehicle. */
      masterPerson: TradeContact.optional(),
    })
    .optional(),
  carrier: TradeParty.optional(),
  firstArrivalLocation: LogisticsLocation.optional(),
  arrivalEvent: TransportEvent.optional(),
  departureEvent: TransportEvent.optional(),
  loadingEvent: TransportEvent.optional(),
  unloadingEvent: TransportEvent.optional(),
  /** Extension: number of the outward voyage beside the inward, berth, berth shifted to, and when. */
  outwardVoyageId: z.string().optional(),
  berthId: z.string().optional(),
  nextBerthId: z.string().optional(),
  berthingDateTime: DateTime.optional(),
  /** Liner service (航线). */
  serviceCode: Code.optional(),
  serviceName: z.string().optional(),
  /** Rail extension: `formation station-ordinal-destination`, for example 7084-087-1306. */
  trainIndex: z.string().optional(),
});
export type LogisticsTransportMovement = z.infer<typeof LogisticsTransportMovement>;

/**
 * Rail extension: what of a consignment note stands under one manifest bill, all of it (归并) or a part (分票). Consignor and
 * consignee only where they are others than the bill's.
 */
export const ConsignmentNotePart = z.strictObject({
  /** Number of the note. */
  id: z.string(),
  consignor: TradeParty.optional(),
  consignee: TradeParty.optional(),
  numberOfPackages: z.string().optional(),
  grossWeight: Measure.optional(),
  itemSequenceNumber: z.array(z.string()).optional(),
  equipmentId: z.array(z.string()).optional(),
});
export type ConsignmentNotePart = z.infer<typeof ConsignmentNotePart>;

export const SupplyChainConsignment = z.strictObject({
  /** Place in its manifest, where the source numbers them. */
  sequenceNumber: z.string().optional(),
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
  preCarriageTransportMovement: LogisticsTransportMovement.optional(),
  /** Movements that take the goods on from the place of discharge, for example to the yard of a diversion. */
  onCarriageTransportMovement: z.array(LogisticsTransportMovement).optional(),
  carrierAcceptanceLocation: LogisticsLocation.optional(),
  transshipmentLocation: LogisticsLocation.optional(),
  transitDestinationLocation: LogisticsLocation.optional(),
  transitDepartureLocation: LogisticsLocation.optional(),
  routingCountryCode: z.array(Code).optional(),
  goodsConsignedLocation: LogisticsLocation.optional(),
  customsStatusCode: z.array(Code).optional(),
  customsProcedureCode: Code.optional(),
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
  furtherNotifyParty: z.array(TradeParty).optional(),
  dangerousGoodsContact: TradeContact.optional(),
  usedTransportEquipment: z.array(LogisticsTransportEquipment).optional(),
  includedConsignmentItem: z.array(SupplyChainConsignmentItem).optional(),
  transportSplitIndicator: z.string().optional(),
  /** Rail extension: the notes this bill is made of (归并, 分票), with the bill's own item numbers. */
  mergedConsignmentNote: z.array(ConsignmentNotePart).optional(),
});
export type SupplyChainConsignment = z.infer<typeof SupplyChainConsignment>;
