import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import {
  PLAN_KINDS,
  PLAN_LIMIT,
  PLAN_STATES,
  planMayMove,
  ReplayDesk,
  REPLAY_VERDICTS,
  type Actor,
  type Choice,
  type PlanWish,
  type Preview,
  type ReplayPlan,
  type ReplayWish,
} from '#exchange';
import { By } from '../access/access.guard.ts';
import {
  DryRunAnswer,
  PlanAnswer,
  PreviewAnswer,
  ReplayPlansAnswer,
  ReplayShowAnswer,
  VerdictsAnswer,
  type ReplayPlanAnswer,
} from './replay-answers.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const How = {
  kind: z.enum(PLAN_KINDS),
  to: Line.optional().describe('reroute: the link it shall go to.'),
  payload: z.base64().max(1_400_000).optional().describe('edit: the changed document, base64.'),
};
const Wish = {
  ...How,
  messages: z.array(Line).min(1).max(PLAN_LIMIT).optional().describe('Message ids, <sender>/<message id> or subjects.'),
  query: z.string().min(1).max(2_000).optional().describe('One-line query instead: state:refused partner:KEG since:2h.'),
  limit: z.number().int().min(1).max(PLAN_LIMIT).optional().describe('query: more than so many are refused.'),
  again: z.uuid().optional().describe('What an ended plan did not send, instead.'),
};
const oneChoice = ({ messages, query, again }: Choice): boolean => [messages, query, again].filter((one) => one !== undefined).length === 1;
const ONE_CHOICE = { message: 'give exactly one of messages, query and again', path: ['messages'] };
const VerdictBody = z.strictObject(Wish).refine(oneChoice, ONE_CHOICE);
const DryRunBody = z.strictObject({ ...How, message: Line, reason: Reason });
const PlanBody = z
  .strictObject({
    ...Wish,
    request: z.uuid().describe('Chosen by the caller: pressing twice with one token makes one plan.'),
    reason: Reason,
    canary: z.number().int().min(0).max(1_000).default(1).describe('So many go first; the rest follows when their receipts are in.'),
    rate: z.number().min(0.1).max(100).default(5).describe('Messages a second.'),
    maxFailures: z.number().int().min(0).max(1_000).default(0).describe('One failure more pauses the plan.'),
  })
  .refine(oneChoice, ONE_CHOICE);
