import { type CustomTransportStrategy, BaseRpcContext, Server } from '@nestjs/microservices';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { lastValueFrom } from 'rxjs';
import { isLater, type Admission, type InboundDelivery, type InboundReply, type PassPoint } from '#exchange';
import { ExchangeError, type Link } from '#model';
import { bodyKind } from '#trust';
import { BatchLane, settledBy } from '../batch-lane.ts';
import { type AmqpConnection, type AmqpEvent, reasonOf } from './amqp.connection.ts';
import { POSSIBLE_DUPLICATE_HEADER } from './amqp.publisher.ts';
import { amqpNames } from './topology.ts';

/** The pattern of the one handler that takes deliveries in: `@MessagePattern(INBOUND_PATTERN)`. */
export const INBOUND_PATTERN = 'landbridge.inbound';

/** Which link a batch came from, and how its handler lets the next one follow (`ReceiveBatch`): `@Ctx()`. */
export class InboundContext extends BaseRpcContext<[link: string, next: () => void]> {
  get link(): string {
    return this.getArgByIndex(0);
  }

  get next(): () => void {
    return this.getArgByIndex(1);
  }
}

export interface AmqpStrategyOptions {
  /** Slows partners down to their limits: what is too much is not acknowledged yet. Absent: nobody is. */
  readonly admission?: Pick<Admission, 'pace' | 'most'>;
  /** Most messages of one batch; never more than half of the link's prefetch, so that the next can be collected meanwhile. */
  readonly batch?: number;
  readonly batchBytes?: number;
  /** How long the first message of a batch waits for company. */
  readonly batchMs?: number;
  readonly retryBaseMs?: number;
  readonly retryCapMs?: number;
  /** How long `close` waits for running batches. */
  readonly closeMs?: number;
  readonly now?: () => Date;
  /** Told at `before-ack` and `after-ack`; crash tests end the process there. */
  readonly pass?: PassPoint;
  readonly onEvent?: (event: AmqpEvent) => void;
}

interface Arrival {
  readonly message: ConsumeMessage;
  readonly channel: Channel;
  readonly delivery: InboundDelivery;
}

/**
 * Nest transport strategy for partners' AMQP queues. Bodies stay bytes: the handler of INBOUND_PATTERN gets an array of
 * InboundDelivery of one link, in arrival order, and answers one InboundOutcome each, or an observable of that array. Messages
 * are acknowledged together after the handler's observable completed, one that is answered `later` by itself then; while it rejects, the same deliveries are offered again with
 * backoff, nothing is acknowledged, and the prefetch limit stops the broker. Poison is the handler's matter: it never rejects
 * because of a message, so nothing is requeued (a quorum queue would put it behind its successors).
 */
