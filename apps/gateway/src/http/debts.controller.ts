import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { DebtView, type Actor, type DebtFilter } from '#exchange';
import { By } from '../access/access.guard.ts';
import { DebtCountsAnswer, DebtsAnswer } from './record-answers.ts';
import { Checked, DescribeAnswer, DescribeQuery } from './zod.ts';

const Filter = z.strictObject({
  link: z.string().max(31).optional(),
  side: z.enum(['ours', 'theirs']).optional(),
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** The debts board: who owes whom which receipt or business answer, since when, against which deadline. */
@ApiTags('debts')
@Controller('api/debts')
export class DebtsController {
  constructor(@Inject(DebtView) private readonly view: DebtView) {}

  @Get()
  @Needs('debts.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(DebtsAnswer)
  @ApiOperation({ summary: 'Open receipts and answers, oldest message first; keyset pagination by after = position of the last line.' })
  async list(@By() actor: Actor, @Query(new Checked(Filter)) query: z.infer<typeof Filter>) {
    return { debts: await this.view.debts(actor.scope, query as DebtFilter) };
  }

  @Get('counts')
  @Needs('debts.read')
  @DescribeAnswer(DebtCountsAnswer)
  @ApiOperation({ summary: 'How much stands open with each link, both ways; counted up to 10,000 a link.' })
  async counts(@By() actor: Actor) {
    return { counts: await this.view.counts(actor.scope) };
  }
}