const Because = z.strictObject({ reason: Reason });
const Decision = z.strictObject({ digest: z.string().length(43).describe('Of the action that was looked at.'), reason: Reason });
const Filter = z.strictObject({
  state: z.enum(PLAN_STATES).optional(),
  before: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const Page = z.strictObject({
  after: z.coerce.number().int().min(-1).default(-1).describe('Position of the last line.'),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
const Position = z.coerce.number().int().min(0).max(10_000);
const Id = z.uuid();
const id = () => Param('id', new Checked(Id));

/** Sending again: verdicts before the click, plans, the second person, and the progress of what runs. */
@ApiTags('replays')
@Controller('api/replays')
export class ReplaysController {
  constructor(@Inject(ReplayDesk) private readonly desk: ReplayDesk) {}

  @Post('verdict')
  @HttpCode(200)
  @Needs('replays.read')
  @DescribeBody(VerdictBody)
  @DescribeAnswer(VerdictsAnswer)
  @ApiOperation({ summary: 'Safe, needs care, pointless or harmful, and why, for each message. Changes nothing.' })
  async verdict(@By() actor: Actor, @Body(new Checked(VerdictBody)) body: z.infer<typeof VerdictBody>) {
    const { messages, query } = await this.chosen(actor, body);
    const verdicts = await this.desk.verdict(actor, { ...howOf(body), messages });
    const count = (name: string) => verdicts.filter(({ verdict }) => verdict === name).length;
    return {
      verdicts,
      counts: Object.fromEntries(REPLAY_VERDICTS.map((name) => [name, count(name)])),
      ...(query !== undefined && { query }),
    };
  }

  @Post('dry-run')
  @HttpCode(200)
  @Needs('payloads.reveal')
  @DescribeBody(DryRunBody)
  @DescribeAnswer(DryRunAnswer)
  @ApiOperation({ summary: 'The exact documents before and after, of one message that is not planned yet. Audited with its reason.' })
  async dryRun(@By() actor: Actor, @Body(new Checked(DryRunBody)) { message, reason, ...body }: z.infer<typeof DryRunBody>) {
    const { verdicts, previews } = await this.desk.dryRun(actor, { ...howOf(body), message }, reason);
    return { verdicts, previews: previews.map(inText) };
  }

  @Post()
  @Needs('replays.plan')
  @DescribeBody(PlanBody)
  @DescribeAnswer(PlanAnswer, 201)
  @ApiOperation({ summary: 'Freezes a set of messages as a plan: ready to run, or submitted to a second person.' })
  async plan(@By() actor: Actor, @Body(new Checked(PlanBody)) body: z.infer<typeof PlanBody>) {
    const { request, reason, canary, rate, maxFailures } = body;
    const wish: PlanWish = { ...howOf(body), ...(await this.chosen(actor, body)), request, reason, canary, rate, maxFailures };
    return planAnswer(actor, await this.desk.plan(actor, wish));
  }

  @Get()
  @Needs('replays.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(ReplayPlansAnswer)
  @ApiOperation({ summary: 'Plans, newest first; before = time of the last line.' })
  async list(@By() actor: Actor, @Query(new Checked(Filter)) { state, before, limit }: z.infer<typeof Filter>) {
    const filter = { ...(state && { state }), ...(before && { before: new Date(before) }), limit };
    const plans = await this.desk.list(actor, filter);
    return { plans: plans.map(({ action: _, report: __, ...plan }) => ({ ...plan, may: mayOf(actor, plan) })) };
  }

  @Get(':id')
  @Needs('replays.read')
  @ApiParam({ name: 'id' })
  @DescribeQuery(Page)
  @DescribeAnswer(ReplayShowAnswer)
  @ApiOperation({ summary: 'One plan: action, progress, and its messages in the order in which they are sent.' })
  async show(@By() actor: Actor, @id() planId: string, @Query(new Checked(Page)) { after, limit }: z.infer<typeof Page>) {
    const { plan, counts, items } = await this.desk.show(actor, planId, after, limit);
    return { ...planAnswer(actor, plan), counts, items };
  }

  @Get(':id/items/:position/preview')
  @Needs('payloads.read')
  @ApiParam({ name: 'id' })
  @ApiParam({ name: 'position' })
  @DescribeAnswer(PreviewAnswer)
  @ApiOperation({ summary: 'Dry run: the exact documents before and after, as of now.' })
  async preview(@By() actor: Actor, @id() planId: string, @Param('position', new Checked(Position)) position: number) {
    return { previews: (await this.desk.preview(actor, planId, position)).map(inText) };
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Needs('approvals.decide')
  @ApiParam({ name: 'id' })
  @DescribeBody(Decision)
  @DescribeAnswer(PlanAnswer)
  @ApiOperation({ summary: 'The second person allows exactly this action, for 24 hours.' })
  async approve(@By() actor: Actor, @id() planId: string, @Body(new Checked(Decision)) { digest, reason }: z.infer<typeof Decision>) {
    return planAnswer(actor, await this.desk.approve(actor, planId, digest, reason));
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @Needs('approvals.decide')
  @ApiParam({ name: 'id' })
  @DescribeBody(Decision)
  @DescribeAnswer(PlanAnswer)
  @ApiOperation({ summary: 'The second person refuses; the plan ends.' })
  async refuse(@By() actor: Actor, @id() planId: string, @Body(new Checked(Decision)) { digest, reason }: z.infer<typeof Decision>) {
    return planAnswer(actor, await this.desk.refuse(actor, planId, digest, reason));
  }

  @Post(':id/run')
  @HttpCode(200)
  @Needs('replays.plan')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(PlanAnswer)
  @ApiOperation({ summary: 'Lets a ready plan run.' })
  async run(@By() actor: Actor, @id() planId: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return planAnswer(actor, await this.desk.run(actor, planId, reason));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Needs('replays.plan')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(PlanAnswer)
  @ApiOperation({ summary: 'Pauses; what was sent is sent.' })
  async pause(@By() actor: Actor, @id() planId: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return planAnswer(actor, await this.desk.pause(actor, planId, reason));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Needs('replays.plan')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(PlanAnswer)
  @ApiOperation({ summary: 'Goes on; the failures known by now are taken as seen.' })
  async resume(@By() actor: Actor, @id() planId: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return planAnswer(actor, await this.desk.resume(actor, planId, reason));
  }

  @Post(':id/stop')
  @HttpCode(200)
  @Needs('replays.stop')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(PlanAnswer)
  @ApiOperation({ summary: 'Ends a plan for good and signs the report.' })
  async stop(@By() actor: Actor, @id() planId: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return planAnswer(actor, await this.desk.stop(actor, planId, reason));
  }

  private chosen(actor: Actor, { messages, query, limit, again }: z.infer<typeof VerdictBody>) {
    return this.desk.choose(actor, {
      ...(messages && { messages }),
      ...(query !== undefined && { query }),
      ...(limit !== undefined && { limit }),
      ...(again !== undefined && { again }),
    });
  }
}

const howOf = ({ kind, to, payload }: Pick<z.infer<typeof VerdictBody>, 'kind' | 'to' | 'payload'>): Omit<ReplayWish, 'messages'> => ({
  kind,
  ...(kind === 'reroute' && to !== undefined ? { to } : {}),
  ...(kind === 'edit' && payload !== undefined ? { payload: Buffer.from(payload, 'base64') } : {}),
});

const inText = ({ before, after, ...preview }: Preview) => ({
  ...preview,
  before: before.toString('base64'),
  after: after.toString('base64'),
});

export const planAnswer = (actor: Actor, plan: ReplayPlan) => ({
  plan: { ...plan, action: plan.action.toString('utf8'), may: mayOf(actor, plan) },
});

/** What the faces offer; the desk decides again. */
function mayOf({ rights, account }: Actor, { state, author }: Pick<ReplayPlan, 'state' | 'author'>): ReplayPlanAnswer['may'] {
  const decides = state === 'submitted' && rights.has('approvals.decide') && account.kind === 'person' && account.id !== author.id;
  const plans = rights.has('replays.plan');
  return [
    ...(decides ? (['approve', 'refuse'] as const) : []),
    ...(plans && state === 'ready' ? (['run'] as const) : []),
    ...(plans && state === 'running' ? (['pause'] as const) : []),
    ...(plans && state === 'paused' ? (['resume'] as const) : []),
    ...(rights.has('replays.stop') && planMayMove(state, 'stopped') ? (['stop'] as const) : []),
  ];
}
