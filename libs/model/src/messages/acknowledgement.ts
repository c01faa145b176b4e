import { z } from 'zod';
import { ReferencedDocument } from '../trade.ts';
import { PreliminaryInformationId } from '../transit.ts';
import { Code, DateTime } from '../values.ts';
import { base } from './header.ts';

/** One fault a partner's system reports about a message of ours. */
export const ReportedError = z.strictObject({
  code: Code.optional(),
  /** Class of the error, where the partner gives one beside the type. */
  classCode: Code.optional(),
  text: z.array(z.string()).optional(),
  /** Reference of the faulty message or segment. */
  referenceId: z.string().optional(),
  pointer: z.string().optional(),
});

/** Where a syntax answer (CONTRL) found a fault inside a segment: error code (0085) and the place, counted from 1. */
export const SyntaxFault = z.strictObject({
  errorCode: Code.optional(),
  /** Tag of the faulty service segment (0013), for example UNT. */
  segmentTag: z.string().optional(),
  elementNumber: z.string().optional(),
  componentNumber: z.string().optional(),
});

/** What a syntax answer says about one message of the interchange (UCM with its UCS and UCD). */
export const AcknowledgedMessage = z.strictObject({
  /** Message reference, UNH 0062. */
  id: z.string(),
  typeCode: Code.optional(),
  versionId: z.string().optional(),
  releaseId: z.string().optional(),
  agencyCode: z.string().optional(),
  associationCode: z.string().optional(),
  /** 4 rejected, 7 acknowledged, 8 received (list UN-0083). */
  responseCode: Code.optional(),
  fault: SyntaxFault.optional(),
  segment: z
    .array(
      z.strictObject({
        /** Position in the message, UNH = 1. */
        segmentNumber: z.string(),
        errorCode: Code.optional(),
        element: z.array(SyntaxFault.omit({ segmentTag: true })).optional(),
      }),
    )
    .optional(),
});

/**
 * A partner's own-format answer about a message of ours: `syntax` (CONTRL), `application` (APERAK),
 * `transport` (DxpRep). It is business data in a message, never a signed receipt.
 */
export const Acknowledgement = z.strictObject({
  ...base('Acknowledgement'),
  kind: z.enum(['syntax', 'application', 'transport']),
  /** Number and type of the answer itself, where it has one besides the message reference. */
  acknowledgementDocument: ReferencedDocument.optional(),
  /** What is answered: interchange reference, note number, CopMsgId. */
  acknowledgedDocument: ReferencedDocument,
  /** Sender and recipient of the original, where the answer repeats them. */
  originalSenderId: z.string().optional(),
  originalRecipientId: z.string().optional(),
  responseCode: Code.optional(),
  responseText: z.array(z.string()).optional(),
  noticeDateTime: DateTime.optional(),
  error: z.array(ReportedError).optional(),
  /** The number the receiver gave to what was sent, and how that stands. */
  registration: z
    .strictObject({
      registrationId: z.string().optional(),
      number: PreliminaryInformationId.optional(),
      statusText: z.string().optional(),
      customsOfficeCode: Code.optional(),
      occurrenceDateTime: DateTime.optional(),
      /** Preliminary information on the train that the answered one belongs to. */
      trainInformationId: z.string().optional(),
    })
    .optional(),
  /** Call of a vessel the answer is about. */
  vesselCall: z
    .strictObject({
      imoNumber: z.string().optional(),
      voyageId: z.string().optional(),
      portCode: Code.optional(),
      customsOfficeName: z.string().optional(),
    })
    .optional(),
  /** Number of a notice of wagons handed over. */
  transferNoticeId: z.string().optional(),
  /** Syntax answers only: the fault of the interchange itself, and what became of each of its messages. */
  fault: SyntaxFault.optional(),
  acknowledgedMessage: z.array(AcknowledgedMessage).optional(),
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;
