import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Open } from '#adapters';
import type { StampingState } from '#exchange';
import { LiveAnswer, ReadyAnswer } from './record-answers.ts';
import { DescribeAnswer } from './zod.ts';

export interface LinkHealth {
  readonly link: string;
  readonly transport: string;
  readonly condition: string;
  readonly relay: 'held' | 'elsewhere';
}

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'not ready';
  readonly store: 'reachable' | 'unreachable';
  /** `late` warns, `stopped`: no message is accepted until the authority answers. Absent without one. */
  readonly timestamps?: StampingState;
  /** What this process runs; `behind`: it cannot run the newest version, which others may. */
  readonly agreements: { readonly version: number; readonly digest: string; readonly behind: boolean };
  readonly links: readonly LinkHealth[];
}

export abstract class HealthSource {
  abstract storeReachable(): Promise<boolean>;
  abstract links(): readonly LinkHealth[];
  abstract agreements(): Readiness['agreements'];
  /** Absent without a time-stamping authority. */
  abstract stamping(): StampingState | undefined;
  abstract readonly stopping: boolean;
}

@Open('Says whether the process works and the links stand; no data of partners.')
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly source: HealthSource) {}

  @Get('live')
  @HttpCode(200)
  @ApiOperation({ summary: 'The process answers.' })
  @DescribeAnswer(LiveAnswer)
  live(): { status: string } {
    return { status: 'live' };
  }

  /**
   * 503 while stopping or without the store: a load balancer then sends partners elsewhere. A link that is down does not make us
   * unready: we accept and keep. Overdue time-stamps degrade us, also when nothing is accepted because of them: another process
   * of ours could do no better, and it passes by itself.
   */
  @Get('ready')
  @DescribeAnswer(ReadyAnswer)
  @ApiOperation({ summary: 'Messages are accepted; says the condition of each link, and whether time-stamps are overdue (degraded).' })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const store = await this.source.storeReachable();
    const ready = store && !this.source.stopping;
    response.status(ready ? 200 : 503);
    const timestamps = this.source.stamping();
    const degraded = timestamps === 'late' || timestamps === 'stopped';
    return {
      status: !ready ? 'not ready' : degraded ? 'degraded' : 'ready',
      store: store ? 'reachable' : 'unreachable',
      ...(timestamps && { timestamps }),
      agreements: this.source.agreements(),
      links: this.source.links(),
    };
  }
}
