import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { INBOUND_PATTERN, InboundContext } from '#adapters';
import { InboundPipeline, type InboundDelivery, type InboundReply } from '#exchange';

/** Where batches from the broker enter: the transport strategy acknowledges them when this resolves. */
@Controller()
export class InboundController {
  constructor(private readonly pipeline: InboundPipeline) {}

  @MessagePattern(INBOUND_PATTERN)
  async receive(@Payload() deliveries: readonly InboundDelivery[], @Ctx() { next }: InboundContext): Promise<readonly InboundReply[]> {
    return this.pipeline.receive(deliveries, next);
  }
}
