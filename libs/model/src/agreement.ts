/**
 * What the parties agreed: parties, links, routes. Configuration, validated at start with every error at once.
 */
import { z } from 'zod';
import { MESSAGE_TYPES, type MessageType } from './messages/index.ts';

const key = z.string().regex(/^[A-Z][A-Z0-9]{1,15}$/, 'a party key: 2 to 16 capital letters and digits');
const messageType = z.enum(Object.keys(MESSAGE_TYPES) as [MessageType, ...MessageType[]]);

/** Someone we exchange with. The gateway itself is a party too. */
export const Party = z.strictObject({
  key,
  name: z.strictObject({ en: z.string(), zh: z.string().optional(), ru: z.string().optional(), kk: z.string().optional() }),
  country: z.string().regex(/^[A-Z]{2}$/),
});
export type Party = z.infer<typeof Party>;

/** Which format a partner speaks for one canonical type, and the constants its heads and envelopes need. */
export const FormatChoice = z.strictObject({
  mapping: z.string(),
  envelope: z.string().optional(),
  charset: z.string().optional(),
  /** Values for heads and envelopes by name, for example SenderId, ReceiverId, MsgType, PlatId, CopCode. */
  parameters: z.record(z.string(), z.string()).default({}),
});
export type FormatChoice = z.infer<typeof FormatChoice>;

export const Limits = z.strictObject({
  /** Largest accepted message in bytes. */
  messageBytes: z
    .number()
    .int()
    .positive()
    .default(64 * 1024 * 1024),
  /** How many messages may be in flight from this partner before we stop reading. */
  prefetch: z.number().int().positive().default(200),
  /** How many messages are sent before waiting for confirms. */
  window: z.number().int().positive().default(100),
});

export const Delivery = z.strictObject({
  /** Hours after which an undelivered message expires. */
  deadlineHours: z.number().positive().default(72),
  /** Seconds without a receipt before a published message counts as unknown. */
  receiptSeconds: z.number().positive().default(120),
  /** First retry delay in seconds; doubles each time, with full jitter. */
  retryBaseSeconds: z.number().positive().default(1),
  retryCapSeconds: z.number().positive().default(900),
});

/** One link joins the gateway and one partner: two queues, one each way, and the keys of both ends. */
export const Link = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'a link id: small letters, digits and hyphens'),
  partner: key,
  transport: z.enum(['amqp', 'mailbox']),
  test: z.boolean().default(false),
  /** Accepted inbound encodings beyond UTF-8, in the order of trial. */
  charsets: z.array(z.string()).default([]),
  /** How we write each canonical type to this partner. */
  formats: z.partialRecord(messageType, FormatChoice).default({}),
  limits: Limits.prefault({}),
  delivery: Delivery.prefault({}),
});
export type Link = z.infer<typeof Link>;

/** Where messages of a sender and type go, and the projection that turns one canonical message into those the receiver needs. */
export const Route = z.strictObject({
  from: key,
  messageType,
  to: key,
  /** Named projection (libs/exchange/projections); absent: the message goes on as it is. */
  projection: z.string().optional(),
  priority: z.enum(['A', 'B', 'C']).default('B'),
});
export type Route = z.infer<typeof Route>;

export const Agreements = z.strictObject({
  gateway: key,
  parties: z.array(Party).min(1),
  links: z.array(Link).min(1),
  routes: z.array(Route),
});
export type Agreements = z.infer<typeof Agreements>;
