import { z } from 'zod';
import { Code, DateTime } from '../values.ts';

/** Head of every canonical message. `messageId` is the business message's own id, unique per sender. */
export const Header = z.strictObject({
  messageId: z.string().min(1),
  /** Message type of the source format, for example MT1101 of list CN-MessageType, IFTMIN of list UN-0065. */
  typeCode: Code.optional(),
  /** 9 original, 0 secondary data, 5 replace, 3 delete, 2 add (list CN-FunctionCode or UN-1225). */
  functionCode: Code,
  senderId: z.string().optional(),
  recipientId: z.string().optional(),
  issueDateTime: DateTime.optional(),
  version: z.string().optional(),
  testIndicator: z.boolean().optional(),
  /** Message this one answers or replaces. */
  refToMessageId: z.string().optional(),
});
export type Header = z.infer<typeof Header>;

/** What a source carried and the canonical model has no home for: reported, never dropped in silence. */
export const Unmapped = z.array(z.strictObject({ pointer: z.string(), value: z.string() }));

export const MODEL_VERSION = 'landbridge/1';

/** Members every canonical message has. */
export const base = <T extends string>(type: T) => ({
  model: z.literal(MODEL_VERSION),
  type: z.literal(type),
  header: Header,
  unmapped: Unmapped.optional(),
});
