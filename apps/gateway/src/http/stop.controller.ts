import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { ReplayDesk, StopSwitch, type Actor } from '#exchange';
import { By } from '../access/access.guard.ts';
import { StopsAnswer } from './replay-answers.ts';
import { Checked, DescribeAnswer, DescribeBody, Line, Reason } from './zod.ts';

const Change = z.strictObject({
  link: Line.default('*').describe('A link id, or * for everything that leaves the gateway.'),
  stopped: z.boolean(),
  reason: Reason,
});

/** The stop switch: wins over every queue, retry and replay, in every gateway process, and survives a restart. */
@ApiTags('replays')
@Controller('api/stop')
export class StopController {
  constructor(
    @Inject(ReplayDesk) private readonly desk: ReplayDesk,
    @Inject(StopSwitch) private readonly stops: StopSwitch,
  ) {}

  @Get()
  @Needs('links.read')
  @DescribeAnswer(StopsAnswer)
  @ApiOperation({ summary: 'What is stopped, by whom and why.' })
  list(@By() actor: Actor) {
    return this.answer(actor);
  }

  @Post()
  @HttpCode(200)
  @Needs('replays.stop')
  @DescribeBody(Change)
  @DescribeAnswer(StopsAnswer)
  @ApiOperation({ summary: 'Stops or lets go a link, or everything. What the broker was given before cannot be called back.' })
  async change(@By() actor: Actor, @Body(new Checked(Change)) { link, stopped, reason }: z.infer<typeof Change>) {
    if (stopped) await this.desk.stopLink(actor, link, reason);
    else await this.desk.goLink(actor, link, reason);
    return this.answer(actor);
  }

  private async answer({ scope }: Actor) {
    return { stops: (await this.stops.list()).filter(({ link }) => link === '*' || scope.coversLink(link)) };
  }
}
