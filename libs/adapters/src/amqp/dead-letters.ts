import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Channel, ChannelModel, GetMessage } from 'amqplib';
import { DeadQueues, DEATH_REASONS, type DeadLetterStore, type DeadQueue, type DeathReason, type NewDeadLetter } from '#exchange';
import type { Link } from '#model';
import { AmqpConnection, type AmqpEvent } from './amqp.connection.ts';
import { amqpNames } from './topology.ts';

export interface DeadLetterCollectorOptions {
  /** Address with the gateway's own broker user. */
  readonly url: string;
  readonly tls?: TlsOptions;
  readonly name?: string;
  readonly reconnectCapMs?: number;
  readonly pollMilliseconds: number;
  readonly now: () => Date;
  readonly onEvent?: (event: AmqpEvent) => void;
  readonly report: (error: unknown) => void;
}

/** Letters taken from one queue at a look, so that a full queue does not keep the others waiting. */
const AT_A_LOOK = 200;

/**
 * Empties the dead queues into the table: a letter is acknowledged only after its row is durable, so it is in one of the two at any
 * moment, in both after a crash, and then recognised. What the broker still counts after a look is what the table lacks.
 */
export class DeadLetterCollector extends DeadQueues {
  readonly #links: () => readonly Link[];
  readonly #store: Pick<DeadLetterStore, 'keep'>;
  readonly #options: DeadLetterCollectorOptions;
  readonly #connection: AmqpConnection;
  readonly #seen = new Map<string, DeadQueue>();
  #channel: Channel | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  /** With the first link that has a queue. */
  #opened: Promise<void> | undefined;
  #stopped = false;

  /** `links`: those agreed on now; asked at each look. */
  constructor(links: () => readonly Link[], store: Pick<DeadLetterStore, 'keep'>, options: DeadLetterCollectorOptions) {
    super();
    this.#links = () => links().filter(({ transport }) => transport === 'amqp');
    this.#store = store;
    this.#options = options;
    const { url, tls, reconnectCapMs, onEvent, name = 'landbridge' } = options;
    this.#connection = new AmqpConnection({ url, tls, reconnectCapMs, onEvent, name: `${name} dead letters` });
  }

  override standing(): readonly DeadQueue[] {
    return this.#links().map(({ id }) => this.#seen.get(id) ?? this.#without(id, 'unreachable'));
  }

  /** Resolves after the first look, also when the broker does not answer. */
  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => void this.look(), this.#options.pollMilliseconds);
    this.#timer.unref();
  }

  /** One look at every queue, unless one is under way; never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll()
      .catch(this.#options.report)
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#looking;
    if (this.#opened) await this.#connection.close();
  }

  async #lookAtAll(): Promise<void> {
    const links = this.#links();
    if (links.length > 0) await (this.#opened ??= this.#connection.open());
    for (const { id } of links) {
      if (this.#stopped) return;
      const model = this.#connection.current;
      this.#seen.set(id, model ? await this.#take(id, model) : this.#without(id, 'unreachable'));
    }
  }

  async #take(link: string, model: ChannelModel): Promise<DeadQueue> {
    const queue = amqpNames(link).deadQueue;
    try {
      const channel = (this.#channel ??= await this.#open(model));
      let { messageCount } = await channel.checkQueue(queue);
      for (let taken = 0; messageCount > 0 && taken < AT_A_LOOK && !this.#stopped; taken += 1) {
        const message = await channel.get(queue);
        if (!message) break;
        await this.#store.keep(letterOf(link, message, this.#options.now()));
        channel.ack(message);
        if (message.fields.messageCount === 0) break;
      }
      ({ messageCount } = await channel.checkQueue(queue));
      return { link, queue, count: messageCount, at: this.#options.now() };
    } catch (error) {
      // A refusal closes the channel; what was taken and not kept lies in the queue again.
      const channel = this.#channel;
      this.#channel = undefined;
      await channel?.close().catch(() => undefined);
      const { code } = error as { code?: unknown };
      if (code !== 403 && code !== 404) this.#options.report(error);
      return this.#without(link, code === 403 ? 'not-allowed' : code === 404 ? 'missing' : 'unreachable');
    }
  }

  async #open(model: ChannelModel): Promise<Channel> {
    const channel = await model.createChannel();
    // Heard, or it would end the process; whoever waits for an answer is told as well.
    channel.on('error', () => undefined);
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = undefined;
    });
    return channel;
  }

  #without(link: string, fault: NonNullable<DeadQueue['fault']>): DeadQueue {
    return { link, queue: amqpNames(link).deadQueue, at: this.#options.now(), fault };
  }
}

/** The newest of the deaths that the broker noted on a letter (`x-death`). */
interface Death {
  readonly reason?: unknown;
  readonly queue?: unknown;
  readonly exchange?: unknown;
  readonly 'routing-keys'?: unknown;
  readonly count?: unknown;
  readonly time?: { readonly value?: unknown };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const optional = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A letter and what the broker says how it died. Headers are data of whoever published: nothing is believed beyond their form. */
export function letterOf(link: string, { content, fields, properties }: GetMessage, at: Date): NewDeadLetter {
  const deaths: unknown = properties.headers?.['x-death'];
  const last = (Array.isArray(deaths) ? (deaths[0] as Death | undefined) : undefined) ?? {};
  const keys = last['routing-keys'];
  const queue = text(last.queue) || fields.routingKey;
  const seconds = Number(last.time?.value);
  const [messageId, type] = [optional(properties.messageId), optional(properties.type)];
  return {
    link,
    way: queue === amqpNames(link).inQueue ? 'in' : 'out',
    reason: DEATH_REASONS.find((name): name is DeathReason => name === last.reason) ?? 'other',
    queue,
    exchange: text(last.exchange),
    routingKey: Array.isArray(keys) ? text(keys[0]) : '',
    ...(messageId !== undefined && { messageId }),
    ...(type !== undefined && { type }),
    // Without a death it came here in another way, and is told apart by when it was taken.
    diedAt: Number.isSafeInteger(seconds) && seconds > 0 ? new Date(seconds * 1000) : at,
    deaths: Number.isSafeInteger(Number(last.count)) ? Number(last.count) : 1,
    at,
    frame: content,
  };
}
