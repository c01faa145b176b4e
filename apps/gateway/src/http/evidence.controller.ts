import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { Needs } from '#adapters';
import { EvidenceDesk, type Actor } from '#exchange';
import { EVIDENCE_MEDIA_TYPE, REASONS } from '#trust';
import { By } from '../access/access.guard.ts';
import { requireRight } from '../access/needs-right.ts';
import { EvidenceVerdictAnswer } from './record-answers.ts';
import { Checked, DescribeAnswer, DescribeQuery, Line } from './zod.ts';

const Choice = z.strictObject({ content: z.enum(['yes', 'no']).default('yes') });

/** Evidence packs, for whoever has to prove something to somebody outside. */
@ApiTags('messages')
@Controller('api')
export class EvidenceController {
  constructor(@Inject(EvidenceDesk) private readonly desk: EvidenceDesk) {}

  @Get('messages/:id/evidence')
  @Needs('evidence.read')
  @DescribeQuery(Choice)
  @ApiOperation({ summary: 'Everything that proves a message, as one file for landbridge verify; content=no leaves the documents out.' })
  async evidence(
    @By() actor: Actor,
    @Param('id', new Checked(Line)) id: string,
    @Query(new Checked(Choice)) { content }: z.infer<typeof Choice>,
    @Res() response: Response,
  ): Promise<void> {
    if (content === 'yes') requireRight(actor, 'payloads.read');
    response.type(EVIDENCE_MEDIA_TYPE).send(await this.desk.pack(actor, id, { content: content === 'yes' }));
  }

  @Get('messages/:id/evidence/verdict')
  @Needs('evidence.read')
  @DescribeAnswer(EvidenceVerdictAnswer)
  @ApiOperation({
    summary: 'What the evidence pack of a message would prove now, by the keys that this gateway believes. Nothing of the payload.',
  })
  async verdict(@By() actor: Actor, @Param('id', new Checked(Line)) id: string) {
    const { outcome, provenAt, findings, keys, receipts } = await this.desk.judge(actor, id);
    return {
      outcome,
      ...(provenAt && { provenAt }),
      findings: findings.map((found) => ({ ...found, text: REASONS[found.reason] })),
      keys,
      receipts: receipts.length,
    };
  }
}
