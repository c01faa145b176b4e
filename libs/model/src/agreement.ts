/**
 * What the parties agreed: parties, links, routes. Kept in versions, each validated whole with every error at once before it takes effect.
 */
import { z } from 'zod';
import { CarriedEvidencePolicy, SecondSignature } from './foreign-trust.ts';
import { Limits } from './limits.ts';
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

export const Delivery = z.strictObject({
  /** Hours after which an undelivered message expires. */
  deadlineHours: z.number().positive().default(72),
  /** Seconds without a receipt before a published message counts as unknown. */
  receiptSeconds: z.number().positive().default(120),
  /** Hours within which the partner owes a business answer (R3) to each message; absent: none is owed. */
  answerHours: z.number().positive().optional(),
  /** First retry delay in seconds; doubles each time, with full jitter. */
  retryBaseSeconds: z.number().positive().default(1),
  retryCapSeconds: z.number().positive().default(900),
  /**
   * What follows when the receiver, asked about an unknown message, signs that it does not have it: the same bytes are sent again
   * (never past the deadline nor behind a newer message of their business key), or a person decides.
   */
  notHeld: z.enum(['resend', 'wait']).default('resend'),
});

const day = z.iso.date();
const exceptionBase = {
  /** Why the partner cannot keep the rule yet. */
  reason: z.string().min(10).max(500),
  /** The person who allowed it. */
  approvedBy: z.string().min(2).max(100),
  /** First and last day (UTC) on which it counts; afterwards the rule counts again by itself. */
  from: day,
  until: day,
};

/**
 * What one partner is forgiven for a time. These two and no other: nothing turns a check off. `eddsa-name`: signs with an Ed25519 key
 * under the older name `EdDSA`. `clock-tolerance`: its clock may be ahead by `seconds` instead of 300.
 */
export const Exception = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('eddsa-name'), ...exceptionBase }),
    z.strictObject({ kind: z.literal('clock-tolerance'), seconds: z.number().int().min(301).max(3600), ...exceptionBase }),
  ])
  .refine(({ from, until }) => from <= until && Date.parse(until) - Date.parse(from) <= 366 * 86_400_000, {
    path: ['until'],
    message: 'not before from and at most a year after it',
  });
export type Exception = z.infer<typeof Exception>;

/** Whether an exception counts at this time. */
export function exceptionCounts({ from, until }: Exception, now: Date): boolean {
  const today = now.toISOString().slice(0, 10);
  return from <= today && today <= until;
}

/** Where and how we push to a partner that waits for requests (LB-PROTO-2 §5). */
export const Push = z.strictObject({
  /** https, but for a loopback address. The operator's setting PUSH_OUTBOUND_ALLOW has to name its host. */
  url: z.url({ protocol: /^https?$/ }),
  /** `http-signature`: signed with our key (RFC 9421), the frame as body. `standard-webhooks`: HMAC with a shared secret, JSON as body. */
  scheme: z.enum(['http-signature', 'standard-webhooks']).default('http-signature'),
  timeoutSeconds: z.number().int().min(1).max(120).default(30),
});
export type Push = z.infer<typeof Push>;

/** The SFTP server with the boxes of a link (LB-PROTO-2 §4.1). Whoever keeps it, the gateway is its client. */
export const Sftp = z.strictObject({
  /** The operator's setting SFTP_OUTBOUND_ALLOW has to name it. */
  host: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, 'a host name or an address'),
  port: z.number().int().min(1).max(65_535).default(22),
  user: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}$/),
  /** Holds the boxes. */
  folder: z.string().regex(/^\/?[^\0]{1,500}$/),
  /** Fingerprints of the host's key as `ssh-keygen -l` writes them: two while it changes. No other host is spoken to. */
  hostKeys: z
    .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/))
    .min(1)
    .max(2),
});
export type Sftp = z.infer<typeof Sftp>;

/** One link joins the gateway and one partner: two queues, one each way, and the keys of both ends. */
export const Link = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'a link id: small letters, digits and hyphens'),
    partner: key,
    transport: z.enum(['amqp', 'mailbox', 'folder', 'push', 'sftp']),
    /** Of the transport `push`, and of no other. */
    push: Push.optional(),
    /** Of the transport `sftp`, and of no other. */
    sftp: Sftp.optional(),
    test: z.boolean().default(false),
    /** Nothing is accepted from the partner and nothing delivered to it (LINK_SUSPENDED); what is under way waits, on either side. */
    suspended: z.boolean().default(false),
    /** Accepted inbound encodings beyond UTF-8, in the order of trial. */
    charsets: z.array(z.string()).default([]),
    /** How we write each canonical type to this partner. */
    formats: z.partialRecord(messageType, FormatChoice).default({}),
    limits: Limits.prefault({}),
    delivery: Delivery.prefault({}),
    /** At most one of each kind. */
    exceptions: z
      .array(Exception)
      .max(2)
      .refine((all) => new Set(all.map(({ kind }) => kind)).size === all.length, 'one of each kind')
      .default([]),
    /** A second signature (SM2, GOST) beside ours. Absent: a message that carries one is refused. */
    secondSignature: SecondSignature.optional(),
    /** Signatures the partner's documents bring along. Absent: they are neither asked for nor judged. */
    carriedEvidence: CarriedEvidencePolicy.optional(),
  })
  .refine(({ transport, push }) => (transport === 'push') === (push !== undefined), {
    path: ['push'],
    message: 'given for the transport push and for no other',
  })
  .refine(({ transport, sftp }) => (transport === 'sftp') === (sftp !== undefined), {
    path: ['sftp'],
    message: 'given for the transport sftp and for no other',
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
