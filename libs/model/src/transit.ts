/**
 * The nouns of customs transit, transshipment, identification and preliminary information, as the customs documents of the
 * EAEU need them beside WCO and MMT. They are extensions where WCO has no name.
 */
import { z } from 'zod';
import { LogisticsLocation, LogisticsPackage, ReferencedDocument, TradeAddress, TradeParty } from './trade.ts';
import { Code, DateTime, Decimal, PartialCode } from './values.ts';

/** A customs office: code, name, and the state it belongs to (its customs code, or its country). */
export const CustomsOffice = z.strictObject({
  code: Code.optional(),
  name: z.string().optional(),
  countryCode: Code.optional(),
});

/** Registration number of a customs document: office, day, number in the journal. */
export const CustomsDocumentId = z.strictObject({
  customsOfficeCode: Code.optional(),
  registrationDate: DateTime.optional(),
  id: z.string().optional(),
  /** Number of the change made to it. */
  changeId: z.string().optional(),
  transportModeCode: Code.optional(),
});

/** Registration number of preliminary information: country, day, ordinal number. */
export const PreliminaryInformationId = z.strictObject({
  countryCode: Code.optional(),
  registrationDate: DateTime.optional(),
  id: z.string().optional(),
});

/** An entry in a register of customs: economic operator, carrier, representative. */
export const CustomsRegister = z.strictObject({
  typeCode: Code.optional(),
  ownerCode: Code.optional(),
  countryCode: Code.optional(),
  id: z.string().optional(),
  reregistrationCode: z.string().optional(),
  operatorTypeCode: Code.optional(),
});

/** WCO TransportMeans, one vehicle, wagon or container a declaration names as what carries the goods. */
export const DeclaredTransportMeans = z.strictObject({
  sequenceNumber: z.string().optional(),
  modeCode: Code.optional(),
  registrationCountryCode: Code.optional(),
  id: z.string().optional(),
  idCountryCode: PartialCode.optional(),
  chassisId: z.string().optional(),
  typeCode: Code.optional(),
  typeName: z.string().optional(),
  makeCode: Code.optional(),
  modelName: z.string().optional(),
  registrationDocumentId: z.string().optional(),
  activeVehicleId: z.string().optional(),
  firstTrailerId: z.string().optional(),
  secondTrailerId: z.string().optional(),
  /** Extension: wagon or container comes loaded; wagon goes back. */
  loadedIndicator: z.boolean().optional(),
  returnIndicator: z.boolean().optional(),
  /** Numbers of the means this one replaces. */
  replacedSequenceNumber: z.array(z.string()).optional(),
});

/** Means of transport of one kind: at departure and arrival, or at the border. */
export const DeclaredTransport = z.strictObject({
  modeCode: Code.optional(),
  registrationCountryCode: Code.optional(),
  quantity: z.string().optional(),
  methodCode: Code.optional(),
  objectName: z.array(z.string()).optional(),
  transportMeans: z.array(DeclaredTransportMeans).optional(),
});

/** A planned cargo operation on the way: goods reloaded, vehicle or container changed (WCO Transshipment). */
export const Transshipment = z.strictObject({
  operationCode: Code.optional(),
  carrierSequenceNumber: z.string().optional(),
  containerIndicator: z.boolean().optional(),
  countryCode: Code.optional(),
  countryName: z.string().optional(),
  location: LogisticsLocation.optional(),
  customsOffice: CustomsOffice.optional(),
  modeCode: Code.optional(),
  registrationCountryCode: Code.optional(),
  transportMeansQuantity: z.string().optional(),
  transportMeans: z.array(DeclaredTransportMeans).optional(),
  newContainerId: z.array(z.string()).optional(),
  description: z.array(z.string()).optional(),
});

/** Seals and other means by which customs knows the load again. */
export const CustomsIdentification = z.strictObject({
  methodCode: Code.optional(),
  meansKindCode: Code.optional(),
  quantity: z.string().optional(),
  means: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        description: z.string().optional(),
        /** A foreign customs seal is recognised. */
        foreignIndicator: z.boolean().optional(),
      }),
    )
    .optional(),
  description: z.array(z.string()).optional(),
});

/** Where the transit ends. */
export const TransitDestination = z.strictObject({
  customsOffice: CustomsOffice.optional(),
  controlZoneId: z.string().optional(),
  operatorRegister: CustomsRegister.optional(),
  railwayStationCode: Code.optional(),
  railwayStationName: z.string().optional(),
  placeName: z.string().optional(),
  /** Papers of the warehouse the goods go to. */
  warehouse: ReferencedDocument.optional(),
  address: TradeAddress.optional(),
});

