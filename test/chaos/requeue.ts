import type { Channel, ConsumeMessage, Message } from 'amqplib';
import type { AmqpConnection, AmqpStrategy } from '#adapters';
import type { InboundDelivery } from '#exchange';

interface Held {
  readonly channel: Channel;
  readonly message: Message;
}

/**
 * Watches the channels of the consumers, so that deliveries can be handed back to the broker by nack with requeue. The
 * product's own acknowledgement of such a delivery is swallowed: a consumer with this bug would not send it.
 */
export function requeueFailures(strategies: readonly AmqpStrategy[]): (deliveries: readonly InboundDelivery[]) => void {
  const held = new WeakMap<Buffer, Held>();
  const returned = new WeakSet<Message>();
  for (const strategy of strategies) {
    const { connection } = strategy as unknown as { connection: AmqpConnection };
    connection.onUp((model) => {
      const create = model.createChannel.bind(model);
      model.createChannel = async () => watch(await create(), held, returned);
    });
  }
  return (deliveries) => {
    for (const { frame } of deliveries) {
      const one = held.get(frame);
      if (!one) continue;
      returned.add(one.message);
      one.channel.nack(one.message, false, true);
    }
  };
}

function watch(channel: Channel, held: WeakMap<Buffer, Held>, returned: WeakSet<Message>): Channel {
  const consume = channel.consume.bind(channel);
  channel.consume = (queue, onMessage, options) =>
    consume(
      queue,
      (message: ConsumeMessage | null) => {
        if (message) held.set(message.content, { channel, message });
        onMessage(message);
      },
      options,
    );
  const ack = channel.ack.bind(channel);
  channel.ack = (message, allUpTo) => {
    if (!returned.has(message)) ack(message, allUpTo);
  };
  return channel;
}
