import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { SavedViews, type Actor, type SavedView } from '#exchange';
import { By } from '../access/access.guard.ts';
import { Checked, DescribeAnswer, DescribeBody, Line, Reason } from './zod.ts';

const ViewBody = z.strictObject({
  name: Line.max(80),
  query: Line.min(0).max(2_000).default(''),
  columns: z
    .array(z.string().regex(/^[a-zA-Z]{1,30}$/))
    .max(30)
    .default([])
    .describe('Columns of the list, in order.'),
  shared: z.boolean().default(false).describe('For everybody who sees the same partners. On record.'),
  reason: Reason.optional().describe('Why the team gets it; kept in the audit trail.'),
});

const ViewAnswer = z.object({
  id: z.string(),
  name: z.string(),
  query: z.string(),
  columns: z.array(z.string()),
  owner: z.string(),
  own: z.boolean(),
  shared: z.boolean(),
  at: z.iso.datetime(),
});
const ViewsAnswer = z.object({ views: z.array(ViewAnswer) });

/** Queries of the message list that people keep by a name, for themselves or for their team. */
@ApiTags('messages')
@Controller('api/views')
export class ViewsController {
  constructor(@Inject(SavedViews) private readonly views: SavedViews) {}

  @Get()
  @Needs('messages.read')
  @DescribeAnswer(ViewsAnswer)
  @ApiOperation({ summary: "Saved views: one's own and the team's.", operationId: 'listViews' })
  async list(@By() actor: Actor) {
    return { views: (await this.views.list(actor)).map((view) => answerOf(actor, view)) };
  }

  @Post()
  @HttpCode(200)
  @Needs('messages.read')
  @DescribeBody(ViewBody)
  @DescribeAnswer(ViewAnswer)
  @ApiOperation({ summary: "Keeps a query by a name, in place of one's own view of that name.", operationId: 'saveView' })
  async save(@By() actor: Actor, @Body(new Checked(ViewBody)) wish: z.infer<typeof ViewBody>) {
    return answerOf(actor, await this.views.save(actor, wish));
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs('messages.read')
  @ApiParam({ name: 'id' })
  @ApiOperation({ summary: "Removes one's own view, or with settings.manage a team view.", operationId: 'removeView' })
  remove(@By() actor: Actor, @Param('id', new Checked(z.uuid())) id: string): Promise<void> {
    return this.views.remove(actor, id);
  }
}

const answerOf = (actor: Actor, { id, name, query, columns, owner, ownerId, shared, at }: SavedView) => ({
  id,
  name,
  query,
  columns,
  owner,
  own: ownerId === actor.account.id,
  shared,
  at,
});
