import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '#adapters';
import { ExchangeStore, statesOf, type Actor, type StatusNoticeRow } from '#exchange';
import { ExchangeError } from '#model';
import { By } from '../access/access.guard.ts';
import { DeclarationAnswer } from './record-answers.ts';
import { StateLists } from './state-lists.ts';
import { Checked, DescribeAnswer, Line } from './zod.ts';

/** Where declarations stand with customs, by everything that was told about them. */
@ApiTags('declarations')
@Controller('api/declarations')
export class DeclarationsController {
  constructor(
    @Inject(ExchangeStore) private readonly store: ExchangeStore,
    @Inject(StateLists) private readonly lists: StateLists,
  ) {}

  @Get(':number')
  @Needs('messages.read')
  @DescribeAnswer(DeclarationAnswer)
  @ApiOperation({
    summary: 'State of one declaration, by its number or that of the platform, and the latest notice of each code.',
    description: 'The state is the notice of highest rank since the declaration was last given back, whatever the order of arrival.',
  })
  async show(@By() { scope }: Actor, @Param('number', new Checked(Line)) number: string) {
    const all = await this.store.notices([`declaration:${number}`]);
    const notices = all.filter(({ sender }) => !scope.links || scope.links.includes(this.lists.linkOf(sender) ?? ''));
    if (notices.length === 0) throw new ExchangeError('NOT_FOUND');
    const latestFirst = [...notices].sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime());
    return { states: statesOf(notices, this.lists.orders).map(told), notices: latestFirst.map(told) };
  }
}

const told = ({ subject: _, ...notice }: StatusNoticeRow) => notice;
