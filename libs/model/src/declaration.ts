/**
 * The nouns of customs declarations, in WCO Data Model names (Declaration, GoodsShipment, GovernmentAgencyGoodsItem,
 * Commodity), with the MMT nouns of `trade.ts` for parties, equipment and transport. Members say what a fact really is:
 * where a national form uses one element for opposite things (origin and destination on export), its mapping turns it
 * round. Members marked "extension" have no WCO name and are ours (docs/glossary.md).
 */
import { z } from 'zod';
import {
  LogisticsLocation,
  LogisticsPackage,
  ReferencedDocument,
  SupplyChainConsignment,
  TradeParty,
  TransportDangerousGoods,
} from './trade.ts';
import { goodsShipmentExtension } from './declared-shipment.ts';
import { goodsItemExtension } from './transit.ts';
import { Code, DateTime, Decimal, Measure } from './values.ts';

/** A quantity in a unit of a national list; `Measure` is for UN/ECE units. */
export const Quantity = z.strictObject({ value: Decimal.optional(), unitCode: Code.optional() });

/** A price or amount with its currency as the declaration codes it (list CN-Currency, ISO-4217). */
export const DeclaredAmount = z.strictObject({ value: Decimal.optional(), currencyCode: Code.optional() });

/** A person who acts for a party: declarant, typist, signer. */
export const DeclarationPerson = z.strictObject({
  /** Number of the person's certificate or card. */
  id: z.string().optional(),
  name: z.string().optional(),
  telephone: z.string().optional(),
});

/** A party of a declaration: the MMT party and its registrations. */
export const DeclarationParty = z.strictObject({
  ...TradeParty.shape,
  /** Number under which the state knows the party: list CN-USCC (unified social credit code), KZ-BIN, KZ-IIN, RU-INN. */
  taxRegistrationId: Code.optional(),
  /** Extension: registration with inspection and quarantine. */
  inspectionRegistrationId: z.string().optional(),
  /** Extension: the name in the other language of the form. */
  foreignName: z.string().optional(),
});

/** WCO ChargeDeduction: freight, insurance or other cost, as a rate, per unit or in total. */
export const ChargeDeduction = z.strictObject({
  /** 1 rate, 2 unit price, 3 total (list CN-ChargeMark). */
  typeCode: Code.optional(),
  value: Decimal.optional(),
  currencyCode: Code.optional(),
});

/** WCO GovernmentProcedure: under which regime the goods move, and under which they moved before. */
export const GovernmentProcedure = z.strictObject({
  currentCode: Code.optional(),
  previousCode: Code.optional(),
  /** Nature of the duty treatment (征免性质), or the feature of movement (EAEU). */
  dutyRegimeCode: Code.optional(),
});

/** Extension: one vehicle under a licence. */
export const LicensedVehicle = z.strictObject({
  licenceId: z.string().optional(),
  licenceTypeCode: Code.optional(),
  sequenceId: z.string().optional(),
  billDate: DateTime.optional(),
  warrantyPeriod: z.string().optional(),
  engineId: z.string().optional(),
  /** Vehicle identification number. */
  id: z.string().optional(),
  chassisId: z.string().optional(),
  invoicedQuantity: Decimal.optional(),
  name: z.string().optional(),
  foreignName: z.string().optional(),
  foreignModel: z.string().optional(),
  unitPrice: z.string().optional(),
  invoiceId: z.string().optional(),
});

/** WCO AdditionalDocument: a licence, certificate or other document the goods need. */
export const AdditionalDocument = z.strictObject({
  ...ReferencedDocument.shape,
  /** Position in the document that covers the goods line. */
  itemId: z.string().optional(),
  /** What the declaration writes off from it. */
  writeOffQuantity: Decimal.optional(),
  writeOffUnitCode: Code.optional(),
  /** Goods line it is for, where the document says so itself. */
  itemSequenceNumber: z.string().optional(),
  licensedVehicle: z.array(LicensedVehicle).optional(),
});

