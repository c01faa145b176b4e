import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import {
  Admission,
  AgreementBook,
  burstOf,
  Clock,
  expiriesOf,
  KeyRing,
  MessageView,
  ReplayDesk,
  StopSwitch,
  type Actor,
  type LinkStanding,
} from '#exchange';
import { ExchangeError } from '#model';
import { By } from '../access/access.guard.ts';
import { LinkTotalsAnswer } from './record-answers.ts';
import { LinkStandingsAnswer } from './answers.ts';
import { LinkFiguresAnswer, LinkLimitsAnswer } from './link-answers.ts';
import { HealthSource } from './health.controller.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const HOUR_MS = 3_600_000;
/** A link over which nothing came or went for so long is reached and not in use. */
const USED_MS = 24 * HOUR_MS;
const Because = z.strictObject({ reason: Reason });
const Window = z.strictObject({ hours: z.coerce.number().int().min(1).max(168).default(24).describe('How far back to look.') });
const link = () => Param('link', new Checked(Line));

/** How the links do, and holding one back. */
@ApiTags('links')
@Controller('api/links')
export class LinksController {
  constructor(
    @Inject(MessageView) private readonly view: MessageView,
    @Inject(AgreementBook) private readonly book: AgreementBook,
    @Inject(StopSwitch) private readonly stops: StopSwitch,
    @Inject(HealthSource) private readonly health: HealthSource,
    @Inject(ReplayDesk) private readonly desk: ReplayDesk,
    @Inject(KeyRing) private readonly ring: KeyRing,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Admission) private readonly admission: Admission,
  ) {}

  @Get()
  @Needs('links.read')
  @DescribeAnswer(LinkTotalsAnswer)
  @ApiOperation({ summary: 'Totals per link, counted exactly: takes seconds where there are millions of messages.' })
  async totals(@By() actor: Actor) {
    return { links: await this.view.counts(actor.scope) };
  }

  @Get('standing')
  @Needs('links.read')
  @DescribeAnswer(LinkStandingsAnswer)
  @ApiOperation({
    summary:
      'How each link stands now: reached and used, what waits, since when and for how long still, unknown messages, blocked keys, stops.',
    operationId: 'linkStanding',
  })
  standing(@By() actor: Actor) {
    return this.#standing(
      actor,
      this.book.links.map(({ id }) => id),
    );
  }

  @Get('figures')
  @Needs('links.read')
  @DescribeQuery(Window)
  @DescribeAnswer(LinkFiguresAnswer)
  @ApiOperation({
    summary: 'Figures per link and of all: what passed at the first try, how long messages and receipts took, days until keys run out.',
    operationId: 'linkFigures',
  })
  async figures(@By() { scope }: Actor, @Query(new Checked(Window)) { hours }: z.infer<typeof Window>) {
    const now = this.clock.now();
    const since = new Date(now.getTime() - hours * HOUR_MS);
    const ids = this.book.links.map(({ id }) => id);
    const { links, total } = await this.view.figures(scope, ids, since);
    const expiries = expiriesOf(this.ring.directory, now);
    const firstOf = (party: string) => expiries.find((one) => one.party === party);
    const own = firstOf(this.book.gateway);
    return {
      since,
      links: links.map((one) => {
        const partner = this.book.link(one.link)?.partner ?? '';
        const expiry = firstOf(partner);
        return { ...one, partner, ...(expiry && { expiry }) };
      }),
      total,
      ...(own && { own }),
    };
  }

  @Get('limits')
  @Needs('links.read')
  @DescribeAnswer(LinkLimitsAnswer)
  @ApiOperation({
    summary: 'What each link may send us, as agreed, how much of it today has used up, and whether it is held back now.',
    operationId: 'linkLimits',
  })
  limits(@By() { scope }: Actor) {
    const links = this.book.links.flatMap(({ id, partner, limits }) => {
      const standing = scope.coversLink(id) ? this.admission.standing(id) : undefined;
      if (!standing) return [];
      const { prefetch, ...agreed } = limits;
      const burst = agreed.perMinute === undefined ? {} : { burst: burstOf(limits) };
      return [{ link: id, partner, agreed: { ...agreed, ...burst, open: prefetch }, ...standing }];
    });
    return { links };
  }

  @Post(':link/pause')
  @HttpCode(200)
  @Needs('links.manage')
  @ApiParam({ name: 'link' })
  @DescribeBody(Because)
  @DescribeAnswer(LinkStandingsAnswer)
  @ApiOperation({ summary: 'Nothing is sent over this link until it is resumed; what arrives is taken in. The stop switch of one link.' })
  async pause(@By() actor: Actor, @link() id: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    await this.desk.stopLink(actor, this.#known(id), reason);
    return this.#standing(actor, [id]);
  }

  @Post(':link/resume')
  @HttpCode(200)
  @Needs('links.manage')
  @ApiParam({ name: 'link' })
  @DescribeBody(Because)
  @DescribeAnswer(LinkStandingsAnswer)
  @ApiOperation({ summary: 'Lets a paused link send again, class A before B before C. Where everything is stopped it stays so.' })
  async resume(@By() actor: Actor, @link() id: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    await this.desk.goLink(actor, this.#known(id), reason);
    return this.#standing(actor, [id]);
  }

  async #standing(actor: Actor, ids: readonly string[]) {
    const [standing, stopped] = await Promise.all([this.view.standing(actor.scope, ids, this.clock.now()), this.stops.list()]);
    const health = new Map(this.health.links().map((one) => [one.link, one]));
    const stops = new Map(stopped.map(({ link: which, ...stop }) => [which, stop]));
    const links = standing.map((one) => {
      const { transport = '', condition } = health.get(one.link) ?? {};
      const paused = stops.get(one.link) ?? stops.get('*');
      return { ...one, transport, state: paused ? 'stopped' : condition === 'up' ? this.#use(one) : 'down', ...(paused && { paused }) };
    });
    return { links };
  }

  /** An id that is no link is answered like one that lies outside the scope. */
  #known(id: string): string {
    if (!this.book.link(id)) throw new ExchangeError('NOT_FOUND', { pointer: 'link' });
    return id;
  }

  #use({ lastIn, lastOut }: LinkStanding): 'used' | 'up' {
    const last = Math.max(lastIn?.getTime() ?? 0, lastOut?.getTime() ?? 0);
    return this.clock.now().getTime() - last < USED_MS ? 'used' : 'up';
  }
}
