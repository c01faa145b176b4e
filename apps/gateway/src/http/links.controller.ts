import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '#adapters';
import { AgreementBook, Clock, MessageView, StopSwitch, type Actor, type LinkStanding } from '#exchange';
import { By } from '../access/access.guard.ts';
import { LinkStandingsAnswer } from './answers.ts';
import { HealthSource } from './health.controller.ts';
import { DescribeAnswer } from './zod.ts';

/** A link over which nothing came or went for so long is reached and not in use. */
const USED_MS = 24 * 3_600_000;

/** How the links do. */
@ApiTags('links')
@Controller('api/links')
export class LinksController {
  constructor(
    @Inject(MessageView) private readonly view: MessageView,
    @Inject(AgreementBook) private readonly book: AgreementBook,
    @Inject(StopSwitch) private readonly stops: StopSwitch,
    @Inject(HealthSource) private readonly health: HealthSource,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('links.read')
  @ApiOperation({ summary: 'Totals per link, counted exactly: takes seconds where there are millions of messages.' })
  async totals(@By() actor: Actor) {
    return { links: await this.view.counts(actor.scope) };
  }

  @Get('standing')
  @Needs('links.read')
  @DescribeAnswer(LinkStandingsAnswer)
  @ApiOperation({
    summary: 'How each link stands now: reached and used, what waits and since when, unknown messages, blocked keys, stops.',
    operationId: 'linkStanding',
  })
  async standing(@By() actor: Actor) {
    const ids = this.book.links.map(({ id }) => id);
    const [standing, stopped] = await Promise.all([this.view.standing(actor.scope, ids), this.stops.list()]);
    const health = new Map(this.health.links().map((one) => [one.link, one]));
    const stops = new Set(stopped.map(({ link }) => link));
    const links = standing.map((one) => {
      const { transport = '', condition } = health.get(one.link) ?? {};
      const stopped = stops.has('*') || stops.has(one.link);
      return { ...one, transport, state: stopped ? 'stopped' : condition === 'up' ? this.#use(one) : 'down' };
    });
    return { links };
  }

  #use({ lastIn, lastOut }: LinkStanding): 'used' | 'up' {
    const last = Math.max(lastIn?.getTime() ?? 0, lastOut?.getTime() ?? 0);
    return this.clock.now().getTime() - last < USED_MS ? 'used' : 'up';
  }
}
