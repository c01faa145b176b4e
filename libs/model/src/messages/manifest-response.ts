import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportMovement, ReferencedDocument } from '../trade.ts';
import { Code, DateTime } from '../values.ts';
import { base } from './header.ts';

/** A response code with its words. Unknown codes stay verbatim and never count as success. */
export const ResponseStatus = z.strictObject({ code: Code, text: z.string().optional() });

/**
 * Customs answer to a manifest-family message. The overall status and the line statuses are independent facts
 * (real receipts disagree), so neither is ever derived from the other.
 */
export const ManifestResponse = z.strictObject({
  ...base('ManifestResponse'),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  consignmentStatus: z
    .array(
      z.strictObject({
        transportContractDocument: ReferencedDocument.optional(),
        associatedDocument: ReferencedDocument.optional(),
        status: ResponseStatus.optional(),
      }),
    )
    .optional(),
  /** Real receipts hold lines without a container number. */
  equipmentStatus: z.array(z.strictObject({ id: z.string().optional(), status: ResponseStatus.optional() })).optional(),
  status: ResponseStatus.optional(),
  /** Words about the whole, where they stand apart from a code. */
  information: z.string().optional(),
  responseDateTime: DateTime.optional(),
  customsOffice: LogisticsLocation.optional(),
  /** Errors by code, with the place they are about (CUSRES). */
  error: z.array(z.strictObject({ pointCode: Code.optional(), itemNumber: z.string().optional(), code: Code.optional() })).optional(),
});
export type ManifestResponse = z.infer<typeof ManifestResponse>;