/** A document of a guarantee for the duties of transit, or of a bail (three contracts in one). */
export const GuaranteeDocument = z.strictObject({
  ...ReferencedDocument.shape,
  startDate: DateTime.optional(),
  countryCode: Code.optional(),
  certificateId: CustomsDocumentId.optional(),
  customsDocumentId: CustomsDocumentId.optional(),
  amount: z.strictObject({ value: Decimal, currencyCode: Code.optional() }).optional(),
  methodCode: Code.optional(),
  nationalCode: Code.optional(),
  excludedCountryCode: z.array(Code).optional(),
  register: CustomsRegister.optional(),
  guarantorName: z.string().optional(),
  guarantorTaxpayerId: z.string().optional(),
  guarantorBankId: z.string().optional(),
  guarantorAddress: TradeAddress.optional(),
  generalContract: ReferencedDocument.optional(),
  bailContract: ReferencedDocument.optional(),
  additionalContract: ReferencedDocument.optional(),
  /** Goods lines it covers, one by one or as ranges. */
  itemSequenceNumber: z.array(z.string()).optional(),
  itemRange: z.array(z.strictObject({ first: z.string().optional(), last: z.string().optional() })).optional(),
});

export const TransitGuarantee = z.strictObject({
  presentCode: Code.optional(),
  exemptionCode: Code.optional(),
  document: z.array(GuaranteeDocument).optional(),
});

/** A carrier of the transit, and the people who act for it. */
export const TransitCarrier = z.strictObject({
  ...TradeParty.shape,
  sequenceNumber: z.string().optional(),
  previousSequenceNumber: z.string().optional(),
  representative: z
    .array(
      z.strictObject({
        givenName: z.string().optional(),
        middleName: z.string().optional(),
        familyName: z.string().optional(),
        roleCode: Code.optional(),
      }),
    )
    .optional(),
});

/** A container the goods line names, full of these goods or not. */
export const DeclaredContainer = z.strictObject({
  id: z.string().optional(),
  countryCode: Code.optional(),
  /** 1 the goods fill all of it, 2 a part. */
  fullnessCode: Code.optional(),
});

/** Containers of one kind. */
export const DeclaredContainers = z.strictObject({
  typeCode: Code.optional(),
  quantity: z.string().optional(),
  container: z.array(DeclaredContainer).optional(),
});

/** Packages, pallets or unpacked cargo of one kind. */
export const DeclaredPackage = z.strictObject({
  ...LogisticsPackage.shape,
  /** 0 package, 1 pallet, 2 cargo, … as the form counts. */
  kindCode: Code.optional(),
  cargoDescription: z.array(z.string()).optional(),
  seal: z.array(z.strictObject({ id: z.string() })).optional(),
  /** What it is packed in. */
  package: z.array(LogisticsPackage).optional(),
});

/** Packaging of a goods line as EAEU forms ask for it. */
export const DeclaredPackaging = z.strictObject({
  availabilityCode: Code.optional(),
  quantity: z.string().optional(),
  /** Packages that other goods share. */
  partQuantity: z.string().optional(),
  kindName: z.string().optional(),
  cargoTypeCode: Code.optional(),
  unit: z.array(DeclaredPackage).optional(),
  package: z.array(DeclaredPackage).optional(),
  cargo: z.array(DeclaredPackage).optional(),
  marksText: z.string().optional(),
});

/** A quantity in a supplementary unit, with the unit's sign. */
export const SupplementaryQuantity = z.strictObject({
  value: Decimal.optional(),
  unitName: z.string().optional(),
  unitCode: Code.optional(),
});

/** A preceding document of a goods line: a customs document, a TIR carnet or another. */
export const PrecedingDocument = z.strictObject({
  ...ReferencedDocument.shape,
  lineId: z.string().optional(),
  customsDocumentId: CustomsDocumentId.optional(),
  tirSeries: z.string().optional(),
  tirId: z.string().optional(),
  customsProcedureCode: Code.optional(),
  itemSequenceNumber: z.string().optional(),
});

/** A document presented with the declaration, or promised. */
export const PresentedDocument = z.strictObject({
  ...ReferencedDocument.shape,
  startDate: DateTime.optional(),
  countryCode: Code.optional(),
  issuerId: z.string().optional(),
  lineId: z.string().optional(),
  itemSequenceNumber: z.array(z.string()).optional(),
  electronicDocumentCode: z.string().optional(),
  archiveId: z.string().optional(),
  archivedDocumentId: z.string().optional(),
  customsOfficeCode: Code.optional(),
  controlZoneId: z.string().optional(),
  totalQuantity: z.string().optional(),
  presenting: z
    .strictObject({
      kindCode: Code.optional(),
      documentTypeCode: Code.optional(),
      dueDate: DateTime.optional(),
      customsDocumentId: CustomsDocumentId.optional(),
      vehicleDocumentId: CustomsDocumentId.optional(),
      tirSeries: z.string().optional(),
      tirId: z.string().optional(),
      documentId: z.string().optional(),
      documentDate: DateTime.optional(),
    })
    .optional(),
});

