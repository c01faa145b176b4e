import { z } from 'zod';
import { LogisticsLocation } from '../trade.ts';
import { DateTime } from '../values.ts';
import { base } from './header.ts';
import { ResponseStatus } from './manifest-response.ts';

/**
 * What the other side says about a declaration: `import` (taken over by the platform or not), `failure` (the client could
 * not send it) or `status` (a notice of customs). Whether a status replaces an earlier one is decided by the rank of its
 * code (`currentState` of #formats), never by the order of arrival.
 */
export const DeclarationResponse = z.strictObject({
  ...base('DeclarationResponse'),
  kind: z.enum(['import', 'failure', 'status']),
  /** Number customs gave the declaration. */
  declarationId: z.string().optional(),
  /** Number the platform gave it (统一编号). */
  platformId: z.string().optional(),
  /** Number of the declaration message answered. */
  acknowledgedMessageId: z.string().optional(),
  /** Number of the transit declaration that came with it. */
  transitPlatformId: z.string().optional(),
  status: ResponseStatus.optional(),
  noticeDateTime: DateTime.optional(),
  customsOffice: LogisticsLocation.optional(),
  /** Day the goods enter or leave, and day of declaration. */
  borderCrossingDate: DateTime.optional(),
  declarationDate: DateTime.optional(),
  /** The officer who decided, where the answer names one. */
  officer: z.strictObject({ id: z.string().optional(), name: z.string().optional() }).optional(),
  /** Failures only: kind and value of the result, and data the client gives back. */
  resultTypeCode: z.string().optional(),
  resultValue: z.string().optional(),
  resultVersion: z.string().optional(),
  resultData: z.string().optional(),
});
export type DeclarationResponse = z.infer<typeof DeclarationResponse>;
