import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { type LinkCondition, type OutboundItem, type ReceiveBatch, type SendOutcome, Transport } from '#exchange';
import type { Link } from '#model';
import { AmqpConnection, type AmqpEvent } from './amqp.connection.ts';
import { AmqpPublisher } from './amqp.publisher.ts';
import { AmqpStrategy, type AmqpStrategyOptions, INBOUND_PATTERN, type InboundContext } from './amqp.strategy.ts';
import { amqpNames } from './topology.ts';

export interface AmqpTransportOptions extends AmqpStrategyOptions {
  /** Address with the gateway's own broker user. */
  readonly url: string;
  readonly tls?: TlsOptions;
  readonly name?: string;
  readonly heartbeatSeconds?: number;
  readonly confirmMs?: number;
  readonly reconnectBaseMs?: number;
  readonly reconnectCapMs?: number;
}

/**
 * Carries the AMQP links (contract: Transport). Two connections: a broker alarm blocks connections that publish, and must not
 * keep us from acknowledging. With Nest, hand `strategy` to `connectMicroservice` and answer INBOUND_PATTERN in a controller;
 * without, `start` registers its `receive` as that handler.
 */
export class AmqpTransport extends Transport {
  readonly kind = 'amqp';
  readonly strategy: AmqpStrategy;
  private readonly inbound: AmqpConnection;
  private readonly outbound: AmqpConnection;
  private readonly publishers = new Map<string, AmqpPublisher>();
  private readonly upListeners: ((link: string) => void)[] = [];
  private opened: Promise<unknown> | undefined;
  private closed = false;

  constructor(private readonly options: AmqpTransportOptions) {
    super();
    const { url, tls, heartbeatSeconds, reconnectBaseMs, reconnectCapMs, onEvent, name = 'landbridge' } = options;
    const shared = { url, tls, heartbeatSeconds, reconnectBaseMs, reconnectCapMs, onEvent };
    this.inbound = new AmqpConnection({ ...shared, name: `${name} in` });
    this.outbound = new AmqpConnection({ ...shared, name: `${name} out` });
    this.strategy = new AmqpStrategy(this.inbound, options);
  }

  /** Resolves after the first attempt to connect, once there is a link to carry; an unreachable broker is tried again for ever, see `condition`. */
  async start(links: readonly Link[], receive: ReceiveBatch): Promise<void> {
    if (!this.strategy.getHandlerByPattern(INBOUND_PATTERN))
      this.strategy.addHandler(INBOUND_PATTERN, async (batch, context: InboundContext) => receive(batch, context.next));
    const tellUp = () => [...this.publishers.keys()].forEach((link) => this.tellUp(link));
    this.outbound.onUp(tellUp);
    this.outbound.onUnblocked(tellUp);
    await this.follow(links);
  }

  async follow(links: readonly Link[]): Promise<void> {
    const mine = links.filter((link) => link.transport === this.kind);
    const wanted = new Map(mine.map((link) => [link.id, link]));
    const ended = [...this.publishers].filter(([id, { window }]) => wanted.get(id)?.limits.window !== window);
    for (const [id] of ended) this.publishers.delete(id);
    for (const link of mine) {
      if (this.publishers.has(link.id)) continue;
      this.publishers.set(link.id, this.publisher(link));
      if (this.condition(link.id) === 'up') this.tellUp(link.id);
    }
    await Promise.all([
      ...ended.map(([, publisher]) => publisher.close()),
      this.strategy.consume(mine.filter(({ suspended }) => !suspended)),
    ]);
    if (mine.length > 0) await (this.opened ??= Promise.all([this.inbound.open(), this.outbound.open()]));
  }

  private tellUp(link: string): void {
    for (const listener of this.upListeners) listener(link);
  }

  private publisher(link: Link): AmqpPublisher {
    const { outExchange, outQueue } = amqpNames(link.id);
    return new AmqpPublisher(this.outbound, {
      link: link.id,
      exchange: outExchange,
      routingKey: outQueue,
      window: link.limits.window,
      confirmMs: this.options.confirmMs,
      ...(this.options.pass ? { pass: this.options.pass } : {}),
      onEvent: (event: AmqpEvent) => this.options.onEvent?.(event),
    });
  }

  async send(link: Link, items: readonly OutboundItem[]): Promise<readonly SendOutcome[]> {
    const publisher = this.publishers.get(link.id);
    if (!publisher || this.closed) return items.map(({ id }) => ({ id, sent: false, code: 'LINK_UNREACHABLE' }));
    return publisher.send(items);
  }

  /** Of the way out: down also while the broker has an alarm, since nothing is published until it ends. */
  condition(link: string): LinkCondition {
    const open = this.publishers.has(link) && this.outbound.current !== undefined;
    return open && this.outbound.blocked === undefined ? 'up' : 'down';
  }

  /** The broker's memory or disk alarm, for health: degraded, not dead. */
  get blocked(): string | undefined {
    return this.outbound.blocked;
  }

  /** Whether we hold a consumer on the link's inbound queue, for health. */
  consuming(link: string): boolean {
    return this.strategy.consuming(link);
  }

  onUp(listener: (link: string) => void): void {
    this.upListeners.push(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.strategy.close();
    await Promise.all([...this.publishers.values()].map((publisher) => publisher.close()));
    await Promise.all([this.inbound.close(), this.outbound.close()]);
  }
}
