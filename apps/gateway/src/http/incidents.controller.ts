import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { INCIDENT_STATES, IncidentDesk, type Actor, type Incident } from '#exchange';
import { ExchangeError, issue } from '#model';
import { By } from '../access/access.guard.ts';
import { IncidentsAnswer, IncidentShowAnswer, OneIncidentAnswer } from './incident-answers.ts';
import { PlanAnswer } from './replay-answers.ts';
import { planAnswer } from './replays.controller.ts';
import { StateLists } from './state-lists.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const IncidentId = z.string().regex(/^[1-9]\d{0,17}$/, 'must be the number of an incident');
const STATES = z.enum(INCIDENT_STATES);
const Filter = z.strictObject({
  state: z
    .string()
    .max(100)
    .transform((text) => text.split(','))
    .pipe(z.array(STATES))
    .optional()
    .describe(`One or more of ${INCIDENT_STATES.join(', ')}, with commas between.`),
  cursor: z
    .string()
    .regex(/^\d{1,15}\.\d{1,18}$/)
    .optional()
    .describe('next of an earlier page.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const OwnBody = z.strictObject({ release: z.boolean().default(false).describe('Let go of it.'), reason: Reason });
const NoteBody = z.strictObject({ text: Reason });
const StateBody = z.strictObject({
  to: STATES,
  until: z.iso.datetime({ offset: true }).optional().describe('ignored: until when.'),
  despite: z.boolean().default(false).describe('resolved: although messages of it still wait; the incident says so from then on.'),
  reason: Reason,
});
const MergeBody = z.strictObject({ into: IncidentId, reason: Reason });
const SplitBody = z.strictObject({ part: IncidentId, reason: Reason });
const ReplayBody = z.strictObject({
  kind: z.enum(['retranslate', 'redeliver']).default('retranslate'),
  mapping: Line.optional().describe('Mapping id@version that mends it.'),
  request: z.uuid().describe('Chosen by the caller: one token makes one plan.'),
  reason: Reason,
  canary: z.number().int().min(0).max(1_000).default(1),
  rate: z.number().min(0.1).max(100).default(5).describe('Messages a second.'),
  maxFailures: z.number().int().min(0).max(1_000).default(0),
});
const id = () => Param('id', new Checked(IncidentId));

/** Failures gathered by cause, and what people do about them. */
@ApiTags('incidents')
@Controller('api/incidents')
export class IncidentsController {
  constructor(
    @Inject(IncidentDesk) private readonly desk: IncidentDesk,
    @Inject(StateLists) private readonly lists: StateLists,
  ) {}

  @Get()
  @Needs('incidents.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(IncidentsAnswer)
  @ApiOperation({ summary: 'Incidents, the one that failed last first, page by page.' })
  async list(@By() actor: Actor, @Query(new Checked(Filter)) { state, cursor, limit }: z.infer<typeof Filter>) {
    const filter = { ...(state && { states: state }), ...(cursor !== undefined && { after: placeOf(cursor) }), limit: limit + 1 };
    const found = await this.desk.list(actor, filter);
    const incidents = found.slice(0, limit);
    const last = found.length > limit ? incidents.at(-1) : undefined;
    return { incidents: incidents.map(this.#answer), ...(last && { next: `${last.lastAt.getTime()}.${last.id}` }) };
  }

  @Get(':id')
  @Needs('incidents.read')
  @ApiParam({ name: 'id' })
  @DescribeAnswer(IncidentShowAnswer)
  @ApiOperation({ summary: 'One incident with all that was said and done about it. Its messages: the query incident:<id>.' })
  async show(@By() actor: Actor, @id() incidentId: string) {
    const { incident, parts, ...rest } = await this.desk.show(actor, incidentId);
    return { incident: this.#answer(incident), parts: parts.map(this.#answer), ...rest };
  }

  @Post(':id/own')
  @HttpCode(200)
  @Needs('incidents.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(OwnBody)
  @DescribeAnswer(OneIncidentAnswer)
  @ApiOperation({ summary: 'Takes an incident on, or lets go of it.' })
  async own(@By() actor: Actor, @id() incidentId: string, @Body(new Checked(OwnBody)) { release, reason }: z.infer<typeof OwnBody>) {
    return { incident: this.#answer(await this.desk.own(actor, incidentId, release, reason)) };
  }

  @Post(':id/notes')
  @HttpCode(200)
  @Needs('incidents.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(NoteBody)
  @DescribeAnswer(OneIncidentAnswer)
  @ApiOperation({ summary: 'Adds a note. Notes stay.' })
  async note(@By() actor: Actor, @id() incidentId: string, @Body(new Checked(NoteBody)) { text }: z.infer<typeof NoteBody>) {
    return { incident: this.#answer(await this.desk.note(actor, incidentId, text)) };
  }

  @Post(':id/state')
  @HttpCode(200)
  @Needs('incidents.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(StateBody)
  @DescribeAnswer(OneIncidentAnswer)
  @ApiOperation({ summary: 'Acknowledged, being fixed, monitored, resolved, ignored until a time, or open again.' })
  async move(@By() actor: Actor, @id() incidentId: string, @Body(new Checked(StateBody)) body: z.infer<typeof StateBody>) {
    const { to, until, reason, despite } = body;
    const how = { despite, ...(until !== undefined && { until: new Date(until) }) };
    return { incident: this.#answer(await this.desk.move(actor, incidentId, to, reason, how)) };
  }

  @Post(':id/merge')
  @HttpCode(200)
  @Needs('incidents.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(MergeBody)
  @DescribeAnswer(OneIncidentAnswer)
  @ApiOperation({ summary: 'Puts it into another one: from now on they count, move and are replayed as one. Answers the other one.' })
  async merge(@By() actor: Actor, @id() incidentId: string, @Body(new Checked(MergeBody)) { into, reason }: z.infer<typeof MergeBody>) {
    return { incident: this.#answer(await this.desk.merge(actor, incidentId, into, reason)) };
  }

  @Post(':id/split')
  @HttpCode(200)
  @Needs('incidents.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(SplitBody)
  @DescribeAnswer(OneIncidentAnswer)
  @ApiOperation({ summary: 'Takes out again what was merged into it.' })
  async split(@By() actor: Actor, @id() incidentId: string, @Body(new Checked(SplitBody)) { part, reason }: z.infer<typeof SplitBody>) {
    return { incident: this.#answer(await this.desk.split(actor, incidentId, part, reason)) };
  }

  @Post(':id/replay')
  @Needs('replays.plan')
  @ApiParam({ name: 'id' })
  @DescribeBody(ReplayBody)
  @DescribeAnswer(PlanAnswer, 201)
  @ApiOperation({ summary: 'Freezes its messages that still stand failed as a replay plan.' })
  async replay(@By() actor: Actor, @id() incidentId: string, @Body(new Checked(ReplayBody)) body: z.infer<typeof ReplayBody>) {
    const { mapping, ...wish } = body;
    return planAnswer(actor, await this.desk.replay(actor, incidentId, { ...wish, ...(mapping !== undefined && { fixedBy: mapping }) }));
  }

  readonly #answer = (incident: Incident) => ({
    ...incident,
    partner: this.lists.partnerOf(incident.link),
    partners: [...new Set(incident.links.map((link) => this.lists.partnerOf(link)))],
    ...(incident.repairedAt && {
      repairSeconds: Math.max(0, Math.round((incident.repairedAt.getTime() - incident.openedAt.getTime()) / 1000)),
    }),
  });
}

function placeOf(cursor: string): { readonly lastAt: Date; readonly id: string } {
  const [at = '', incident = ''] = cursor.split('.');
  const lastAt = new Date(parseInt(at, 10));
  if (!IncidentId.safeParse(incident).success || lastAt.getTime() > 8e15)
    throw new ExchangeError('USAGE', { issues: [issue('USAGE', 'cursor', 'It is not the next of an earlier page.')] });
  return { lastAt, id: incident };
}
