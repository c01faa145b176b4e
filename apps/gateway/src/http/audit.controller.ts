import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { AuditLog, type Actor, type AuditFilter } from '#exchange';
import { ExchangeError } from '#model';
import { By } from '../access/access.guard.ts';
import { AuditAnswer } from './record-answers.ts';
import { Checked, DescribeAnswer, DescribeQuery, Line } from './zod.ts';

const Filter = z.strictObject({
  actor: Line.optional(),
  action: Line.optional(),
  subject: Line.optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** Who did what, when and why. The trail names things of every partner: whoever sees some of the partners only does not see it. */
@ApiTags('audit')
@Controller('api/audit')
export class AuditController {
  constructor(@Inject(AuditLog) private readonly audit: AuditLog) {}

  @Get()
  @Needs('audit.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(AuditAnswer)
  @ApiOperation({ summary: 'Entries of the audit trail, newest first; keyset pagination by before = sequence of the last one.' })
  async list(@By() actor: Actor, @Query(new Checked(Filter)) query: z.infer<typeof Filter>) {
    if (actor.scope.partners !== 'all') throw new ExchangeError('NOT_ALLOWED', { detail: 'The audit trail is of all partners.' });
    return { entries: await this.audit.list(query as AuditFilter) };
  }
}