export class AmqpStrategy extends Server implements CustomTransportStrategy {
  private readonly consumers = new Map<string, LinkConsumer>();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly connection: AmqpConnection,
    private readonly options: AmqpStrategyOptions = {},
  ) {
    super();
  }

  /** Nest's start: handlers are registered by then. Consuming begins with `consume`, when the links are known. */
  listen(callback: (...args: unknown[]) => unknown): void {
    callback();
  }

  /** Consumes exactly these links from now on, also after every reconnect. One that is let go of, or consumed otherwise now, finishes its running batches first. */
  async consume(links: readonly Link[]): Promise<void> {
    const wanted = new Map(links.map((link) => [link.id, link]));
    const ended = [...this.consumers.values()].filter(({ link }) => wanted.get(link.id)?.limits.prefetch !== link.limits.prefetch);
    for (const { link } of ended) this.consumers.delete(link.id);
    await Promise.all(ended.map((consumer) => consumer.close(this.options.closeMs ?? 10_000)));
    if (this.closing) return;
    for (const link of links) {
      if (this.consumers.has(link.id)) continue;
      const consumer = new LinkConsumer(link, this.connection, this.options, (deliveries, next) =>
        this.dispatch(link.id, deliveries, next),
      );
      this.consumers.set(link.id, consumer);
    }
  }

  /** Whether we hold a consumer on the link's queue (among several processes only one of them is the active one). */
  consuming(link: string): boolean {
    return this.consumers.get(link)?.attached ?? false;
  }

  private async dispatch(link: string, deliveries: readonly InboundDelivery[], next: () => void): Promise<readonly InboundReply[]> {
    const handler = this.getHandlerByPattern(INBOUND_PATTERN);
    if (!handler) throw new ExchangeError('CONFIGURATION_INVALID', { detail: 'No handler is registered for inbound deliveries.' });
    // Errors of Nest controllers arrive inside the observable, not from the await.
    const stream = this.transformToObservable(await handler(deliveries, new InboundContext([link, next])));
    const outcomes = (await lastValueFrom(stream, { defaultValue: [] })) as readonly InboundReply[];
    if (outcomes.length !== deliveries.length) {
      throw new ExchangeError('INTERNAL', { detail: 'The inbound handler did not answer one outcome a delivery.' });
    }
    return outcomes;
  }

  /** Lets running batches finish and be acknowledged, then hangs up; the rest goes back to the broker in order. */
  close(): Promise<void> {
    this.closing ??= Promise.all([...this.consumers.values()].map((consumer) => consumer.close(this.options.closeMs ?? 10_000))).then(
      () => undefined,
    );
    return this.closing;
  }

  override on(): never {
    throw new ExchangeError('INTERNAL', { detail: 'The AMQP strategy has no events; use onEvent.' });
  }

  override unwrap<T>(): T {
    return this.connection.current as T;
  }
}

/** The consumer of one link: its channel, its lane, and the way back after the broker took either away. */
class LinkConsumer {
  private channel: Channel | undefined;
  private consuming = false;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;
  private attempts = 0;
  private readonly lane: BatchLane<Arrival>;
  /** Taken in and not acknowledged yet, because their commits come later. */
  private readonly later = new Map<Arrival, Promise<void>>();

  constructor(
    readonly link: Link,
    private readonly connection: AmqpConnection,
    private readonly options: AmqpStrategyOptions,
    private readonly receive: (deliveries: readonly InboundDelivery[], next: () => void) => Promise<readonly InboundReply[]>,
  ) {
    this.lane = new BatchLane((arrivals, next) => this.handle(arrivals, next), {
      batch: Math.max(1, Math.min(options.batch ?? 100, Math.ceil(link.limits.prefetch / 2))),
      batchBytes: options.batchBytes ?? 1024 * 1024,
      ...(options.admission && { most: (usual: number) => options.admission!.most(link.id, usual) }),
      waitMs: options.batchMs ?? 4,
      sizeOf: (arrival) => arrival.delivery.frame.length,
      // A key may be retired by it: what was signed with that key before is committed and acknowledged first, or it would be
      // offered again after a crash and be refused.
      opensBatch: (arrival) => bodyKind(arrival.delivery.frame) === 'keys',
      // The broker offers again what came over a channel that has died.
      wanted: (arrival) => arrival.channel === this.channel,
      retryBaseMs: options.retryBaseMs,
      retryCapMs: options.retryCapMs,
      onRetry: (arrivals, error, delayMs) =>
        options.onEvent?.({ kind: 'receive-failed', link: link.id, messages: arrivals.length, delayMs, reason: reasonOf(error) }),
    });
    connection.onUp((model) => void this.attach(model));
    if (connection.current) void this.attach(connection.current);
  }

  get attached(): boolean {
    return this.consuming;
  }

