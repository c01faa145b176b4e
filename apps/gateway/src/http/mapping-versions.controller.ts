import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { MAPPING_VERSION_STATES, MappingDesk, SHADOW_MOST, type Actor, type MappingVersion } from '#exchange';
import { By } from '../access/access.guard.ts';
import { MappingVersionsAnswer, OneMappingVersionAnswer } from './mapping-version-answers.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const Filter = z.strictObject({
  mapping: Line.optional(),
  state: z.enum(MAPPING_VERSION_STATES).optional(),
  before: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const FileText = z.string().min(1).max(262_144);
const Draft = z.strictObject({
  text: FileText.describe('The overlay: a mapping file that extends an installed mapping. Its version is set by the gateway.'),
  codelists: z
    .array(z.strictObject({ path: Line, text: FileText }))
    .max(20)
    .default([]),
  links: z.array(Line).min(1).max(20).describe('Where it shall stand for its base.'),
  samples: z
    .array(z.strictObject({ name: Line, base64: z.base64().max(1_400_000) }))
    .max(50)
    .default([])
    .describe('Documents that this and every later version is tried on.'),
  request: z.uuid().describe('Chosen by the caller: pressing twice with one token makes one draft.'),
  reason: Reason,
});
const Because = z.strictObject({ reason: Reason });
const Shadow = z.strictObject({ most: z.number().int().min(1).max(SHADOW_MOST).default(200), reason: Reason });
const Decided = z.strictObject({ digest: z.string().length(43).describe('Of the version that was looked at.'), reason: Reason });
const id = () => Param('id', new Checked(z.uuid()));

/** Versions of partners' mappings: drafted and tried by one person, put in place by another, rolled back in one step. */
@ApiTags('mappings')
@Controller('api/mapping-versions')
export class MappingVersionsController {
  constructor(@Inject(MappingDesk) private readonly desk: MappingDesk) {}

  @Get()
  @Needs('mappings.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(MappingVersionsAnswer)
  @ApiOperation({ summary: 'Versions, newest first, without their files; before = time of the last line.' })
  async list(@By() actor: Actor, @Query(new Checked(Filter)) { mapping, state, before, limit }: z.infer<typeof Filter>) {
    const filter = {
      ...(mapping !== undefined && { mapping }),
      ...(state && { state }),
      ...(before !== undefined && { before: new Date(before) }),
      limit,
    };
    return { versions: (await this.desk.list(actor, filter)).map(lineOf) };
  }

  @Get(':id')
  @Needs('mappings.read')
  @ApiParam({ name: 'id' })
  @DescribeAnswer(OneMappingVersionAnswer)
  @ApiOperation({ summary: 'One version with its files, what it was tried on, and what the caller may do.' })
  async show(@By() actor: Actor, @id() version: string) {
    return answer(actor, await this.desk.find(actor, version));
  }

  @Post()
  @Needs('mappings.manage')
  @DescribeBody(Draft)
  @DescribeAnswer(OneMappingVersionAnswer, 201)
  @ApiOperation({ summary: 'Keeps an overlay as the next version and tries it on fixtures, samples and recent messages.' })
  async draft(@By() actor: Actor, @Body(new Checked(Draft)) { samples, ...draft }: z.infer<typeof Draft>) {
    const decoded = samples.map(({ name, base64 }) => ({ name, bytes: Buffer.from(base64, 'base64') }));
    return answer(actor, await this.desk.draft(actor, { ...draft, samples: decoded }));
  }

  @Post(':id/corpus')
  @HttpCode(200)
  @Needs('mappings.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(OneMappingVersionAnswer)
  @ApiOperation({ summary: 'Tries it again on fixtures, samples and recent messages.' })
  async corpus(@By() actor: Actor, @id() version: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return answer(actor, await this.desk.corpus(actor, version, reason));
  }

  @Post(':id/shadow')
  @HttpCode(200)
  @Needs('mappings.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(Shadow)
  @DescribeAnswer(OneMappingVersionAnswer)
  @ApiOperation({ summary: 'Compares it with the version in place on what comes in from now on; nothing of it is delivered.' })
  async shadow(@By() actor: Actor, @id() version: string, @Body(new Checked(Shadow)) { most, reason }: z.infer<typeof Shadow>) {
    return answer(actor, await this.desk.shadow(actor, version, most, reason));
  }

  @Post(':id/submit')
  @HttpCode(200)
  @Needs('mappings.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(OneMappingVersionAnswer)
  @ApiOperation({ summary: 'Asks a second person to put it in place.' })
  async submit(@By() actor: Actor, @id() version: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return answer(actor, await this.desk.submit(actor, version, reason));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Needs('approvals.decide')
  @ApiParam({ name: 'id' })
  @DescribeBody(Decided)
  @DescribeAnswer(OneMappingVersionAnswer)
  @ApiOperation({ summary: 'The second person puts exactly this version in place on its links, in every process within seconds.' })
  async approve(@By() actor: Actor, @id() version: string, @Body(new Checked(Decided)) { digest, reason }: z.infer<typeof Decided>) {
    return answer(actor, await this.desk.approve(actor, version, digest, reason));
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @Needs('approvals.decide')
  @ApiParam({ name: 'id' })
  @DescribeBody(Decided)
  @DescribeAnswer(OneMappingVersionAnswer)
  @ApiOperation({ summary: 'The second person refuses; nothing changes.' })
  async refuse(@By() actor: Actor, @id() version: string, @Body(new Checked(Decided)) { digest, reason }: z.infer<typeof Decided>) {
    return answer(actor, await this.desk.refuse(actor, version, digest, reason));
  }

  @Post(':id/rollback')
  @HttpCode(200)
  @Needs('mappings.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(OneMappingVersionAnswer)
  @ApiOperation({ summary: 'One step back: what stood on its links before, or the installed mapping, stands there again.' })
  async rollBack(@By() actor: Actor, @id() version: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return answer(actor, await this.desk.rollBack(actor, version, reason));
  }
}

function lineOf({ text: _text, codelists: _codelists, action: _action, ...line }: MappingVersion) {
  return line;
}

/** With what the asking account may do now; the desk decides again. */
function answer({ rights, account }: Actor, version: MappingVersion) {
  const { state } = version;
  const manages = rights.has('mappings.manage');
  const decides = rights.has('approvals.decide') && account.kind === 'person' && account.id !== version.author.id;
  const may = [
    ...(manages ? ['corpus'] : []),
    ...(manages && (state === 'draft' || state === 'submitted') ? ['shadow'] : []),
    ...(manages && state === 'draft' ? ['submit'] : []),
    ...(decides && state === 'submitted' ? ['approve', 'refuse'] : []),
    ...(manages && state === 'live' ? ['rollback'] : []),
  ];
  return { version: { ...version, action: version.action.toString('utf8') }, may };
}
