import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { Needs } from '#adapters';
import { actorName, AuditLog, Clock, formatQuery, MessageView, parseQuery, type Actor } from '#exchange';
import { ExchangeError } from '#model';
import { By } from '../access/access.guard.ts';
import { requireRight } from '../access/needs-right.ts';
import { OctetsAnswer, QuarantineAnswer } from './record-answers.ts';
import { BoundedCountAnswer, MessageDetailsAnswer, MessagesAnswer, QueryAnswer } from './answers.ts';
import { chipsOf, Q } from './message-query.ts';
import { Checked, DescribeAnswer, DescribeQuery, Line } from './zod.ts';

const ListParameters = z.strictObject({
  q: Q,
  cursor: z.string().max(2_000).optional().describe('next of an earlier page of the same query.'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
/** Of unproven octets; enough to see what somebody meant to send. */
const MOST_SHOWN = 64 * 1024;
const OnlyQuery = z.strictObject({ q: Q });

/** What operators see: lists, one message with everything about it, counts, and what was quarantined. */
@ApiTags('messages')
@Controller('api')
export class MessagesController {
  constructor(
    @Inject(MessageView) private readonly view: MessageView,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get('messages')
  @Needs('messages.read')
  @DescribeQuery(ListParameters)
  @DescribeAnswer(MessagesAnswer)
  @ApiOperation({ summary: 'Messages of both directions that a query describes, newest first, page by page.', operationId: 'listMessages' })
  async list(@By() actor: Actor, @Query(new Checked(ListParameters)) { q, cursor, limit }: z.infer<typeof ListParameters>) {
    const query = { chips: chipsOf(q), now: this.clock.now(), limit, ...(cursor !== undefined && { cursor }) };
    return this.view.list(actor.scope, query);
  }

  @Get('messages/count')
  @Needs('messages.read')
  @DescribeQuery(OnlyQuery)
  @DescribeAnswer(BoundedCountAnswer)
  @ApiOperation({ summary: 'How many messages a query describes, counted to 1,000.', operationId: 'countMessages' })
  count(@By() actor: Actor, @Query(new Checked(OnlyQuery)) { q }: z.infer<typeof OnlyQuery>) {
    return this.view.count(actor.scope, { chips: chipsOf(q), now: this.clock.now() });
  }

  @Get('messages/query')
  @Needs('messages.read')
  @DescribeQuery(OnlyQuery)
  @DescribeAnswer(QueryAnswer)
  @ApiOperation({ summary: 'A query as chips, or its faults with their places. Nothing is searched.', operationId: 'parseQuery' })
  parse(@Query(new Checked(OnlyQuery)) { q }: z.infer<typeof OnlyQuery>) {
    const parsed = parseQuery(q);
    return parsed.ok ? { ...parsed, text: formatQuery(parsed.chips) } : parsed;
  }

  @Get('messages/:id')
  @Needs('messages.read')
  @DescribeAnswer(MessageDetailsAnswer)
  @ApiOperation({
    summary: 'One message id in every direction it went: states, errors, receipts, events, relatives. Payload not included.',
    operationId: 'showMessage',
  })
  async show(@By() actor: Actor, @Param('id', new Checked(Line)) id: string) {
    const found = await this.view.detail(actor.scope, id);
    if (found.length === 0) throw new ExchangeError('NOT_FOUND');
    return { messages: found.map(({ frame, ...line }) => ({ ...line, frameBytes: frame.length })) };
  }

  @Get('messages/:id/frame')
  @Needs('payloads.read')
  @ApiOperation({ summary: 'The signed frame exactly as received or sent.', operationId: 'downloadFrame' })
  async frame(@By() actor: Actor, @Param('id', new Checked(Line)) id: string, @Res() response: Response): Promise<void> {
    const [found] = await this.view.detail(actor.scope, id);
    if (!found) throw new ExchangeError('NOT_FOUND');
    await this.#revealed(actor, 'payload.view', `message:${found.messageId}`);
    response.type('application/vnd.landbridge.message').send(found.frame);
  }

  @Get('quarantine')
  @Needs('quarantine.read')
  @DescribeAnswer(QuarantineAnswer)
  @ApiOperation({ summary: 'What could not be authenticated, newest first.' })
  async quarantine(@By() actor: Actor) {
    await this.#revealed(actor, 'quarantine.view', 'quarantine');
    return { quarantine: await this.view.quarantine(actor.scope, 200) };
  }

  @Get('quarantine/:sha256/octets')
  @Needs('payloads.read')
  @DescribeAnswer(OctetsAnswer)
  @ApiOperation({ summary: 'The first octets of what could not be authenticated, as they came. Needs quarantine.read besides; audited.' })
  async octets(@By() actor: Actor, @Param('sha256', new Checked(Line)) sha256: string) {
    requireRight(actor, 'quarantine.read');
    const frame = await this.view.quarantinedFrame(actor.scope, sha256);
    if (!frame) throw new ExchangeError('NOT_FOUND');
    await this.#revealed(actor, 'quarantine.view', `quarantine:${sha256}`);
    return { bytes: frame.length, cut: frame.length > MOST_SHOWN, base64: frame.subarray(0, MOST_SHOWN).toString('base64') };
  }

  /** Written before anything is shown: what cannot be audited is not revealed. */
  #revealed(actor: Actor, action: string, subject: string): Promise<void> {
    return this.audit.append({ actor: actorName(actor), action, subject, at: new Date() });
  }
}
