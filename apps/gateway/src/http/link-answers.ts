/** What the endpoints about blocked keys, requests and dead letters answer, as JSON brings it. */
import { z } from 'zod';
import { BLOCKING_STATES, DEATH_REASONS, LETTER_STATES, REPLAY_VERDICTS, REQUEST_KINDS, REQUEST_STATES, VERDICT_REASONS } from '#exchange';
import { BoundedCountAnswer } from './answers.ts';

const Time = z.iso.datetime().describe('UTC, with milliseconds');
const text = z.string();
const count = z.number().int().min(0);
const Person = z.object({ id: text, name: text });

const FirstPass = z.object({
  judged: count.describe('Messages of which it is known whether they were taken.'),
  passed: count.describe('Of these, at the first try: no error, no second attempt, no help of a person.'),
});
const Durations = z.object({
  p50Seconds: z.number().min(0).optional().describe('Absent where nothing is known.'),
  p90Seconds: z.number().min(0).optional(),
  known: count.describe('Messages it is known of.'),
  of: count.describe('Messages it could be known of: coverage is known / of.'),
});
const figures = {
  received: FirstPass.describe('What the partner sent us.'),
  sent: FirstPass.describe('What we sent to the partner.'),
  passage: Durations.describe('From the arrival of a message until what became of it was handed over to this partner.'),
  receipt: Durations.describe("From handing over until the partner's signed receipt."),
  more: z.boolean().describe('More messages came, or went, than were looked at (1,000 of a link each way): the figures are of the newest.'),
};
const ExpiryAnswer = z.object({
  party: text,
  kid: text,
  what: z.enum(['key', 'certificate']),
  until: Time,
  days: z.number().describe('From now on, in whole and parts; negative: it has run out.'),
});
export const LinkFiguresAnswer = z.object({
  since: Time,
  links: z.array(
    z.object({
      link: text,
      partner: text,
      ...figures,
      expiry: ExpiryAnswer.optional().describe("What of the partner's keys in use runs out first. Absent: nothing does."),
    }),
  ),
  total: z.object(figures).describe('All of these links together.'),
  own: ExpiryAnswer.optional().describe('What of our own keys in use runs out first.'),
});

const Taken = z.object({ messages: count, bytes: count });
export const LinkLimitsAnswer = z.object({
  links: z.array(
    z.object({
      link: text,
      partner: text,
      agreed: z
        .object({
          messageBytes: count.describe('Of the largest message.'),
          open: count.describe('Messages open at once.'),
          window: count,
          perMinute: count.optional(),
          burst: count.optional(),
          dayMessages: count.optional(),
          dayBytes: count.optional(),
          share: count,
        })
        .describe('links[].limits of the agreement; what is absent has no limit.'),
      today: Taken.describe('Taken since midnight UTC by every process, what is being taken included.'),
      open: count.describe('Being taken now, by this process.'),
      leftOpen: count,
      leftInBurst: count.optional(),
      leftMessages: count.optional(),
      leftBytes: count.optional(),
      renews: Time.describe("When the day's quota begins anew."),
      shut: z
        .object({ code: z.enum(['TOO_MANY_OPEN', 'RATE_LIMITED', 'QUOTA_USED']), waitMs: count })
        .optional()
        .describe('Messages are refused with this code over HTTP, and wait in their queue or folder otherwise.'),
    }),
  ),
});

export const BlockedKeysAnswer = z.object({
  keys: z.array(
    z.object({
      position: text.describe('after of the next page'),
      link: text,
      key: text,
      messageId: text,
      type: text,
      state: z
        .enum(BLOCKING_STATES)
        .describe('unknown: published without a receipt; missing: its receiver lacks it; retrying: the first of its key, failing so far.'),
      code: text.optional(),
      attempts: count,
      since: Time,
      nextAt: Time.optional(),
      deadline: Time,
      behind: BoundedCountAnswer.describe('Messages of the key that have not gone yet.'),
    }),
  ),
});

export const LinkRequestAnswer = z.object({
  id: text,
  kind: z.enum(REQUEST_KINDS),
  state: z.enum(REQUEST_STATES),
  link: text,
  subject: text.describe('The business key, the number of the dead letter, or of the version of the agreements.'),
  reason: text,
  author: Person,
  approver: Person.optional(),
  decision: text.optional(),
  decidedAt: Time.optional(),
  digest: text.describe('Of the action; an approval names it.'),
  action: text.describe('The exact action as JSON text.'),
  results: z
    .array(text)
    .describe('What was done: message ids, the letter, or the version. Less than asked for where something moved on by itself.'),
  at: Time,
  expiresAt: Time,
  may: z.array(z.enum(['approve', 'refuse'])),
});
export const OneLinkRequestAnswer = z.object({ request: LinkRequestAnswer });
export const LinkRequestsAnswer = z.object({ requests: z.array(LinkRequestAnswer) });

export const DeadLetterAnswer = z.object({
  id: text,
  link: text,
  partner: text,
  way: z.enum(['in', 'out']).describe("in: a partner's that we did not take; out: ours that the partner did not take."),
  reason: z.enum(DEATH_REASONS).describe('In the words of RabbitMQ.'),
  queue: text.describe('Where it died, and where it would go back to.'),
  exchange: text,
  routingKey: text,
  messageId: text.optional().describe('As its labels say.'),
  type: text.optional(),
  sha256: text,
  bytes: count,
  diedAt: Time,
  deaths: count,
  at: Time.describe('Taken from the broker.'),
  state: z.enum(LETTER_STATES),
  outcome: text.optional(),
  decidedBy: text.optional(),
  decidedAt: Time.optional(),
});
export const DeadLettersAnswer = z.object({ letters: z.array(DeadLetterAnswer), next: text.optional() });
export const ShownLetterAnswer = z.object({
  letter: DeadLetterAnswer,
  claims: z
    .object({
      messageId: text,
      sender: text,
      type: text,
      created: Time,
      notAfter: Time,
      keys: z.array(text),
      parts: z.array(z.object({ name: text, mediaType: text, bytes: count })),
    })
    .optional()
    .describe('What it says it is; nothing of it is proven.'),
  verdict: z.enum(REPLAY_VERDICTS),
  reasons: z.array(z.enum(VERDICT_REASONS)),
});
export const ReplayedLetterAnswer = z.object({ letter: DeadLetterAnswer, outcome: text });
export const DeadQueuesAnswer = z.object({
  queues: z.array(
    z.object({
      link: text,
      partner: text,
      queue: text,
      count: count.optional().describe('Letters that lie at the broker, by its own count. Absent where they could not be counted.'),
      at: Time,
      fault: z.enum(['unreachable', 'not-allowed', 'missing']).optional(),
      letters: z
        .array(z.object({ queue: text, reason: z.enum(DEATH_REASONS), count, oldest: Time }))
        .describe('Open letters in the table.'),
      kept: count.describe('Open letters in the table.'),
      difference: count.optional().describe('Letters the broker counts that the table does not have.'),
    }),
  ),
});
