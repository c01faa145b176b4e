import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { bodyKind } from '#trust';
import { AmqpConnection, type AmqpEvent, reasonOf } from '../amqp/amqp.connection.ts';
import { AmqpPublisher, POSSIBLE_DUPLICATE_HEADER } from '../amqp/amqp.publisher.ts';
import { amqpNames } from '../amqp/topology.ts';
import type { PartnerEndpoint, PartnerFrameHandler, PartnerMessage, PartnerSendResult } from './partner-endpoint.ts';

export interface AmqpPartnerOptions {
  /** Address with the partner's own broker user. */
  readonly url: string;
  readonly link: string;
  readonly tls?: TlsOptions;
  readonly name?: string;
  /** Most frames taken in and not yet acknowledged. */
  readonly prefetch?: number;
  /** Most frames handled at once. With 1 (the default) strictly one after the other. */
  readonly concurrency?: number;
  readonly window?: number;
  readonly confirmMs?: number;
  readonly heartbeatSeconds?: number;
  readonly reconnectCapMs?: number;
  readonly onEvent?: (event: AmqpEvent) => void;
}

interface Incoming {
  readonly message: ConsumeMessage;
  readonly channel: Channel;
}

/** The partner's end of an AMQP link, with the partner's user and least permissions. */
export class AmqpPartner implements PartnerEndpoint {
  private readonly connection: AmqpConnection;
  private readonly publisher: AmqpPublisher;
  private handler: PartnerFrameHandler | undefined;
  private channel: Channel | undefined;
  private waiting: Incoming[] = [];
  private readonly running = new Set<Promise<void>>();
  private nextId = 0;
  private closed = false;

  private constructor(private readonly options: AmqpPartnerOptions) {
    const names = amqpNames(options.link);
    this.connection = new AmqpConnection({
      url: options.url,
      name: options.name ?? `partner ${options.link}`,
      tls: options.tls,
      heartbeatSeconds: options.heartbeatSeconds,
      reconnectCapMs: options.reconnectCapMs ?? 2_000,
      onEvent: options.onEvent,
    });
    this.publisher = new AmqpPublisher(this.connection, {
      link: options.link,
      exchange: names.inExchange,
      routingKey: names.inQueue,
      window: options.window ?? 200,
      confirmMs: options.confirmMs,
      onEvent: options.onEvent,
    });
    this.connection.onUp((model) => void this.attach(model));
  }

  /** Resolves after the first attempt to connect; reconnects for ever until `close`. */
  static async connect(options: AmqpPartnerOptions): Promise<AmqpPartner> {
    const partner = new AmqpPartner(options);
    await partner.connection.open();
    return partner;
  }

  get up(): boolean {
    return this.connection.current !== undefined;
  }

  async send(message: PartnerMessage): Promise<PartnerSendResult> {
    const [outcome] = await this.publisher.send([
      {
        id: String(this.nextId++),
        kind: message.kind,
        messageId: message.messageId,
        type: message.type,
        correlationId: message.correlationId,
        frame: message.frame,
        possibleDuplicate: message.possibleDuplicate ?? false,
        createdAt: new Date(),
      },
    ]);
    return outcome!.sent ? { sent: true } : { sent: false, refused: false, code: outcome!.code };
  }

  onFrame(handler: PartnerFrameHandler): void {
    this.handler = handler;
    if (this.connection.current) void this.attach(this.connection.current);
  }

  private async attach(model: ChannelModel): Promise<void> {
    if (!this.handler || this.closed) return;
    let channel: Channel | undefined;
    let reason = 'channel closed';
    try {
      channel = await model.createChannel();
      const mine = channel;
      this.channel = mine;
      this.waiting = [];
      channel.on('error', (error) => (reason = reasonOf(error)));
      channel.on('close', () => this.lost(mine, model, reason));
      await channel.prefetch(this.options.prefetch ?? 100);
      await channel.consume(amqpNames(this.options.link).outQueue, (message) => {
        if (!message) return void mine.close().catch(() => undefined); // the queue was deleted
        this.waiting.push({ message, channel: mine });
        this.work();
      });
      this.options.onEvent?.({ kind: 'consuming', link: this.options.link });
    } catch (error) {
      if (!channel) this.lost(undefined, model, reasonOf(error));
    }
  }

  private lost(channel: Channel | undefined, model: ChannelModel, reason: string): void {
    if (this.channel !== channel || this.closed) return;
    this.channel = undefined;
    this.options.onEvent?.({ kind: 'consumer-lost', link: this.options.link, reason });
    setTimeout(() => {
      if (this.connection.current === model && !this.channel) void this.attach(model);
    }, 500).unref();
  }

  private work(): void {
    while (!this.closed && this.running.size < (this.options.concurrency ?? 1)) {
      const next = this.waiting.shift();
      if (!next) return;
      const running = this.handle(next).finally(() => {
        this.running.delete(running);
        this.work();
      });
      this.running.add(running);
    }
  }

  private async handle({ message, channel }: Incoming): Promise<void> {
    const { messageId, type, headers } = message.properties as { messageId?: string; type?: string; headers?: Record<string, unknown> };
    const possibleDuplicate = message.fields.redelivered || headers?.[POSSIBLE_DUPLICATE_HEADER] === true;
    for (let pause = 100; channel === this.channel && !this.closed; pause = Math.min(pause * 2, 5_000)) {
      try {
        await this.handler!(message.content, { kind: bodyKind(message.content), possibleDuplicate, messageId, type });
        if (channel === this.channel) channel.ack(message);
        return;
      } catch (error) {
        if (this.closed) return;
        this.options.onEvent?.({ kind: 'receive-failed', link: this.options.link, messages: 1, delayMs: pause, reason: reasonOf(error) });
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.waiting = [];
    await Promise.all(this.running);
    const channel = this.channel;
    await Promise.race([channel?.close().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
    this.channel = undefined;
    await this.publisher.close();
    await this.connection.close();
  }
}
