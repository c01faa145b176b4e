import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { Needs } from '#adapters';
import type { Actor } from '#exchange';
import { CONNECTIVITY_ROWS, LANGUAGES } from '#onboarding';
import { By } from '../access/access.guard.ts';
import { GATEWAY_GROUPS, PartnerTestDesk } from '../partner-tests/partner-test-desk.ts';
import { ConformanceRunAnswer, ConnectivityAnswer, DriftAnswer, OneDriftAnswer, PartnerTestsAnswer } from './partner-test-answers.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const waitSeconds = z.number().int().min(1).max(60).default(15).describe('How long a signed answer may take.');
const Connectivity = z.strictObject({
  rows: z.array(z.enum(CONNECTIVITY_ROWS)).min(1).optional().describe('Absent: all. Rows that these need are tried, too.'),
  waitSeconds,
  reason: Reason,
});
const Start = z.strictObject({
  software: Line.max(100).describe('Name and version of the software under test, as its owner calls it; stands in the certificate.'),
  groups: z.array(z.enum(GATEWAY_GROUPS)).min(1).optional().describe('Absent: all that a running gateway can try.'),
  short: z.boolean().default(false).describe('One case of every kind; gives no certificate.'),
  reason: Reason,
});
const Because = z.strictObject({ reason: Reason });
const Look = z.strictObject({ waitSeconds, reason: Reason });
const Report = z.strictObject({
  format: z.enum(['json', 'html', 'junit', 'certificate']).default('html'),
  language: z.enum(LANGUAGES).default('en').describe('Of html and junit.'),
});
const MEDIA = {
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  junit: 'application/xml',
  certificate: 'application/jose',
} as const;
const link = () => Param('link', new Checked(Line));

/** Trying a partner's end: row by row, by the whole suite, and whether it is still what was certified. */
@ApiTags('partner tests')
@Controller('api')
export class PartnerTestsController {
  constructor(@Inject(PartnerTestDesk) private readonly desk: PartnerTestDesk) {}

  @Post('links/:link/connectivity')
  @HttpCode(200)
  @Needs('partners.manage')
  @ApiParam({ name: 'link' })
  @DescribeBody(Connectivity)
  @DescribeAnswer(ConnectivityAnswer)
  @ApiOperation({
    summary: 'Tries the link row by row from our end: one signed question, no business message.',
    operationId: 'testConnectivity',
  })
  async connectivity(@By() actor: Actor, @link() id: string, @Body(new Checked(Connectivity)) body: z.infer<typeof Connectivity>) {
    const rows = await this.desk.connectivity(actor, id, body, body.reason);
    return { ok: rows.every(({ state }) => state === 'ok' || state === 'not applicable'), rows };
  }

  @Post('links/:link/conformance')
  @Needs('partners.manage')
  @ApiParam({ name: 'link' })
  @DescribeBody(Start)
  @DescribeAnswer(ConformanceRunAnswer, 201)
  @ApiOperation({
    summary: "Begins the conformance suite against the partner's system, which connects to an address of its own.",
    operationId: 'startConformance',
  })
  async start(@By() actor: Actor, @link() id: string, @Body(new Checked(Start)) { reason, ...wish }: z.infer<typeof Start>) {
    return { run: await this.desk.start(actor, id, wish, reason) };
  }

  @Post('links/:link/conformance/stop')
  @HttpCode(200)
  @Needs('partners.manage')
  @ApiParam({ name: 'link' })
  @DescribeBody(Because)
  @DescribeAnswer(PartnerTestsAnswer)
  @ApiOperation({ summary: 'Ends the run of a link; nothing is judged.', operationId: 'stopConformance' })
  stop(@By() actor: Actor, @link() id: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return this.desk.stop(actor, id, reason);
  }

  @Get('links/:link/conformance')
  @Needs('partners.read')
  @ApiParam({ name: 'link' })
  @DescribeAnswer(PartnerTestsAnswer)
  @ApiOperation({ summary: 'The last run of a link, and how its endpoint stands against its certificate.', operationId: 'showConformance' })
  show(@By() actor: Actor, @link() id: string) {
    return this.desk.show(actor, id);
  }

  @Get('links/:link/conformance/report')
  @Needs('partners.read')
  @ApiParam({ name: 'link' })
  @ApiProduces(...Object.values(MEDIA))
  @DescribeQuery(Report)
  @ApiOperation({ summary: 'The report of the last finished run, or its certificate.', operationId: 'showConformanceReport' })
  async report(
    @By() actor: Actor,
    @link() id: string,
    @Query(new Checked(Report)) { format, language }: z.infer<typeof Report>,
    @Res() response: Response,
  ) {
    const names = { json: 'report.json', html: `report.${language}.html`, junit: `report.${language}.xml`, certificate: 'certificate.jws' };
    const bytes = await this.desk.file(actor, id, names[format]);
    response.type(MEDIA[format]).send(bytes);
  }

  @Get('conformance/drift')
  @Needs('partners.read')
  @DescribeAnswer(DriftAnswer)
  @ApiOperation({ summary: 'The last look at every certified endpoint: whether it is still what was certified.', operationId: 'listDrift' })
  async drift(@By() actor: Actor) {
    return { drift: await this.desk.drift(actor) };
  }

  @Post('links/:link/conformance/drift')
  @HttpCode(200)
  @Needs('partners.manage')
  @ApiParam({ name: 'link' })
  @DescribeBody(Look)
  @DescribeAnswer(OneDriftAnswer)
  @ApiOperation({ summary: 'Asks a certified endpoint now.', operationId: 'lookForDrift' })
  async look(@By() actor: Actor, @link() id: string, @Body(new Checked(Look)) body: z.infer<typeof Look>) {
    return { drift: await this.desk.look(actor, id, body.waitSeconds * 1_000, body.reason) };
  }
}
