import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { ContentDesk, type Actor, type ContentChoice } from '#exchange';
import { By } from '../access/access.guard.ts';
import { ContentAnswer, ContentDifferenceAnswer } from './content-answers.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const Way = z.enum(['in', 'out']).optional();
const Which = z.strictObject({ direction: Way });
const RevealBody = z.strictObject({ direction: Way, reason: Reason });
const Other = z.strictObject({ direction: Way, with: Line.describe('Message id of the other.'), withDirection: Way });

/** What messages say. Masked for whoever has no right to payloads; whole with that right or for a reason; each look on record. */
@ApiTags('messages')
@Controller('api/messages')
export class ContentController {
  constructor(@Inject(ContentDesk) private readonly desk: ContentDesk) {}

  @Get(':id/content')
  @Needs('messages.read')
  @ApiParam({ name: 'id' })
  @DescribeQuery(Which)
  @DescribeAnswer(ContentAnswer)
  @ApiOperation({
    summary: 'The document field by field: place, meaning, rule. Payload fields are masked without payloads.read.',
    operationId: 'showContent',
  })
  content(
    @By() actor: Actor,
    @Param('id', new Checked(Line)) id: string,
    @Query(new Checked(Which)) { direction }: z.infer<typeof Which>,
  ): ReturnType<ContentDesk['content']> {
    return this.desk.content(actor, choice(id, direction));
  }

  @Post(':id/reveal')
  @HttpCode(200)
  @Needs('payloads.reveal')
  @ApiParam({ name: 'id' })
  @DescribeBody(RevealBody)
  @DescribeAnswer(ContentAnswer)
  @ApiOperation({ summary: 'Break-glass: the same, whole, for a reason that stays in the audit trail.', operationId: 'revealContent' })
  reveal(
    @By() actor: Actor,
    @Param('id', new Checked(Line)) id: string,
    @Body(new Checked(RevealBody)) { direction, reason }: z.infer<typeof RevealBody>,
  ): ReturnType<ContentDesk['reveal']> {
    return this.desk.reveal(actor, choice(id, direction), reason);
  }

  @Get(':id/diff')
  @Needs('messages.read')
  @ApiParam({ name: 'id' })
  @DescribeQuery(Other)
  @DescribeAnswer(ContentDifferenceAnswer)
  @ApiOperation({
    summary: 'What another message says otherwise, in canonical terms, entries of lists paired by their business keys.',
    operationId: 'compareContent',
  })
  compare(
    @By() actor: Actor,
    @Param('id', new Checked(Line)) id: string,
    @Query(new Checked(Other)) other: z.infer<typeof Other>,
  ): ReturnType<ContentDesk['compare']> {
    return this.desk.compare(actor, choice(id, other.direction), choice(other.with, other.withDirection));
  }
}

const choice = (messageId: string, direction: 'in' | 'out' | undefined): ContentChoice => ({ messageId, ...(direction && { direction }) });
