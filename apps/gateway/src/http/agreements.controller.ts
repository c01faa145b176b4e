import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { AgreementDesk, type Actor } from '#exchange';
import { By } from '../access/access.guard.ts';
import { AgreementsAnswer, AgreementVersionAnswer, AgreementVersionsAnswer } from './agreement-answers.ts';
import { OneLinkRequestAnswer } from './link-answers.ts';
import { requestAnswer } from './link-requests.controller.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Reason } from './zod.ts';

const Version = z.coerce.number().int().min(1).max(2_000_000_000);
const Filter = z.strictObject({ before: Version.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
const asked = {
  basedOn: Version.describe('The newest version, as you have seen it: a change of another one is refused.'),
  request: z.uuid().describe('Chosen by the caller: pressing twice with one token makes one request.'),
  reason: Reason,
};
const Change = z.strictObject({
  agreements: z.record(z.string(), z.unknown()).describe('Whole: gateway, parties, links, routes, as in an agreements file.'),
  ...asked,
});
const RollBack = z.strictObject({ version: Version.describe('Whose content is to come back.'), ...asked });

/** Parties, links and routes as they are in force, every version there was, and asking two persons to change them. */
@ApiTags('agreements')
@Controller('api/agreements')
export class AgreementsController {
  constructor(@Inject(AgreementDesk) private readonly desk: AgreementDesk) {}

  @Get()
  @Needs('partners.read')
  @DescribeAnswer(AgreementsAnswer)
  @ApiOperation({ summary: 'The agreements that this process runs, and the newest version there is.', operationId: 'agreements' })
  async show(@By() actor: Actor) {
    return this.desk.standing(actor);
  }

  @Get('versions')
  @Needs('partners.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(AgreementVersionsAnswer)
  @ApiOperation({ summary: 'Who changed the agreements when and why, newest first; before = version of the last line.' })
  async versions(@By() actor: Actor, @Query(new Checked(Filter)) { before, limit }: z.infer<typeof Filter>) {
    return { versions: await this.desk.list(actor, { ...(before !== undefined && { before }), limit }) };
  }

  @Get('versions/:version')
  @Needs('partners.read')
  @ApiParam({ name: 'version' })
  @DescribeAnswer(AgreementVersionAnswer)
  @ApiOperation({ summary: 'One version, whole.' })
  async version(@By() actor: Actor, @Param('version', new Checked(Version)) version: number) {
    return this.desk.find(actor, version);
  }

  @Post('changes')
  @Needs('partners.manage')
  @DescribeBody(Change)
  @DescribeAnswer(OneLinkRequestAnswer, 201)
  @ApiOperation({
    summary:
      'Asks a second person that these agreements take the place of the newest. With anything wrong in them: every error, and nothing is asked.',
    operationId: 'changeAgreements',
  })
  async change(@By() actor: Actor, @Body(new Checked(Change)) { agreements, basedOn, request, reason }: z.infer<typeof Change>) {
    return { request: requestAnswer(actor, await this.desk.propose(actor, agreements, basedOn, request, reason)) };
  }

  @Post('rollbacks')
  @Needs('partners.manage')
  @DescribeBody(RollBack)
  @DescribeAnswer(OneLinkRequestAnswer, 201)
  @ApiOperation({
    summary: 'Asks a second person that the content of an earlier version comes back, as a new version.',
    operationId: 'rollBackAgreements',
  })
  async rollBack(@By() actor: Actor, @Body(new Checked(RollBack)) { version, basedOn, request, reason }: z.infer<typeof RollBack>) {
    return { request: requestAnswer(actor, await this.desk.rollBack(actor, version, basedOn, request, reason)) };
  }
}
