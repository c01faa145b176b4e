import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportMovement, ReferencedDocument, TradeParty } from '../trade.ts';
import { CustomsDocumentId } from '../transit.ts';
import { Code, DateTime, Measure } from '../values.ts';
import { base } from './header.ts';

/** Where a consignment stands with customs, in WCO response function codes; the national code stays beside it. */
export const ClearanceStatus = z.strictObject({
  ...base('ClearanceStatus'),
  /** WCO RES function code: 01 accepted, 02 registered, 03 rejected, 05 control, 08 released, 09 cleared, … (list WCO-ResponseFunction). */
  statusCode: Code,
  /** The authority's own code, verbatim. */
  nationalStatusCode: Code.optional(),
  statusText: z.string().optional(),
  remark: z.string().optional(),
  /** The declaration the status is about, by its registration number. */
  declarationId: CustomsDocumentId.optional(),
  customsPerson: z
    .strictObject({ name: z.string().optional(), personalNumberId: z.string().optional(), customsOfficeCode: Code.optional() })
    .optional(),
  /** Number given to an addition to the bail contract. */
  additionalContractId: z.string().optional(),
  occurrenceDateTime: DateTime.optional(),
  customsOffice: LogisticsLocation.optional(),
  transportContractDocument: ReferencedDocument.optional(),
  associatedDocument: ReferencedDocument.optional(),
  /** Of a list of released goods: what they came on, who declared them, how much. */
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  agent: TradeParty.optional(),
  numberOfPackages: z.string().optional(),
  grossWeight: Measure.optional(),
  /** Containers or wagons the status is about, where it is not about the whole bill. */
  equipmentId: z.array(z.string()).optional(),
});
export type ClearanceStatus = z.infer<typeof ClearanceStatus>;
