import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { guess, keysMeant, MessageView, type Actor } from '#exchange';
import { ExchangeError } from '#model';
import { By } from '../access/access.guard.ts';
import { SearchAnswer, ShipmentAnswer } from './answers.ts';
import { searchable } from './message-query.ts';
import { Checked, DescribeAnswer, DescribeQuery } from './zod.ts';

const SearchParameters = z.strictObject({
  q: z.string().max(1_000).describe('Anything: container, wagon, bill, note, declaration, train, message id.'),
});
const Window = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
});

/** The clocks of the corridor: one time in China, one in Kazakhstan (UTC+5 since 1 March 2024; before, by the rules of the zone). */
export const ZONES = ['Asia/Shanghai', 'Asia/Almaty'] as const;

/** One timeline per shipment, found by whatever number is at hand. */
@ApiTags('shipments')
@Controller('api')
export class ShipmentsController {
  constructor(@Inject(MessageView) private readonly view: MessageView) {}

  @Get('search')
  @Needs('messages.read')
  @DescribeQuery(SearchParameters)
  @DescribeAnswer(SearchAnswer)
  @ApiOperation({ summary: 'What was typed may mean, why, and how many messages there are of each.', operationId: 'search' })
  async search(@By() actor: Actor, @Query(new Checked(SearchParameters)) { q }: z.infer<typeof SearchParameters>) {
    const typed = searchable(q, 'q');
    const guesses = guess(typed);
    const id = guesses.find(({ kind }) => kind === 'message-id');
    const [counted, messages] = await Promise.all([
      this.view.countKeys(actor.scope, keysMeant(typed)),
      id ? this.view.detail(actor.scope, id.value) : [],
    ]);
    const counts = new Map(counted.map(({ key, count }) => [key, count]));
    return {
      guesses: guesses.map((one) => {
        const count = one.key === undefined ? undefined : counts.get(one.key);
        if (one === id) return { ...one, count: { count: messages.length, more: false } };
        return { ...one, ...(count && { count }) };
      }),
      keys: counted.filter(({ count: { count } }) => count > 0),
    };
  }

  @Get('shipments/:key')
  @Needs('messages.read')
  @DescribeQuery(Window)
  @DescribeAnswer(ShipmentAnswer)
  @ApiOperation({
    summary: 'Every message of all parties about a shipment with every hop, receipt, answer, error and replay, in order of time.',
    operationId: 'showShipment',
  })
  async show(@By() actor: Actor, @Param('key') key: string, @Query(new Checked(Window)) { from, until }: z.infer<typeof Window>) {
    const asked = searchable(key, 'key');
    const id = guess(asked).find(({ kind }) => kind === 'message-id')?.value;
    const meant = id === undefined ? await this.#keysThatAre(actor, asked) : [];
    if (id === undefined && meant.length === 0) throw new ExchangeError('NOT_FOUND');
    const timeline = await this.view.timeline(actor.scope, {
      keys: meant,
      ...(id !== undefined && { messageId: id }),
      ...(from !== undefined && { from: new Date(from) }),
      ...(until !== undefined && { until: new Date(until) }),
    });
    if (id !== undefined && timeline.messages.length === 0) throw new ExchangeError('NOT_FOUND');
    return { asked, ...timeline, zones: ZONES };
  }

  /** A number may be a key of several schemes; those without a message mean nothing. */
  async #keysThatAre({ scope }: Actor, asked: string): Promise<readonly string[]> {
    const counted = await this.view.countKeys(scope, keysMeant(asked));
    return counted.filter(({ count: { count } }) => count > 0).map(({ key }) => key);
  }
}
