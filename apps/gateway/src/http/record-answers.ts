/** What the endpoints about keys, debts, reconciliations, declarations, quarantine, audit and health answer. */
import { z } from 'zod';

const Time = z.iso.datetime().describe('UTC, with milliseconds');
const text = z.string();
const count = z.number().int().min(0);

export const AuditAnswer = z.object({
  entries: z.array(
    z.object({
      sequence: count,
      at: Time,
      actor: text,
      action: text,
      subject: text,
      reason: text.optional(),
      approver: text.optional(),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
      digest: text,
    }),
  ),
});

export const DebtsAnswer = z.object({
  debts: z.array(
    z.object({
      position: text.describe('after of the next page.'),
      link: text,
      debtor: text,
      creditor: text,
      owed: z.enum(['R1', 'R2', 'R3']),
      messageId: text,
      type: text,
      state: text,
      since: Time,
      due: Time,
      asked: count.describe('Questions asked so far.'),
    }),
  ),
});
export const DebtCountsAnswer = z.object({ counts: z.array(z.object({ link: text, partner: text, theirs: count, ours: count })) });

export const LinkTotalsAnswer = z.object({
  links: z.array(
    z.object({
      link: text,
      partner: text,
      received: count,
      accepted: count,
      refused: count,
      parked: count,
      quarantined: count,
      duplicates: count,
      sent: count,
      delivered: count,
      receipted: count,
      waiting: count,
      unknown: count,
      expired: count,
    }),
  ),
});

export const QuarantineAnswer = z.object({
  quarantine: z.array(z.object({ link: text, sha256: text, code: text, reason: text, at: Time, count, claimedMessageId: text.optional() })),
});

export const OctetsAnswer = z.object({
  bytes: count.describe('Of the whole.'),
  cut: z.boolean(),
  base64: text,
});

export const EvidenceVerdictAnswer = z.object({
  outcome: z.enum(['signature', 'key', 'receipt', 'time', 'purged', 'intact']).describe('The gravest of what was found.'),
  provenAt: Time.optional().describe('When the message stood in the signed log.'),
  findings: z.array(z.object({ outcome: text, at: text.describe('Place in the pack.'), reason: text, text })),
  keys: z.array(z.object({ party: text, kid: text, anchor: z.enum(['pinned', 'introduced', 'pack', 'none']) })),
  receipts: count,
});

const Told = z.object({
  listId: text,
  code: text,
  dateTime: text.optional(),
  sender: text,
  messageId: text,
  receivedAt: Time,
});
export const DeclarationAnswer = z.object({ states: z.array(Told), notices: z.array(Told) });

const Differences = z.record(text, z.unknown());
const BothWays = z.object({ out: Differences, in: Differences });
export const ReconciliationsAnswer = z.object({
  reconciliations: z.array(
    z.object({
      link: text,
      day: text,
      state: z.enum(['open', 'agreed', 'disagreed', 'contradicted']),
      sent: count,
      received: count,
      made: Time,
      answered: Time.optional(),
      differences: BothWays.optional(),
      answers: z
        .array(z.object({ at: Time, digest: text, agreed: z.boolean(), differences: BothWays.optional() }))
        .optional()
        .describe('Of a contradicted day: every answer kept, the first one first.'),
      code: text.optional(),
      title: text.optional(),
      action: text.optional(),
    }),
  ),
});

export const KeyAnswer = z.object({
  party: text,
  kid: text,
  alg: text,
  status: text,
  from: text,
  until: text.optional(),
  compromisedSince: text.optional(),
  certificate: z.object({ subject: text, issuer: text, validTo: text }).optional(),
});
export const KeysAnswer = z.object({ keys: z.array(KeyAnswer) });
const Rehearsed = z.object({
  link: text,
  partner: text,
  passed: z.boolean(),
  askedAt: Time.optional(),
  answeredAt: Time.optional(),
  answeredWith: z.object({ kid: text, status: text }).optional(),
  accepts: z.boolean(),
});
const dependant = { link: text, direction: z.enum(['in', 'out']), kind: text, state: text, count };
export const KeyShowAnswer = KeyAnswer.extend({
  held: z.boolean().describe('We have its private half.'),
  rehearsal: z.array(Rehearsed),
  dependants: z.array(z.object(dependant)),
});
export const KeyOrderAnswer = z.object({ party: text, version: count, keys: z.array(KeyAnswer) });
export const RehearsalAnswer = z.object({
  kid: text,
  passed: z.boolean(),
  links: z.array(Rehearsed),
  dependants: z.array(z.object({ kid: text, ...dependant })),
});

export const AboutAnswer = z.object({ environment: z.enum(['production', 'test']), gateway: text, issuer: z.boolean() });
export const LiveAnswer = z.object({ status: z.literal('live') });
export const ReadyAnswer = z.object({
  status: z.enum(['ready', 'degraded', 'not ready']),
  store: z.enum(['reachable', 'unreachable']),
  timestamps: text.optional(),
  agreements: z
    .object({ version: count, digest: text, behind: z.boolean() })
    .describe('What this process runs; behind: it cannot run the newest.'),
  links: z.array(z.object({ link: text, transport: text, condition: text, relay: z.enum(['held', 'elsewhere']) })),
});
