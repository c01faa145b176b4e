import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { advised, ReconciliationView, type Actor } from '#exchange';
import { Day } from '#trust';
import { By } from '../access/access.guard.ts';
import { ReconciliationsAnswer } from './record-answers.ts';
import { Checked, DescribeAnswer, DescribeQuery } from './zod.ts';

const Filter = z.strictObject({
  link: z.string().max(31).optional(),
  day: Day.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** The daily reconciliations: what we and each partner signed about a day, and what differs. No payload. */
@ApiTags('reconciliations')
@Controller('api/reconciliations')
export class ReconciliationsController {
  constructor(@Inject(ReconciliationView) private readonly view: ReconciliationView) {}

  @Get()
  @Needs('audit.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(ReconciliationsAnswer)
  @ApiOperation({
    summary: 'State of each link and day, newest first: open, agreed, disagreed or contradicted, with what differs and what to do.',
  })
  async list(@By() actor: Actor, @Query(new Checked(Filter)) query: z.infer<typeof Filter>) {
    return { reconciliations: (await this.view.list(actor.scope, query)).map(advised) };
  }
}
