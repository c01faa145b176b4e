/** What the endpoints about messages answer, as JSON brings it: in the OpenAPI document, and as types for the CLI and the console. */
import { z } from 'zod';

const Time = z.iso.datetime().describe('UTC, with milliseconds');
const text = z.string();
const count = z.number().int().min(0);

export const Mapping = z.object({ id: text, version: text, digest: text });
export const FoundIssue = z.object({
  code: text,
  severity: z.enum(['error', 'warning']),
  pointer: text,
  message: text,
  place: z.record(text, z.unknown()).optional().describe('Where it stands, as the syntax of the document counts.'),
  syntaxError: text.optional().describe('EDIFACT: the code of list 0085 that a CONTRL names.'),
});
export const BoundedCountAnswer = z.object({
  count,
  more: z.boolean().describe('At least so many: counting stops at 1,000 or when enough was looked at.'),
});

export const LinkStandingsAnswer = z.object({
  links: z.array(
    z.object({
      link: text,
      partner: text,
      transport: text,
      state: z
        .enum(['used', 'up', 'down', 'stopped'])
        .describe('used: something came or went within 24 hours; up: reached; down: not reached; stopped: by the stop switch.'),
      waiting: BoundedCountAnswer.describe('Messages and receipts that have not gone yet.'),
      oldestWaiting: Time.optional(),
      unknown: BoundedCountAnswer.describe('Gone, and nobody knows whether they arrived.'),
      blockedKeys: BoundedCountAnswer.describe('Order keys of which messages wait behind an unknown one.'),
      lastIn: Time.optional(),
      lastOut: Time.optional(),
      drain: z
        .object({
          perMinute: z.number().min(0).describe('Messages and receipts that left, a minute, in the last five minutes.'),
          seconds: count.describe('Until what waits has gone at that pace, nothing new coming in.'),
          more: z.boolean().describe('More waits than was counted: it takes longer.'),
        })
        .optional()
        .describe('Absent where nothing waits or nothing left lately.'),
      paused: z
        .object({ reason: text, actor: text, at: Time })
        .optional()
        .describe('Who paused it and why; everything may be stopped, too.'),
    }),
  ),
});

export const ChipAnswer = z.object({ field: text, values: z.array(text).min(1), not: z.boolean() });
export const QueryFaultAnswer = z.object({ code: text, at: count, length: count, message: text, expected: z.array(text).optional() });

export const MessageAnswer = z.object({
  direction: z.enum(['in', 'out']),
  link: text,
  partner: text,
  messageId: text,
  sender: text.optional().describe('In: who sent it.'),
  type: text,
  functionCode: text.optional(),
  canonicalType: text.optional(),
  state: text,
  at: Time.describe('Received or made.'),
  attempt: count,
  nextAt: Time.optional(),
  deadline: Time.optional(),
  publishedAt: Time.optional(),
  duplicates: count,
  orderKey: text.optional(),
  keys: z.array(text).max(8),
  keyCount: count,
  mapping: Mapping.optional(),
  code: text.optional().describe('First error.'),
  priority: text,
  test: z.boolean(),
  bytes: count.describe('Octets of the signed frame.'),
  conversationId: text.optional(),
  source: z.object({ sender: text, messageId: text }).optional().describe('Out: the message it was made from.'),
  replay: z.object({ possible: z.boolean(), kinds: z.array(z.enum(['redeliver', 'retranslate'])), because: text }),
  incidents: z.array(text).describe('Ids of the incidents it counts in, newest first.'),
});
export type MessageAnswer = z.infer<typeof MessageAnswer>;

export const MessagesAnswer = z.object({
  messages: z.array(MessageAnswer),
  next: text.optional().describe('cursor of the next page; absent: there is none. A short or empty page may have one.'),
  searchedTo: Time.optional().describe('The page ended because enough was looked at: everything back to here was searched.'),
});
export type MessagesAnswer = z.infer<typeof MessagesAnswer>;

export const QueryAnswer = z.object({
  ok: z.boolean(),
  chips: z.array(ChipAnswer).optional(),
  text: text.optional().describe('The same query in its shortest form.'),
  faults: z.array(QueryFaultAnswer).optional(),
});
export type QueryAnswer = z.infer<typeof QueryAnswer>;

export const ReceiptAnswer = z.object({
  receiptId: text,
  direction: text,
  issuer: text,
  levels: z.array(text),
  status: text,
  jws: text,
  at: Time,
});
export const EventAnswer = z.object({
  kind: text,
  from: text.optional(),
  to: text.optional(),
  actor: text,
  cause: text.optional(),
  at: Time,
});

export const MessageDetailAnswer = MessageAnswer.extend({
  frameBytes: count,
  issues: z.array(FoundIssue),
  receipts: z.array(ReceiptAnswer),
  events: z.array(EventAnswer),
  translation: text.optional().describe('Signed statement how it was made of another: a compact JWS.'),
  evidence: z
    .array(
      z.object({
        scheme: text,
        keyName: text.optional(),
        certificateDigest: text.optional(),
        algorithm: text.optional(),
        verdict: text,
        reason: text.optional(),
        at: Time,
        bytesDigest: text,
        signature: text,
      }),
    )
    .describe('Verdicts on foreign signatures, and our own second signature.'),
  related: z.array(z.object({ direction: z.enum(['in', 'out']), messageId: text, link: text, state: text })),
});
export type MessageDetailAnswer = z.infer<typeof MessageDetailAnswer>;
export const MessageDetailsAnswer = z.object({ messages: z.array(MessageDetailAnswer) });

export const ChangeAnswer = z.object({ id: text, event: EventAnswer, message: MessageAnswer });
export type ChangeAnswer = z.infer<typeof ChangeAnswer>;

export const SearchAnswer = z.object({
  guesses: z.array(
    z.object({
      kind: text.describe('A key scheme, message-id, station, digest or text.'),
      value: text,
      reason: text,
      checkDigit: z.enum(['right', 'wrong']).optional(),
      key: text.optional(),
      count: BoundedCountAnswer.optional().describe('Messages of this key; absent where it cannot be counted.'),
    }),
  ),
  keys: z.array(z.object({ key: text, count: BoundedCountAnswer })).describe('Keys that have messages, the likeliest first.'),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const ShipmentAnswer = z.object({
  asked: text,
  keys: z.array(
    z.object({
      key: text,
      role: z.enum(['goods', 'carrier']),
      hops: count,
      via: z.object({ key: text, messageId: text }).optional(),
    }),
  ),
  messages: z.array(MessageAnswer),
  entries: z.array(
    z.object({
      at: Time,
      kind: z.enum(['received', 'made', 'state', 'receipt-issued', 'receipt-received', 'repeated', 'quarantined', 'event']),
      messageId: text,
      direction: z.enum(['in', 'out']),
      link: text,
      partner: text,
      type: text,
      state: text.optional(),
      from: text.optional(),
      cause: text.optional(),
      actor: text.optional(),
      count: count.optional(),
    }),
  ),
  window: z.object({ from: Time.optional(), until: Time.optional() }),
  truncated: z.array(z.enum(['messages', 'keys', 'hops'])).optional(),
  zones: z.array(text).describe('IANA names of the clocks times are shown in.'),
});
export type ShipmentAnswer = z.infer<typeof ShipmentAnswer>;
