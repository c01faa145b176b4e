import { z } from 'zod';
import { AttachedFile, declarationBody, DeclarationParty, DeclaredAmount, GoodsShipment } from '../declaration.ts';
import { LogisticsSeal, ReferencedDocument, SupplyChainConsignment } from '../trade.ts';
import { Code, DateTime, Decimal, Measure } from '../values.ts';
import { transitBody } from '../transit.ts';
import { base } from './header.ts';

/** Price, amount and words of one element of the customs value. */
const ValuationElement = z.strictObject({ unitPrice: Decimal.optional(), amount: Decimal.optional(), note: z.string().optional() });

const Trader = z.strictObject({
  name: z.string().optional(),
  contactName: z.string().optional(),
  address: z.string().optional(),
  telephone: z.string().optional(),
});

/** Extension: supplementary declaration (补充申报单) on the price, the classification or the origin of one goods line. */
export const SupplementaryDeclaration = z.strictObject({
  itemSequenceNumber: z.string().optional(),
  typeCode: Code.optional(),
  brand: z.string().optional(),
  foreignBrand: z.string().optional(),
  buyer: Trader.optional(),
  seller: Trader.optional(),
  manufacturer: Trader.optional(),
  contractDocument: ReferencedDocument.optional(),
  invoiceDocument: ReferencedDocument.optional(),
  /** WCO CustomsValuation: how buyer and seller are related, and what that did to the price. */
  relationshipCode: Code.optional(),
  priceInfluencedCode: Code.optional(),
  closePriceCode: Code.optional(),
  restrictionCode: Code.optional(),
  otherConditionCode: Code.optional(),
  conditionNote: z.string().optional(),
  royaltyPayableCode: Code.optional(),
  resaleProceedsCode: Code.optional(),
  royaltyNote: z.string().optional(),
  currencyCode: Code.optional(),
  invoicePrice: ValuationElement.optional(),
  indirectPayment: ValuationElement.optional(),
  commission: ValuationElement.optional(),
  container: ValuationElement.optional(),
  packing: ValuationElement.optional(),
  partsAndMaterials: ValuationElement.optional(),
  toolsAndMoulds: ValuationElement.optional(),
  consumedMaterials: ValuationElement.optional(),
  engineeringAndDesign: ValuationElement.optional(),
  royalty: ValuationElement.optional(),
  resaleProceeds: ValuationElement.optional(),
  freight: ValuationElement.optional(),
  transportRelated: ValuationElement.optional(),
  insurance: ValuationElement.optional(),
  exportDutyDeductedCode: Code.optional(),
  otherGoodsName: z.string().optional(),
  foreignClassificationCode: Code.optional(),
  advanceRulingCode: Code.optional(),
  advanceRulingId: z.string().optional(),
  advanceRulingClassificationCode: Code.optional(),
  advanceRulingOffice: Code.optional(),
  sampledCode: Code.optional(),
  goodsOptions: z.string().optional(),
  transportModeCode: Code.optional(),
  directTransportCode: Code.optional(),
  transitCountry: z.string().optional(),
  arrivalPortCode: Code.optional(),
  declarationPortCode: Code.optional(),
  transportContractDocument: ReferencedDocument.optional(),
  originCountryCode: Code.optional(),
  originMarkCode: Code.optional(),
  originCertificateIssuer: z.string().optional(),
  originCertificateId: z.string().optional(),
  originCriterionCode: Code.optional(),
  information: z.string().optional(),
  confidentialityCode: Code.optional(),
  declarantTypeCode: Code.optional(),
  declarantAddress: z.string().optional(),
  declarantPostcode: z.string().optional(),
  declarantTelephone: z.string().optional(),
});

