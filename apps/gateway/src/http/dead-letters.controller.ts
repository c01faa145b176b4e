import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { DeadLetterDesk, LETTER_STATES, LinkDesk, type Actor, type DeadLetter } from '#exchange';
import { By } from '../access/access.guard.ts';
import { DeadLettersAnswer, DeadQueuesAnswer, OneLinkRequestAnswer, ReplayedLetterAnswer, ShownLetterAnswer } from './link-answers.ts';
import { requestAnswer } from './link-requests.controller.ts';
import { StateLists } from './state-lists.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const Number18 = z.string().regex(/^[1-9]\d{0,17}$/, 'must be a number');
const Filter = z.strictObject({
  link: Line.optional(),
  state: z.enum(LETTER_STATES).optional(),
  before: Number18.optional().describe('next of an earlier page.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const Because = z.strictObject({
  request: z.uuid().describe('Chosen by the caller: pressing twice with one token does it once.'),
  reason: Reason,
});
const id = () => Param('id', new Checked(Number18));

/** Letters that the broker gave up: taken into the table, compared with its own count, sent on or put aside. */
@ApiTags('dead letters')
@Controller('api/dead-letters')
export class DeadLettersController {
  constructor(
    @Inject(DeadLetterDesk) private readonly desk: DeadLetterDesk,
    @Inject(LinkDesk) private readonly requests: LinkDesk,
    @Inject(StateLists) private readonly lists: StateLists,
  ) {}

  @Get()
  @Needs('debts.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(DeadLettersAnswer)
  @ApiOperation({ summary: 'Dead letters, newest first, page by page.' })
  async list(@By() actor: Actor, @Query(new Checked(Filter)) { link, state, before, limit }: z.infer<typeof Filter>) {
    const filter = { ...(link !== undefined && { link }), ...(state && { state }), ...(before !== undefined && { before }) };
    const found = await this.desk.list(actor, { ...filter, limit: limit + 1 });
    const letters = found.slice(0, limit).map(this.#answer);
    return { letters, ...(found.length > limit && { next: letters.at(-1)!.id }) };
  }

  @Get('queues')
  @Needs('debts.read')
  @DescribeAnswer(DeadQueuesAnswer)
  @ApiOperation({ summary: "The broker's own count of each dead queue against the table, with reasons in its words." })
  async queues(@By() actor: Actor) {
    return { queues: (await this.desk.queues(actor)).map((one) => ({ ...one, partner: this.lists.partnerOf(one.link) })) };
  }

  @Get(':id')
  @Needs('debts.read')
  @ApiParam({ name: 'id' })
  @DescribeAnswer(ShownLetterAnswer)
  @ApiOperation({ summary: 'One letter: how it died, what it says it is, and a verdict on sending it on. Nothing of its documents.' })
  async show(@By() actor: Actor, @id() letterId: string) {
    const { letter, ...rest } = await this.desk.show(actor, letterId);
    return { letter: this.#answer(letter), ...rest };
  }

  @Get(':id/frame')
  @Needs('payloads.read')
  @ApiParam({ name: 'id' })
  @ApiOperation({ summary: 'The octets as they lay at the broker.' })
  async frame(@By() actor: Actor, @id() letterId: string): Promise<StreamableFile> {
    return new StreamableFile(await this.desk.frame(actor, letterId), {
      type: 'application/octet-stream',
      disposition: `attachment; filename="dead-letter-${letterId}.lbm"`,
    });
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Needs('replays.plan')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(ReplayedLetterAnswer)
  @ApiOperation({ summary: "A partner's is taken in as if it had just arrived; ours becomes a replay plan of the same bytes." })
  async replay(@By() actor: Actor, @id() letterId: string, @Body(new Checked(Because)) { request, reason }: z.infer<typeof Because>) {
    const { letter, outcome } = await this.desk.replay(actor, letterId, request, reason);
    return { letter: this.#answer(letter), outcome };
  }

  @Post(':id/discard')
  @Needs('links.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(OneLinkRequestAnswer, 201)
  @ApiOperation({ summary: 'Asks a second person to put it aside for good. Its octets stay as evidence.' })
  async discard(@By() actor: Actor, @id() letterId: string, @Body(new Checked(Because)) { request, reason }: z.infer<typeof Because>) {
    return { request: requestAnswer(actor, await this.requests.discard(actor, letterId, request, reason)) };
  }

  readonly #answer = (letter: DeadLetter) => ({ ...letter, partner: this.lists.partnerOf(letter.link) });
}
