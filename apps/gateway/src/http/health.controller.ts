import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';

export interface LinkHealth {
  readonly link: string;
  readonly transport: string;
  readonly condition: string;
  readonly relay: 'held' | 'elsewhere';
}

export abstract class HealthSource {
  abstract storeReachable(): Promise<boolean>;
  abstract links(): readonly LinkHealth[];
  abstract readonly stopping: boolean;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly source: HealthSource) {}

  @Get('live')
  @HttpCode(200)
  @ApiOperation({ summary: 'The process answers.' })
  @ApiOkResponse()
  live(): { status: string } {
    return { status: 'live' };
  }

  /** 503 while stopping or without the store: a load balancer then sends partners elsewhere. A link that is down does not make us unready: we accept and keep. */
  @Get('ready')
  @ApiOperation({ summary: 'Messages are accepted; says the condition of each link.' })
  async ready(@Res({ passthrough: true }) response: Response): Promise<{ status: string; store: string; links: readonly LinkHealth[] }> {
    const store = await this.source.storeReachable();
    const ready = store && !this.source.stopping;
    response.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not ready', store: store ? 'reachable' : 'unreachable', links: this.source.links() };
  }
}