/** Extension: application to pay duty on royalties (特许权使用费). */
export const RoyaltyDeclaration = z.strictObject({
  priceRulingId: z.string().optional(),
  declarationTypeCode: Code.optional(),
  contractDocument: ReferencedDocument.optional(),
  licensor: z.string().optional(),
  licensee: z.string().optional(),
  paymentTypeCode: Code.optional(),
  paymentDate: z.string().optional(),
  accrualPeriod: z.string().optional(),
  effectiveDate: z.string().optional(),
  expirationDate: z.string().optional(),
  issueDate: z.string().optional(),
  amount: DeclaredAmount.optional(),
  royaltyTypeCode: z.string().optional(),
  attachedDocumentTypeCode: Code.optional(),
  statement: z.string().optional(),
  confidentialityCode: Code.optional(),
  auditedCode: Code.optional(),
  priceRulingCode: Code.optional(),
  periodStartDate: z.string().optional(),
  periodEndDate: z.string().optional(),
});

/** Extension: self-assessment of duty (报税单). It repeats values of the declaration and is signed on its own. */
export const DutyDeclaration = z.strictObject({
  fileName: z.string().optional(),
  platformId: z.string().optional(),
  directionCode: Code.optional(),
  declarationPortCode: Code.optional(),
  expectedDate: z.string().optional(),
  trader: DeclarationParty.optional(),
  domesticSaleRatio: Decimal.optional(),
  regimeCode: Code.optional(),
  dutyRegimeCode: Code.optional(),
  tradeTermsCode: Code.optional(),
  freight: z.strictObject({ typeCode: Code.optional(), value: Decimal.optional(), currencyCode: Code.optional() }).optional(),
  insurance: z.strictObject({ typeCode: Code.optional(), value: Decimal.optional(), currencyCode: Code.optional() }).optional(),
  other: z.strictObject({ typeCode: Code.optional(), value: Decimal.optional(), currencyCode: Code.optional() }).optional(),
  registeredManualId: z.string().optional(),
  grossWeight: Measure.optional(),
  remark: z.string().optional(),
  legalLiability: z.string().optional(),
  authentication: z.string().optional(),
  authenticationMessageId: z.string().optional(),
  certificateId: z.string().optional(),
  statusCode: Code.optional(),
});

/** One container under domestic customs transit, and what holds it shut. */
export const TransitEquipment = z.strictObject({
  id: z.string().optional(),
  sequenceNumber: z.string().optional(),
  sizeTypeCode: Code.optional(),
  affixedSeal: z.array(LogisticsSeal).optional(),
  sealQuantity: z.string().optional(),
  carryingMeansName: z.string().optional(),
  carryingMeansWeight: Measure.optional(),
});

/**
 * Extension: customs transit inside the declaring country (转关), declared together with the goods. Type 1E is the
 * advance transit of China–Europe trains.
 */
export const DomesticTransit = z.strictObject({
  platformId: z.string().optional(),
  /** Transit declaration number and cargo list number. */
  id: z.string().optional(),
  cargoListId: z.string().optional(),
  typeCode: Code.optional(),
  formCode: Code.optional(),
  electronicSealIndicator: Code.optional(),
  expectedArrivalDate: DateTime.optional(),
  movement: z
    .strictObject({
      modeCode: Code.optional(),
      id: z.string().optional(),
      meansId: z.string().optional(),
      meansName: z.string().optional(),
    })
    .optional(),
  carrier: DeclarationParty.optional(),
  applicantTaxRegistrationId: Code.optional(),
  remark: z.string().optional(),
  /** The bills the goods crossed the border under. */
  consignment: z.array(SupplyChainConsignment).optional(),
  usedTransportEquipment: z.array(TransitEquipment).optional(),
  /** How many packages and kilograms of a goods line are in a container. */
  loadedItem: z
    .array(
      z.strictObject({
        itemSequenceNumber: z.string().optional(),
        equipmentId: z.string().optional(),
        itemQuantity: z.string().optional(),
        weight: Measure.optional(),
      }),
    )
    .optional(),
});

