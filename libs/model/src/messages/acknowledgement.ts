import { z } from 'zod';
import { ReferencedDocument } from '../trade.ts';
import { Code, DateTime } from '../values.ts';
import { base } from './header.ts';

/** One fault a partner's system reports about a message of ours. */
export const ReportedError = z.strictObject({
  code: Code.optional(),
  text: z.array(z.string()).optional(),
  /** Reference of the faulty message or segment. */
  referenceId: z.string().optional(),
  pointer: z.string().optional(),
});

/**
 * A partner's own-format answer about a message of ours: `syntax` (CONTRL), `application` (APERAK),
 * `transport` (DxpRep). It is business data in a message, never a signed receipt.
 */
export const Acknowledgement = z.strictObject({
  ...base('Acknowledgement'),
  kind: z.enum(['syntax', 'application', 'transport']),
  /** What is answered: interchange reference, note number, CopMsgId. */
  acknowledgedDocument: ReferencedDocument,
  /** Sender and recipient of the original, where the answer repeats them. */
  originalSenderId: z.string().optional(),
  originalRecipientId: z.string().optional(),
  responseCode: Code.optional(),
  responseText: z.array(z.string()).optional(),
  noticeDateTime: DateTime.optional(),
  error: z.array(ReportedError).optional(),
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;
