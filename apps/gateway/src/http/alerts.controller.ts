import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { ALERT_STATES, AlertDesk, type Actor, type Alert, type Notice } from '#exchange';
import { ALERT_LANGUAGES, ALERT_MEASURES, alertText } from '#model';
import { By } from '../access/access.guard.ts';
import { AlertRulesAnswer, AlertsAnswer, NoticesAnswer, OneAlertAnswer, OneSilenceAnswer, SilencesAnswer } from './alert-answers.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const Serial = z.string().regex(/^[1-9]\d{0,17}$/, 'must be a number');
const Filter = z.strictObject({
  state: z
    .string()
    .max(100)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(ALERT_STATES)))
    .optional()
    .describe(`One or more of ${ALERT_STATES.join(', ')}, with commas between.`),
  cursor: Serial.optional().describe('next of an earlier page.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const Because = z.strictObject({ reason: Reason });
const SilenceBody = z.strictObject({
  rule: Line.optional().describe('Absent: every rule.'),
  link: Line.optional().describe('Absent: every link; needs the scope of all partners.'),
  hours: z.number().min(0.1).max(720),
  reason: Reason,
});
const id = () => Param('id', new Checked(Serial));

/** Alerts: what fires, whom it tells, and what people do about it. */
@ApiTags('alerts')
@Controller('api/alerts')
export class AlertsController {
  constructor(@Inject(AlertDesk) private readonly desk: AlertDesk) {}

  @Get()
  @Needs('alerts.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(AlertsAnswer)
  @ApiOperation({ summary: 'Alerts, newest first, page by page.' })
  async list(@By() actor: Actor, @Query(new Checked(Filter)) { state, cursor, limit }: z.infer<typeof Filter>) {
    const filter = { ...(state && { states: state }), ...(cursor !== undefined && { before: cursor }), limit: limit + 1 };
    const found = await this.desk.list(actor, filter);
    const alerts = found.slice(0, limit);
    return { alerts: alerts.map(answer), ...(found.length > limit && { next: alerts.at(-1)!.id }) };
  }

  @Get('rules')
  @Needs('alerts.read')
  @DescribeAnswer(AlertRulesAnswer)
  @ApiOperation({ summary: 'The rules, and the channels they tell people over.' })
  rules() {
    const { rules, channels } = this.desk.rules();
    return { rules: rules.map((rule) => ({ ...rule, unit: ALERT_MEASURES[rule.measure].unit })), channels };
  }

  @Get('notices')
  @Needs('alerts.read')
  @DescribeAnswer(NoticesAnswer)
  @ApiOperation({ summary: 'The newest notices and how they were delivered, without what they say.' })
  async notices() {
    return { notices: (await this.desk.notices()).map(noticeLine) };
  }

  @Get('silences')
  @Needs('alerts.read')
  @DescribeAnswer(SilencesAnswer)
  @ApiOperation({ summary: 'Silences in force.' })
  async silences(@By() actor: Actor) {
    return { silences: await this.desk.silences(actor) };
  }

  @Post('silences')
  @Needs('alerts.acknowledge')
  @DescribeBody(SilenceBody)
  @DescribeAnswer(OneSilenceAnswer, 201)
  @ApiOperation({ summary: 'Tells nobody of a rule, of a link, or of anything for some hours. What fires shows all the same.' })
  async silence(@By() actor: Actor, @Body(new Checked(SilenceBody)) { reason, ...wish }: z.infer<typeof SilenceBody>) {
    return { silence: await this.desk.silence(actor, wish, reason) };
  }

  @Post('silences/:id/end')
  @HttpCode(204)
  @Needs('alerts.acknowledge')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @ApiOperation({ summary: 'Ends a silence.' })
  endSilence(@By() actor: Actor, @id() silenceId: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>): Promise<void> {
    return this.desk.endSilence(actor, silenceId, reason);
  }

  @Post('test')
  @HttpCode(200)
  @Needs('alerts.manage')
  @DescribeBody(Because)
  @DescribeAnswer(NoticesAnswer)
  @ApiOperation({ summary: 'Sends a test over every channel and tells how that went.' })
  async test(@By() actor: Actor, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return { notices: (await this.desk.test(actor, reason)).map(noticeLine) };
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Needs('alerts.acknowledge')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(OneAlertAnswer)
  @ApiOperation({ summary: 'Somebody looks after an alert that fires.' })
  async acknowledge(@By() actor: Actor, @id() alertId: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return { alert: answer(await this.desk.acknowledge(actor, alertId, reason)) };
  }
}

const answer = (alert: Alert) => ({
  ...alert,
  unit: ALERT_MEASURES[alert.measure].unit,
  text: Object.fromEntries(ALERT_LANGUAGES.map((language) => [language, alertText(alert, language)])),
});

const noticeLine = ({ id: noticeId, channel, content, state, attempt, nextAt, createdAt, sentAt, code }: Notice) => ({
  id: noticeId,
  channel,
  kind: content.kind,
  alerts: content.lines.length + content.more,
  state,
  attempt,
  createdAt,
  ...(state === 'waiting' && { nextAt }),
  ...(sentAt && { sentAt }),
  ...(code !== undefined && { code }),
});