/** WCO Commodity: what the goods are. */
export const Commodity = z.strictObject({
  /** Goods in words; EAEU forms hold several lines. */
  description: z.array(z.string()).optional(),
  foreignDescription: z.string().optional(),
  /** Specification as the tariff asks for it (规格型号). */
  specification: z.string().optional(),
  /** HS code as exchanged, up to 10 digits (list CN-HS, EAEU-TNVED). */
  classificationCode: Code.optional(),
  /** Extension: inspection category below the tariff code (CIQ). */
  inspectionCode: Code.optional(),
  inspectionName: z.string().optional(),
  inspectionSpecification: z.string().optional(),
  model: z.string().optional(),
  brand: z.string().optional(),
  articleId: z.string().optional(),
  ingredients: z.string().optional(),
  productionDate: z.string().optional(),
  batchId: z.string().optional(),
  validUntil: z.string().optional(),
  shelfLife: z.string().optional(),
  attributeCode: z.array(Code).optional(),
  intendedUseCode: Code.optional(),
  dangerousGoods: TransportDangerousGoods.optional(),
  dangerousPackageCode: Code.optional(),
  dangerousPackageSpecification: z.string().optional(),
  nonDangerousChemicalIndicator: Code.optional(),
  manufacturer: z.strictObject({ id: z.string().optional(), name: z.string().optional(), foreignName: z.string().optional() }).optional(),
});

/** WCO DutyTaxFee: one payment worked out for a goods line. */
export const DutyTaxFee = z.strictObject({
  typeCode: Code.optional(),
  taxBase: Decimal.optional(),
  taxRate: Decimal.optional(),
  paymentAmount: DeclaredAmount.optional(),
  specificityCode: Code.optional(),
});

/** WCO GovernmentAgencyGoodsItem: one goods line of a declaration. */
export const GovernmentAgencyGoodsItem = z.strictObject({
  sequenceNumber: z.string().optional(),
  commodity: Commodity.optional(),
  /** The quantity the price is for. */
  transactionQuantity: Quantity.optional(),
  /** Quantities in the units the tariff demands. */
  firstStatutoryQuantity: Quantity.optional(),
  secondStatutoryQuantity: Quantity.optional(),
  unitPrice: Decimal.optional(),
  /** Price of the line, in the currency of the contract. */
  itemChargeAmount: DeclaredAmount.optional(),
  customsValueAmount: DeclaredAmount.optional(),
  statisticalValueAmount: DeclaredAmount.optional(),
  grossWeight: Measure.optional(),
  netWeight: Measure.optional(),
  transportPackage: z.array(LogisticsPackage).optional(),
  /** Where the goods were really made, whatever the element is called on export. */
  originCountryCode: Code.optional(),
  originRegionCode: Code.optional(),
  /** Origin under a preferential agreement. */
  preferentialOriginCountryCode: Code.optional(),
  /** Where the goods are really going. */
  destinationCountryCode: Code.optional(),
  /** District inside the declaring country: where the goods go (import). */
  destinationRegionCode: Code.optional(),
  /** District inside the declaring country: where the goods come from (export). */
  dispatchRegionCode: Code.optional(),
  /** Administrative division of the destination (import) or the place of production (export). */
  destinationDivisionCode: Code.optional(),
  dispatchDivisionCode: Code.optional(),
  governmentProcedure: GovernmentProcedure.optional(),
  /** How duty is levied or reduced on this line (征减免税方式). */
  dutyReliefCode: Code.optional(),
  useCode: Code.optional(),
  processingFeeAmount: Decimal.optional(),
  /** Extension: line of the registered manual or account (备案序号), its article version, and the classification mark. */
  registeredItemId: z.string().optional(),
  articleVersion: z.string().optional(),
  classificationMarkCode: Code.optional(),
  unitFactor: Decimal.optional(),
  controlExplanationCode: Code.optional(),
  dutyTaxFee: z.array(DutyTaxFee).optional(),
  additionalDocument: z.array(AdditionalDocument).optional(),
  previousDocument: z.array(ReferencedDocument).optional(),
  /** Containers or wagons the line is in. */
  associatedTransportEquipment: z.array(z.strictObject({ id: z.string() })).optional(),
  ...goodsItemExtension,
});
export type GovernmentAgencyGoodsItem = z.infer<typeof GovernmentAgencyGoodsItem>;

