import { z } from 'zod';
import { declarationBody, GoodsShipment } from '../declaration.ts';
import { LogisticsLocation, LogisticsTransportEquipment, LogisticsTransportMovement } from '../trade.ts';
import {
  CustomsDocumentId,
  CustomsIdentification,
  CustomsOffice,
  DeclaredContainer,
  DeclaredTransportMeans,
  PreliminaryInformationId,
  transitBody,
  TransitGuarantee,
  Transshipment,
} from '../transit.ts';
import { Code, DateTime } from '../values.ts';
import { base } from './header.ts';

/** One consignment of preliminary information: the shipment, and what is to happen with it at the border. */
export const PreliminaryShipment = z.strictObject({
  ...GoodsShipment.shape,
  transshipment: z.array(Transshipment).optional(),
  transportMeansId: z.array(z.string()).optional(),
  registrationId: CustomsDocumentId.optional(),
  procedureTypeCode: Code.optional(),
  declarationFeatureCode: Code.optional(),
  transitDirectionCode: Code.optional(),
  transitFeatureCode: Code.optional(),
  documentUsageCode: Code.optional(),
  pageQuantity: z.string().optional(),
  loadingDate: DateTime.optional(),
  unloadingDate: DateTime.optional(),
  loadingCustomsOfficeCode: Code.optional(),
  unloadingCustomsOfficeCode: Code.optional(),
  destinationCustomsOfficeCode: Code.optional(),
  container: z.array(DeclaredContainer).optional(),
  customsIdentification: CustomsIdentification.optional(),
  transitTransportSameIndicator: z.boolean().optional(),
  transitTransportMeans: z.array(DeclaredTransportMeans).optional(),
  transitGuarantee: TransitGuarantee.optional(),
});

/**
 * What customs is told before a train arrives (EAEU: PIRWInformationCU, RWPreliminary, PI_RwArrive): the train and its
 * wagons, where and when it comes, and the consignments on it.
 */
export const PreliminaryInformation = z.strictObject({
  ...base('PreliminaryInformation'),
  /** 1 transit, 2 arrival (list EAEU-PreliminaryPurpose), or the purposes of RWPreliminary. */
  purposeCode: z.array(Code).optional(),
  /** Unique number of the carriage (УИНП). */
  uniqueCarriageId: z.string().optional(),
  languageCode: Code.optional(),
  registrationId: PreliminaryInformationId.optional(),
  previousRegistrationId: PreliminaryInformationId.optional(),
  documentFormCode: transitBody.documentFormCode,
  electronicDocument: transitBody.electronicDocument,
  expectedArrivalDateTime: DateTime.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  /** Number of the checkpoint of preliminary passage (ППВ). */
  checkpointPassId: z.string().optional(),
  /** Wagons in the order of the train. */
  wagon: z.array(LogisticsTransportEquipment).optional(),
  entryLocation: LogisticsLocation.optional(),
  entryOffice: CustomsOffice.optional(),
  checkpoint: z.strictObject({ code: Code.optional(), name: z.string().optional() }).optional(),
  containerIndicator: z.boolean().optional(),
  transportModeCode: Code.optional(),
  transportMeans: z.array(DeclaredTransportMeans).optional(),
  entryPurposeCode: Code.optional(),
  declarant: declarationBody.declarant,
  goodsShipment: z.array(PreliminaryShipment).optional(),
});
export type PreliminaryInformation = z.infer<typeof PreliminaryInformation>;