/** Who filled in a declaration, with what authority. */
export const Signatory = z.strictObject({
  givenName: z.string().optional(),
  middleName: z.string().optional(),
  familyName: z.string().optional(),
  position: z.string().optional(),
  communication: TradeParty.shape.communication,
  signingDate: DateTime.optional(),
  identityDocument: TradeParty.shape.identityDocument,
  qualificationCertificateId: z.string().optional(),
  authority: z.strictObject({ ...ReferencedDocument.shape, startDate: DateTime.optional() }).optional(),
});

/** A customs representative and the contract under which it acts. */
export const CustomsRepresentative = z.strictObject({
  register: CustomsRegister.optional(),
  contractDocument: z.strictObject({ ...ReferencedDocument.shape, startDate: DateTime.optional() }).optional(),
});

/** Head of an electronic document of the EEC data model: envelope, structure, language, states. */
export const ElectronicDocument = z.strictObject({
  envelopeCode: z.string().optional(),
  documentCode: z.string().optional(),
  languageCode: Code.optional(),
  sourceCountryCode: Code.optional(),
  destinationCountryCode: Code.optional(),
});

/** What transit adds to a declaration; a goods declaration may have some of it. */
export const transitBody = {
  /** Kind of transit (ИМ, ЭК, ТР, ВТ, ТС) and its features. */
  transitProcedureCode: Code.optional(),
  transitFeatureCode: Code.optional(),
  /** Electronic or paper (ЭД, ОО). */
  documentFormCode: Code.optional(),
  documentUsageCode: Code.optional(),
  pageQuantity: z.string().optional(),
  totalAmount: z.strictObject({ value: Decimal, currencyCode: Code.optional() }).optional(),
  tirCarnet: z
    .strictObject({
      series: z.string().optional(),
      id: z.string().optional(),
      page: z.string().optional(),
      holderId: z.string().optional(),
    })
    .optional(),
  containerIndicator: z.boolean().optional(),
  /** What carries the goods under transit. */
  transportMeans: z.array(DeclaredTransportMeans).optional(),
  transshipment: z.array(Transshipment).optional(),
  customsIdentification: z.array(CustomsIdentification).optional(),
  transitCarrier: z.array(TransitCarrier).optional(),
  transitGuarantee: TransitGuarantee.optional(),
  customsRepresentative: CustomsRepresentative.optional(),
  declarationDate: DateTime.optional(),
  /** Technical head of the electronic document (EEC data model). */
  electronicDocument: ElectronicDocument.optional(),
  customsProcedureCode: Code.optional(),
  /** Seals put on by the declarant, and the tool that closed them. */
  sealing: z
    .strictObject({
      crimperId: z.array(z.string()).optional(),
      quantity: z.string().optional(),
      sealId: z.array(z.string()).optional(),
      description: z.array(z.string()).optional(),
    })
    .optional(),
  recipientCountryCode: Code.optional(),
  movementPurposeCode: Code.optional(),
  lodgementPlace: z.string().optional(),
  /** Station whose stamp the declaration bears, and its date (box 50). */
  railwayStationCode: Code.optional(),
  railwayStampDate: DateTime.optional(),
  securityLabelId: z.string().optional(),
  signatory: Signatory.optional(),
};

/** What EAEU forms say of a goods line beside WCO's GovernmentAgencyGoodsItem. */
export const goodsItemExtension = {
  supplementaryQuantity: z.array(SupplementaryQuantity).optional(),
  prohibitionFreeCode: Code.optional(),
  componentCode: Code.optional(),
  packaging: DeclaredPackaging.optional(),
  containers: z.array(DeclaredContainers).optional(),
  precedingDocument: z.array(PrecedingDocument).optional(),
  presentedDocument: z.array(PresentedDocument).optional(),
  tradeName: z.string().optional(),
  preliminaryInformationId: z.string().optional(),
  exchangeRate: Decimal.optional(),
  invoiceValue: Decimal.optional(),
  invoiceCurrencyCode: Code.optional(),
  container: z.array(DeclaredContainer).optional(),
  uniqueConsignmentReference: z.string().optional(),
};
