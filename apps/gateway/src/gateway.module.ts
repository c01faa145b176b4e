import { Module, type DynamicModule } from '@nestjs/common';
import { InboundPipeline, MessageView } from '#exchange';
import type { Gateway } from './compose.ts';
import { HealthController, HealthSource } from './http/health.controller.ts';
import { MessagesController } from './http/messages.controller.ts';
import { OperatorAccess, OperatorGuard } from './http/operator.guard.ts';
import { InboundController } from './inbound.controller.ts';

/** The process on one page: parts are wired in compose.ts; Nest serves them. */
@Module({})
export class GatewayModule {
  static of(gateway: Gateway, health: HealthSource, access: OperatorAccess): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [HealthController, MessagesController, InboundController, ...gateway.transports.controllers],
      providers: [
        OperatorGuard,
        { provide: OperatorAccess, useValue: access },
        { provide: HealthSource, useValue: health },
        { provide: MessageView, useValue: gateway.view },
        { provide: InboundPipeline, useValue: gateway.pipeline },
        ...gateway.transports.providers,
      ],
    };
  }
}