/** WCO GoodsShipment: the goods of one contract between one consignor and one consignee. */
export const GoodsShipment = z.strictObject({
  sequenceNumber: z.string().optional(),
  /** Party sending the goods under the contract; on a national export form the domestic trader. */
  consignor: DeclarationParty.optional(),
  /** Party receiving the goods under the contract; on a national import form the domestic trader. */
  consignee: DeclarationParty.optional(),
  /** WCO UltimateConsignee: who consumes or uses the imported goods (消费使用单位). */
  ultimateConsignee: DeclarationParty.optional(),
  /** Extension: who produced or sold the exported goods at home (生产销售单位). */
  domesticSupplier: DeclarationParty.optional(),
  /** Country the goods were dispatched from, and the one they arrive in. */
  exportationCountryCode: Code.optional(),
  destinationCountryCode: Code.optional(),
  /** Country of the other party of the contract. */
  tradingCountryCode: Code.optional(),
  contractDocument: ReferencedDocument.optional(),
  /** WCO TradeTerms: condition of delivery (list CN-TradeTerms, Incoterms). */
  tradeTermsCode: Code.optional(),
  freightCharge: ChargeDeduction.optional(),
  insuranceCharge: ChargeDeduction.optional(),
  otherCharge: ChargeDeduction.optional(),
  invoiceAmount: DeclaredAmount.optional(),
  governmentProcedure: GovernmentProcedure.optional(),
  /** How and in what the goods travel. */
  consignment: SupplyChainConsignment.optional(),
  /** Extension: master or house bill as the inspection side writes it, where the form has two bill numbers. */
  inspectionBillId: z.string().optional(),
  shippingMarks: z.string().optional(),
  otherPackage: z.array(LogisticsPackage).optional(),
  noOtherPackageIndicator: Code.optional(),
  /** Where the goods lie or will lie. */
  goodsLocation: LogisticsLocation.optional(),
  /** Port where the goods enter (import) or leave (export) the country. */
  entryLocation: LogisticsLocation.optional(),
  exitLocation: LogisticsLocation.optional(),
  arrivalDate: DateTime.optional(),
  departureDate: DateTime.optional(),
  previousDocument: z.array(ReferencedDocument).optional(),
  additionalDocument: z.array(AdditionalDocument).optional(),
  governmentAgencyGoodsItem: z.array(GovernmentAgencyGoodsItem).optional(),
  ...goodsShipmentExtension,
});
export type GoodsShipment = z.infer<typeof GoodsShipment>;

/** WCO Authentication: who signed, with what, and the signature as it came (carried as evidence, never checked here). */
export const Authentication = z.strictObject({
  person: DeclarationPerson.optional(),
  cardId: z.string().optional(),
  certificateId: z.string().optional(),
  enterpriseId: z.string().optional(),
  /** 1 typist, 2 declarant (list CN-SignerRole). */
  roleCode: Code.optional(),
  authentication: z.string().optional(),
  hostId: z.string().optional(),
  note: z.string().optional(),
});

/**
 * A file that accompanies a declaration. The file itself travels beside the message, as a part of its signed manifest;
 * name and size (and, where a format has a place for it, digest) tie the two together.
 */
export const AttachedFile = z.strictObject({
  id: z.string().optional(),
  typeCode: Code.optional(),
  /** Structured or not (list CN-EdocFormat). */
  formatCode: Code.optional(),
  fileName: z.string().optional(),
  /** Size in bytes. */
  sizeInBytes: z.string().optional(),
  /** Hexadecimal SHA-256 of the file. */
  sha256: z.string().optional(),
  remark: z.string().optional(),
  ownerId: z.string().optional(),
  ownerName: z.string().optional(),
  signerId: z.string().optional(),
  signatureDateTime: DateTime.optional(),
  /** Goods lines the file is about. */
  itemSequenceNumber: z.array(z.string()).optional(),
  /** Content in base64, only where the format carries it inside. */
  content: z.string().optional(),
});
export type AttachedFile = z.infer<typeof AttachedFile>;

/** What every declaration to customs has, whatever it declares (goods or transit). */
export const declarationBody = {
  /** WCO Declaration ID: the number customs gave (海关编号, регистрационный номер). */
  id: z.string().optional(),
  /** Extension: number of the platform that carries the declaration (数据中心统一编号). */
  platformId: z.string().optional(),
  /** WCO FunctionalReferenceID: a number of the declarant's own beside the message number. */
  functionalReferenceId: z.string().optional(),
  /** UN 1001: 929 import, 830 export, 950 customs transit; else the national code with its list. */
  typeCode: Code.optional(),
  /** Kind and feature of the form (单据类型; особенность декларирования). */
  featureCode: Code.optional(),
  declarationOffice: LogisticsLocation.optional(),
  entryOffice: LogisticsLocation.optional(),
  exitOffice: LogisticsLocation.optional(),
  destinationOffice: LogisticsLocation.optional(),
  goodsItemQuantity: z.string().optional(),
  totalPackageQuantity: z.string().optional(),
  totalGrossMassMeasure: Measure.optional(),
  totalNetMassMeasure: Measure.optional(),
  /** Who declares: the trader itself or its broker, and the person who does it. */
  declarant: DeclarationParty.optional(),
  declarantPerson: DeclarationPerson.optional(),
  /** WCO Submitter: who typed and sends the declaration. */
  submitter: DeclarationParty.optional(),
  submitterPerson: DeclarationPerson.optional(),
  authentication: Authentication.optional(),
  attachedFile: z.array(AttachedFile).optional(),
  remark: z.string().optional(),
};