  private async handle(arrivals: readonly Arrival[], next: () => void): Promise<void> {
    const { admission } = this.options;
    const admitted = await admission?.pace(
      this.link.id,
      arrivals.map(({ delivery }) => delivery.frame),
    );
    const replies = await this.receive(
      arrivals.map((arrival) => arrival.delivery),
      next,
    ).catch((error: unknown) => {
      admitted?.settle();
      throw error;
    });
    admitted?.settle(replies);
    const done = arrivals.filter((arrival, i) => {
      const reply = replies[i];
      if (!reply || !isLater(reply)) return true;
      this.acknowledgeLater(arrival, reply.later);
      return false;
    });
    // `multiple` would acknowledge what came before as well.
    if (this.later.size > 0) done.forEach((arrival) => this.acknowledge(arrival, false));
    else if (done.length > 0) this.acknowledge(done.at(-1)!, true);
  }

  private acknowledgeLater(arrival: Arrival, later: Promise<unknown>): void {
    const end = later.then(
      () => this.acknowledge(arrival, false),
      // We are stopping: the broker offers it again.
      () => undefined,
    );
    this.later.set(
      arrival,
      end.finally(() => this.later.delete(arrival)),
    );
  }

  private acknowledge({ channel, message }: Arrival, multiple: boolean): void {
    // Over a dead channel nothing can be acknowledged; the messages come again and are recognised as duplicates.
    if (channel !== this.channel) return;
    this.options.pass?.('before-ack');
    try {
      channel.ack(message, multiple);
      this.options.pass?.('after-ack');
    } catch {
      // The channel is closing; same as above.
    }
  }

  private async attach(model: ChannelModel): Promise<void> {
    if (this.closed) return;
    clearTimeout(this.retry);
    let channel: Channel | undefined;
    let reason = 'channel closed';
    try {
      channel = await model.createChannel();
      const mine = channel;
      channel.on('error', (error) => (reason = reasonOf(error)));
      channel.on('close', () => this.lost(mine, model, reason));
      this.channel = channel;
      await channel.prefetch(this.link.limits.prefetch);
      await channel.consume(amqpNames(this.link.id).inQueue, (message) => this.arrive(mine, model, message), { noAck: false });
      if (this.closed) return void (await channel.close());
      this.consuming = true;
      this.attempts = 0;
      this.options.onEvent?.({ kind: 'consuming', link: this.link.id });
    } catch (error) {
      // With a channel its 'close' event leads on; without one, the connection's next 'connect' does, or a later try.
      if (!channel) this.tryLater(model, reasonOf(error));
    }
  }

  private arrive(channel: Channel, model: ChannelModel, message: ConsumeMessage | null): void {
    if (message === null) {
      // The broker cancelled us: the queue was deleted. The channel would live on without ever delivering again.
      channel.close().catch(() => undefined);
      return this.lost(channel, model, 'consumer cancelled by the broker');
    }
    const delivery: InboundDelivery = {
      link: this.link.id,
      frame: message.content,
      receivedAt: this.options.now?.() ?? new Date(),
      redelivered: message.fields.redelivered || message.properties.headers?.[POSSIBLE_DUPLICATE_HEADER] === true,
    };
    this.lane.push({ message, channel, delivery });
  }

  private lost(channel: Channel, model: ChannelModel, reason: string): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    this.consuming = false;
    this.lane.prune();
    this.tryLater(model, reason);
  }

  /** Only while this very connection stays; a new connection attaches by itself. */
  private tryLater(model: ChannelModel, reason: string): void {
    if (this.closed) return;
    this.options.onEvent?.({ kind: 'consumer-lost', link: this.link.id, reason });
    const delayMs = Math.min(15_000, 200 * 2 ** this.attempts++) * (0.5 + Math.random() / 2);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      if (this.connection.current === model && !this.channel) void this.attach(model);
    }, delayMs);
  }

  /**
   * No basic.cancel: with a single active consumer it would let another process go on with later messages while our batch is
   * still being committed. Closing the channel after the last acknowledgement returns the rest to the head of the queue.
   */
  async close(deadlineMs: number): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    const deadline = Date.now() + deadlineMs;
    await this.lane.drain(deadlineMs);
    await settledBy(this.later.values(), deadline);
    const channel = this.channel;
    this.channel = undefined;
    this.consuming = false;
    if (channel) await Promise.race([channel.close().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
  }
}