/** Declaration of goods for import or export (China: DecMessage; EAEU: ESADout_CU). */
export const GoodsDeclaration = z.strictObject({
  ...base('GoodsDeclaration'),
  ...declarationBody,
  ...transitBody,
  goodsShipment: GoodsShipment.optional(),
  /** Extension: does the declaration go with a domestic transit, and how it is lodged. */
  transitRelationCode: Code.optional(),
  lodgementCode: Code.optional(),
  formTypeCode: Code.optional(),
  inventoryTypeCode: Code.optional(),
  /** Extension: numbers of related documents. */
  approvalId: z.string().optional(),
  preEntryId: z.string().optional(),
  licenceId: z.string().optional(),
  registeredManualId: z.string().optional(),
  relatedDocumentId: z.string().optional(),
  relatedDeclarationId: z.string().optional(),
  relatedManualId: z.string().optional(),
  relatedId: z.string().optional(),
  relationReasonCode: Code.optional(),
  inventoryId: z.string().optional(),
  bondedWarehouseId: z.string().optional(),
  yardCode: Code.optional(),
  declarantMark: z.string().optional(),
  printDate: DateTime.optional(),
  dataSource: z.string().optional(),
  ediRemark: z.string().optional(),
  secondEdiRemark: z.string().optional(),
  /** Extension: statements on price and relationship, one character each (承诺事项). */
  promiseCode: z.string().optional(),
  guaranteeReleaseCode: Code.optional(),
  taxAdministrationCode: Code.optional(),
  inspectionFlowCode: Code.optional(),
  riskCode: z.string().optional(),
  /** One mark for each kind of special business, side by side (特种业务标识). */
  specialBusinessMarks: z.string().optional(),
  /** Extension: inspection and quarantine offices: of acceptance, at the port, issuing certificates. */
  inspectionOffice: Code.optional(),
  portInspectionOffice: Code.optional(),
  certificateOffice: Code.optional(),
  originalContainerIndicator: Code.optional(),
  requestedCertificate: z
    .array(z.strictObject({ typeCode: Code.optional(), originalQuantity: z.string().optional(), copyQuantity: z.string().optional() }))
    .optional(),
  enterpriseQualification: z.array(z.strictObject({ id: z.string().optional(), typeCode: Code.optional() })).optional(),
  endUser: z.array(z.strictObject({ name: z.string().optional(), telephone: z.string().optional() })).optional(),
  statement: z.array(z.strictObject({ code: Code.optional() })).optional(),
  /** Files of marks and numbers, inside the declaration. */
  marksFile: z.array(AttachedFile).optional(),
  /** Which line of a certificate covers which goods line. */
  certificateRelation: z
    .array(
      z.strictObject({
        documentTypeCode: Code.optional(),
        itemSequenceNumber: z.string().optional(),
        documentId: z.string().optional(),
        documentItemId: z.string().optional(),
        note: z.string().optional(),
      }),
    )
    .optional(),
  controlElement: z
    .array(z.strictObject({ sequenceNumber: z.string().optional(), value: z.string().optional(), categoryCode: z.string().optional() }))
    .optional(),
  twoStepAccess: z
    .strictObject({
      transferCode: Code.optional(),
      transferSiteId: z.string().optional(),
      conditionalRemovalCode: Code.optional(),
      mergedInspectionCode: Code.optional(),
    })
    .optional(),
  riskAssessment: z
    .strictObject({
      resultCode: z.string().optional(),
      authentication: z.string().optional(),
      dateTime: DateTime.optional(),
      note: z.string().optional(),
    })
    .optional(),
  supplement: z.array(SupplementaryDeclaration).optional(),
  royalty: RoyaltyDeclaration.optional(),
  dutyDeclaration: DutyDeclaration.optional(),
  domesticTransit: DomesticTransit.optional(),
});
export type GoodsDeclaration = z.infer<typeof GoodsDeclaration>;
