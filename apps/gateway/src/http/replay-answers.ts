/** What the endpoints about replays and the stop switch answer: in the OpenAPI document, and as types for the CLI and the console. */
import { z } from 'zod';
import { PLAN_KINDS, PLAN_STATES, REPLAY_VERDICTS, VERDICT_REASONS } from '#exchange';

const Time = z.iso.datetime().describe('UTC, with milliseconds');
const text = z.string();
const count = z.number().int().min(0);
const digest = text.describe('SHA-256, base64url');
const Person = z.object({ id: text, name: text });
export const ITEM_STATES = ['waiting', 'sent', 'failed', 'skipped', 'excluded', 'dropped'] as const;

const about = {
  subject: text.describe('in:<sender>/<message id> or out:<message id>'),
  direction: z.enum(['in', 'out']),
  sender: text.optional().describe('In: who sent it.'),
  messageId: text,
  link: text,
  type: text,
  orderKey: text.optional(),
  verdict: z.enum(REPLAY_VERDICTS),
  reasons: z.array(z.enum(VERDICT_REASONS)).describe('Worst first.'),
};

export const VerdictLineAnswer = z.object({
  ...about,
  state: text,
  preview: z
    .object({ link: text, before: digest, after: digest, bytes: count, same: z.boolean() })
    .optional()
    .describe('What would be sent; absent where the bytes stay or nothing can be made.'),
});
export const VerdictsAnswer = z.object({
  verdicts: z.array(VerdictLineAnswer),
  counts: z.object({ safe: count, care: count, pointless: count, harmful: count }),
  query: text.optional().describe('In its shortest form.'),
});
export type VerdictsAnswer = z.infer<typeof VerdictsAnswer>;

export const ReplayItemAnswer = z.object({
  position: count,
  ...about,
  state: z.enum(ITEM_STATES),
  code: text.optional().describe('Why it failed or was skipped.'),
  becomes: z.array(text).describe('<link> <SHA-256> of every document that comes out; sent is exactly this or nothing.'),
  results: z.array(z.object({ messageId: text, state: text })).describe('Its own id after a redelivery, else new ones.'),
  at: Time.optional(),
});

export const PlanCountsAnswer = z.object({
  waiting: count,
  sent: count,
  failed: count,
  skipped: count,
  excluded: count,
  dropped: count,
  good: count.describe('Of those sent: the partner has them.'),
  bad: count,
  open: count,
  unknown: count,
});

export const ReplayPlanAnswer = z.object({
  id: z.uuid(),
  kind: z.enum(PLAN_KINDS),
  state: z.enum(PLAN_STATES),
  cause: text.optional().describe('Why it paused or ended.'),
  reason: text,
  author: Person,
  approver: Person.optional(),
  decision: text.optional(),
  decidedAt: Time.optional(),
  needsSecondPerson: z.boolean(),
  digest: digest.describe('Of the exact action; approvals name it.'),
  action: text.describe('The exact action as canonical JSON.'),
  links: z.array(text),
  to: text.optional(),
  query: text.optional().describe('What described the set.'),
  canary: count,
  rate: z.number(),
  maxFailures: count,
  at: Time,
  expiresAt: Time,
  startedAt: Time.optional(),
  endedAt: Time.optional(),
  report: text.optional().describe('lb-replay+jws'),
  may: z.array(z.enum(['approve', 'refuse', 'run', 'pause', 'resume', 'stop'])).describe('What the asking account may do with it now.'),
});
export type ReplayPlanAnswer = z.infer<typeof ReplayPlanAnswer>;

export const ReplayPlansAnswer = z.object({
  plans: z.array(ReplayPlanAnswer.omit({ action: true, report: true }).extend({ counts: PlanCountsAnswer })),
});
export type ReplayPlansAnswer = z.infer<typeof ReplayPlansAnswer>;

export const ReplayShowAnswer = z.object({ plan: ReplayPlanAnswer, counts: PlanCountsAnswer, items: z.array(ReplayItemAnswer) });
export type ReplayShowAnswer = z.infer<typeof ReplayShowAnswer>;

export const PlanAnswer = z.object({ plan: ReplayPlanAnswer });
export type PlanAnswer = z.infer<typeof PlanAnswer>;

export const PreviewAnswer = z.object({
  previews: z.array(
    z.object({ subject: text, link: text, before: text.describe('base64'), after: text.describe('base64'), charset: text }),
  ),
});
export const DryRunAnswer = PreviewAnswer.extend({ verdicts: z.array(VerdictLineAnswer) });
export type PreviewAnswer = z.infer<typeof PreviewAnswer>;

export const StopsAnswer = z.object({
  stops: z.array(z.object({ link: text.describe('* for everything'), reason: text, actor: text, at: Time })),
});
export type StopsAnswer = z.infer<typeof StopsAnswer>;
