import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import type { Actor } from '#exchange';
import { By } from '../access/access.guard.ts';
import { Diagnostics } from '../diagnostics.ts';
import { Reference } from '../reference.ts';
import {
  CodeListsAnswer,
  CodesAnswer,
  DiagnosticsAnswer,
  MappingAnswer,
  MappingsAnswer,
  PartnersAnswer,
  RetentionAnswer,
} from './reference-answers.ts';
import { Checked, DescribeAnswer, DescribeQuery, Line } from './zod.ts';

const ById = z.strictObject({ id: Line.describe('For example cn-manifest/MT1101; for a code list CN012.') });

/** What the gateway was set up with. No data of messages; partners within the scope only. */
@ApiTags('reference')
@Controller('api')
export class ReferenceController {
  constructor(
    @Inject(Reference) private readonly reference: Reference,
    @Inject(Diagnostics) private readonly diagnostics: Diagnostics,
  ) {}

  @Get('mappings')
  @DescribeAnswer(MappingsAnswer)
  @Needs('mappings.read')
  @ApiOperation({
    summary: 'Every mapping that is loaded: version, digest, status, and the links it is written to.',
    operationId: 'listMappings',
  })
  mappings(@By() { scope }: Actor) {
    const mappings = this.reference.mappings();
    return { mappings: mappings.map((one) => ({ ...one, links: one.links.filter((link) => scope.coversLink(link)) })) };
  }

  @Get('mappings/rules')
  @DescribeAnswer(MappingAnswer)
  @Needs('mappings.read')
  @DescribeQuery(ById)
  @ApiOperation({
    summary: 'One mapping as a table: places, bounds for each function code, canonical members, rules.',
    operationId: 'showMapping',
  })
  rules(@By() { scope }: Actor, @Query(new Checked(ById)) { id }: z.infer<typeof ById>) {
    const found = this.reference.rules(id);
    return { ...found, links: found.links.filter((link) => scope.coversLink(link)) };
  }

  @Get('codelists')
  @DescribeAnswer(CodeListsAnswer)
  @Needs('mappings.read')
  @ApiOperation({ summary: 'Every code list with its version and number of codes.', operationId: 'listCodeLists' })
  codeLists() {
    return { lists: this.reference.lists() };
  }

  @Get('codelists/codes')
  @DescribeAnswer(CodesAnswer)
  @Needs('mappings.read')
  @DescribeQuery(ById)
  @ApiOperation({ summary: 'The codes of a list with their meanings and canonical codes.', operationId: 'showCodeList' })
  codes(@Query(new Checked(ById)) { id }: z.infer<typeof ById>) {
    return this.reference.codes(id);
  }

  @Get('partners')
  @DescribeAnswer(PartnersAnswer)
  @Needs('partners.read')
  @ApiOperation({ summary: 'Every partner: identity, link, formats, routes.', operationId: 'listPartners' })
  partners(@By() { scope }: Actor) {
    return { partners: this.reference.partners().filter(({ key }) => scope.coversPartner(key)) };
  }

  @Get('retention')
  @DescribeAnswer(RetentionAnswer)
  @Needs('settings.read')
  @ApiOperation({
    summary: 'Retention rules of the configuration, and how much has had its time: landbridge purge removes it.',
    operationId: 'retention',
  })
  async retention() {
    return { rules: await this.diagnostics.retention() };
  }

  @Get('diagnostics')
  @DescribeAnswer(DiagnosticsAnswer)
  @Needs('settings.read')
  @ApiOperation({
    summary: 'Versions, settings without secrets, state of store and process: to attach to a ticket.',
    operationId: 'diagnostics',
  })
  report() {
    return this.diagnostics.report();
  }
}
