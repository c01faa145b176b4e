import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { CONTENT_FORMS, ContentDesk, type Actor, type ContentChoice, type FormChoice } from '#exchange';
import { By } from '../access/access.guard.ts';
import { ContentAnswer, ContentDifferenceAnswer } from './content-answers.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const Way = z.enum(['in', 'out']).optional();
const Which = z.strictObject({ direction: Way });
const RevealBody = z.strictObject({ direction: Way, reason: Reason });
const Form = z
  .enum(CONTENT_FORMS)
  .default('canonical')
  .describe('signed: the manifest under the signature; document: as received or sent; canonical: what it means; answers: its receipts.');
const Other = z.strictObject({
  direction: Way,
  form: Form,
  with: Line.optional().describe('Message id of the other; absent: another form of the same.'),
  withDirection: Way,
  withForm: Form,
});
const CompareBody = Other.extend({ reason: Reason });

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
    summary:
      'What another message, or another form of this one, says otherwise: place by place, and both as text. Payload masked without payloads.read.',
    operationId: 'compareContent',
  })
  compare(
    @By() actor: Actor,
    @Param('id', new Checked(Line)) id: string,
    @Query(new Checked(Other)) other: z.infer<typeof Other>,
  ): ReturnType<ContentDesk['compare']> {
    return this.desk.compare(actor, ...sides(id, other));
  }

  @Post(':id/diff')
  @HttpCode(200)
  @Needs('payloads.reveal')
  @ApiParam({ name: 'id' })
  @DescribeBody(CompareBody)
  @DescribeAnswer(ContentDifferenceAnswer)
  @ApiOperation({ summary: 'Break-glass: the same, whole, for a reason that stays in the audit trail.', operationId: 'revealDifferences' })
  revealDifferences(
    @By() actor: Actor,
    @Param('id', new Checked(Line)) id: string,
    @Body(new Checked(CompareBody)) { reason, ...other }: z.infer<typeof CompareBody>,
  ): ReturnType<ContentDesk['compare']> {
    return this.desk.compare(actor, ...sides(id, other), reason);
  }
}

const choice = (messageId: string, direction: 'in' | 'out' | undefined): ContentChoice => ({ messageId, ...(direction && { direction }) });

const sides = (id: string, { direction, form, with: other, withDirection, withForm }: z.infer<typeof Other>): [FormChoice, FormChoice] => [
  { ...choice(id, direction), form },
  { ...choice(other ?? id, withDirection ?? (other === undefined ? direction : undefined)), form: withForm },
];
