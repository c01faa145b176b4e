import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { LinkDesk, REQUEST_STATES, type Actor, type LinkRequest } from '#exchange';
import { By } from '../access/access.guard.ts';
import { BlockedKeysAnswer, LinkRequestsAnswer, OneLinkRequestAnswer } from './link-answers.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const Keys = z.strictObject({
  link: Line.optional(),
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
const Filter = z.strictObject({
  state: z.enum(REQUEST_STATES).optional(),
  before: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const Token = z.uuid().describe('Chosen by the caller: pressing twice with one token makes one request.');
const Release = z.strictObject({ key: Line, request: Token, reason: Reason });
const Decided = z.strictObject({ digest: z.string().length(43).describe('Of the action that was looked at.'), reason: Reason });
const id = () => Param('id', new Checked(z.uuid()));

/** Business keys that are held up, and what two persons decide about links. */
@ApiTags('links')
@Controller('api/links')
export class LinkRequestsController {
  constructor(@Inject(LinkDesk) private readonly desk: LinkDesk) {}

  @Get('keys')
  @Needs('debts.read')
  @DescribeQuery(Keys)
  @DescribeAnswer(BlockedKeysAnswer)
  @ApiOperation({
    summary:
      'Messages with an unknown outcome, and those that hold their business key up; oldest first, after = position of the last line.',
    operationId: 'blockedKeys',
  })
  async keys(@By() actor: Actor, @Query(new Checked(Keys)) { link, after, limit }: z.infer<typeof Keys>) {
    return { keys: await this.desk.blocked(actor, { ...(link !== undefined && { link }), ...(after !== undefined && { after }), limit }) };
  }

  @Get('requests')
  @Needs('debts.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(LinkRequestsAnswer)
  @ApiOperation({ summary: 'What was asked for and decided, newest first; before = time of the last line.' })
  async list(@By() actor: Actor, @Query(new Checked(Filter)) { state, before, limit }: z.infer<typeof Filter>) {
    const filter = { ...(state && { state }), ...(before !== undefined && { before: new Date(before) }), limit };
    return { requests: (await this.desk.list(actor, filter)).map((one) => requestAnswer(actor, one)) };
  }

  @Get('requests/:id')
  @Needs('debts.read')
  @ApiParam({ name: 'id' })
  @DescribeAnswer(OneLinkRequestAnswer)
  @ApiOperation({ summary: 'One request with its exact action.' })
  async show(@By() actor: Actor, @id() requestId: string) {
    return { request: requestAnswer(actor, await this.desk.find(actor, requestId)) };
  }

  @Post(':link/release')
  @Needs('links.manage')
  @ApiParam({ name: 'link' })
  @DescribeBody(Release)
  @DescribeAnswer(OneLinkRequestAnswer, 201)
  @ApiOperation({ summary: 'Asks a second person to give up the messages that hold a business key up, so that those behind them go.' })
  async release(
    @By() actor: Actor,
    @Param('link', new Checked(Line)) link: string,
    @Body(new Checked(Release)) { key, request, reason }: z.infer<typeof Release>,
  ) {
    return { request: requestAnswer(actor, await this.desk.release(actor, link, key, request, reason)) };
  }

  @Post('requests/:id/approve')
  @HttpCode(200)
  @Needs('approvals.decide')
  @ApiParam({ name: 'id' })
  @DescribeBody(Decided)
  @DescribeAnswer(OneLinkRequestAnswer)
  @ApiOperation({ summary: 'The second person allows exactly this action; it is done at once.' })
  async approve(@By() actor: Actor, @id() requestId: string, @Body(new Checked(Decided)) { digest, reason }: z.infer<typeof Decided>) {
    return { request: requestAnswer(actor, await this.desk.approve(actor, requestId, digest, reason)) };
  }

  @Post('requests/:id/refuse')
  @HttpCode(200)
  @Needs('approvals.decide')
  @ApiParam({ name: 'id' })
  @DescribeBody(Decided)
  @DescribeAnswer(OneLinkRequestAnswer)
  @ApiOperation({ summary: 'The second person refuses; nothing is done.' })
  async refuse(@By() actor: Actor, @id() requestId: string, @Body(new Checked(Decided)) { digest, reason }: z.infer<typeof Decided>) {
    return { request: requestAnswer(actor, await this.desk.refuse(actor, requestId, digest, reason)) };
  }
}

/** With what the asking account may do now; the desk decides again. */
export function requestAnswer({ rights, account }: Actor, request: LinkRequest) {
  const decides =
    request.state === 'submitted' && rights.has('approvals.decide') && account.kind === 'person' && account.id !== request.author.id;
  return { ...request, action: request.action.toString('utf8'), may: decides ? ['approve', 'refuse'] : [] };
}
