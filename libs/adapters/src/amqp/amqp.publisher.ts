import type { ConfirmChannel, Options } from 'amqplib';
import type { OutboundItem, PassPoint, SendOutcome } from '#exchange';
import type { ErrorCode } from '#model';
import { MEDIA_TYPES } from '#trust';
import { type AmqpConnection, type AmqpEvent, reasonOf } from './amqp.connection.ts';

export const POSSIBLE_DUPLICATE_HEADER = 'x-possible-duplicate';

export interface PublisherOptions {
  /** For events only. */
  readonly link: string;
  readonly exchange: string;
  readonly routingKey: string;
  /** Most messages published and not yet confirmed. */
  readonly window: number;
  /** Most bytes of those (one larger message still goes, alone). */
  readonly windowBytes?: number;
  /** The broker confirms within this time, or the outcome is unknown. */
  readonly confirmMs?: number;
  /** Told at `after-publish`, of each message; crash tests end the process there. */
  readonly pass?: PassPoint;
  readonly onEvent?: (event: AmqpEvent) => void;
}

export type Publishable = Pick<
  OutboundItem,
  'id' | 'kind' | 'messageId' | 'type' | 'correlationId' | 'frame' | 'possibleDuplicate' | 'createdAt'
>;

/** One call of `send`: its items go out in order; after the first that fails no further one is started. */
interface Run {
  readonly items: readonly Publishable[];
  readonly outcomes: SendOutcome[];
  next: number;
  open: number;
  failed?: ErrorCode;
  readonly resolve: (outcomes: readonly SendOutcome[]) => void;
}

interface Flight {
  readonly run: Run;
  readonly index: number;
  readonly since: number;
  returned: boolean;
}

/** Broker answers that mean the topology or the permission is missing: an operator has to act, waiting does not help. */
const isTopologyFault = (code: unknown): boolean => code === 404 || code === 403;

function propertiesOf(item: Publishable): Options.Publish {
  return {
    persistent: true,
    mandatory: true,
    messageId: item.messageId,
    type: item.type,
    timestamp: Math.floor(item.createdAt.getTime() / 1000),
    contentType: MEDIA_TYPES[item.kind],
    ...(item.correlationId === undefined ? {} : { correlationId: item.correlationId }),
    ...(item.possibleDuplicate ? { headers: { [POSSIBLE_DUPLICATE_HEADER]: true } } : {}),
  };
}

/**
 * Publishes to one exchange over one confirm channel: persistent, mandatory, in order, with a sliding window. Never rejects.
 * `sent` means confirmed and not returned. PUBLISH_RETURNED: no queue, exchange or permission behind the link.
 * PUBLISH_UNCONFIRMED: in doubt (nack, deadline, connection lost after publishing). LINK_UNREACHABLE: not even tried.
 */
export class AmqpPublisher {
  private channel: ConfirmChannel | undefined;
  private opening = false;
  private readonly runs: Run[] = [];
  /** In the order of publishing. */
  private readonly flights = new Set<Flight>();
  private bytesInFlight = 0;
  private deadline: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly connection: AmqpConnection,
    private readonly options: PublisherOptions,
  ) {}

  get window(): number {
    return this.options.window;
  }

  send(items: readonly Publishable[]): Promise<readonly SendOutcome[]> {
    return new Promise((resolve) => {
      if (items.length === 0) return resolve([]);
      this.runs.push({ items, outcomes: [], next: 0, open: items.length, resolve });
      this.pump();
    });
  }

  /** Waits for confirms outstanding, then closes the channel. */
  async close(): Promise<void> {
    this.closed = true;
    this.pump(); // fails what was not published yet
    while (this.flights.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.channel?.close().catch(() => undefined);
    this.channel = undefined;
  }

  private pump(): void {
    const reachable = this.connection.current !== undefined && this.connection.blocked === undefined && !this.closed;
    if (!reachable) return this.failWaiting('LINK_UNREACHABLE');
    if (!this.channel) return this.openChannel();
    for (let run = this.runs[0]; run; run = this.runs[0]) {
      if (run.failed) {
        this.failRest(run, run.failed === 'PUBLISH_RETURNED' ? 'PUBLISH_RETURNED' : 'LINK_UNREACHABLE');
        continue;
      }
      while (run.next < run.items.length) {
        if (!this.hasRoomFor(run.items[run.next]!)) return;
        if (!this.publish(run)) return;
      }
      this.runs.shift();
    }
  }

  private hasRoomFor(item: Publishable): boolean {
    const { window, windowBytes = 32 * 1024 * 1024 } = this.options;
    if (this.flights.size === 0) return true;
    return this.flights.size < window && this.bytesInFlight + item.frame.length <= windowBytes;
  }

  /** False when the channel was found dead; its end is handled by its 'close' event. */
  private publish(run: Run): boolean {
    const channel = this.channel!;
    const index = run.next;
    const item = run.items[index]!;
    const flight: Flight = { run, index, since: Date.now(), returned: false };
    try {
      channel.publish(this.options.exchange, this.options.routingKey, item.frame, propertiesOf(item), (error: unknown) =>
        this.settle(flight, error ? 'PUBLISH_UNCONFIRMED' : flight.returned ? 'PUBLISH_RETURNED' : undefined),
      );
    } catch (error) {
      this.lose(channel, reasonOf(error), 'PUBLISH_UNCONFIRMED');
      return false;
    }
    run.next++;
    this.flights.add(flight);
    this.bytesInFlight += item.frame.length;
    this.armDeadline();
    this.options.pass?.('after-publish');
    return true;
  }

  private openChannel(): void {
    const model = this.connection.current;
    if (this.opening || !model) return;
    this.opening = true;
    model.createConfirmChannel().then(
      (channel) => {
        this.opening = false;
        this.channel = channel;
        this.listen(channel);
        this.pump();
      },
      (error: unknown) => {
        this.opening = false;
        this.tell({ kind: 'publish-refused', link: this.options.link, messages: this.waiting(), reason: reasonOf(error) });
        this.failWaiting('LINK_UNREACHABLE');
      },
    );
  }

  private listen(channel: ConfirmChannel): void {
    let code: unknown;
    let reason = 'channel closed';
    channel.on('error', (error: Error & { code?: unknown }) => {
      code = error.code;
      reason = reasonOf(error);
      if (!isTopologyFault(code)) return;
      // Before amqplib fails the outstanding confirms: an operator should read "no queue", not "unconfirmed".
      this.lose(channel, reason, 'PUBLISH_RETURNED');
    });
    channel.on('close', () => this.lose(channel, reason, 'PUBLISH_UNCONFIRMED'));
    channel.on('return', (message) => {
      // The broker returns a message before it confirms it.
      for (const flight of this.flights) {
        if (flight.run.items[flight.index]!.messageId === message.properties.messageId) flight.returned = true;
      }
    });
  }

  private settle(flight: Flight, failure: ErrorCode | undefined): void {
    if (!this.flights.delete(flight)) return; // settled already, by the deadline or the loss of the channel
    const { run, index } = flight;
    const item = run.items[index]!;
    this.bytesInFlight -= item.frame.length;
    this.record(run, index, failure);
    if (failure === 'PUBLISH_RETURNED') this.tell({ kind: 'returned', link: this.options.link, messages: 1, reason: 'unroutable' });
    this.pump();
  }

  private record(run: Run, index: number, failure: ErrorCode | undefined): void {
    const id = run.items[index]!.id;
    run.outcomes[index] = failure ? { id, sent: false, code: failure } : { id, sent: true };
    if (failure) run.failed ??= failure;
    if (--run.open === 0) run.resolve(run.outcomes);
  }

  private failRest(run: Run, code: ErrorCode): void {
    for (; run.next < run.items.length; run.next++) this.record(run, run.next, code);
    const at = this.runs.indexOf(run);
    if (at >= 0) this.runs.splice(at, 1);
  }

  private failWaiting(code: ErrorCode): void {
    for (const run of [...this.runs]) this.failRest(run, code);
  }

  /** The channel is of no use any more: what was published on it is in doubt, what waits goes over a new one. */
  private lose(channel: ConfirmChannel, reason: string, code: ErrorCode): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    const lost = [...this.flights];
    if (lost.length > 0) {
      const kind = code === 'PUBLISH_RETURNED' ? 'returned' : 'unconfirmed';
      this.tell({ kind, link: this.options.link, messages: lost.length, reason });
    }
    for (const flight of lost) {
      this.flights.delete(flight);
      this.bytesInFlight -= flight.run.items[flight.index]!.frame.length;
      this.record(flight.run, flight.index, code);
    }
    this.pump();
  }

  private armDeadline(): void {
    if (this.deadline || this.flights.size === 0) return;
    const confirmMs = this.options.confirmMs ?? 10_000;
    const oldest = this.flights.values().next().value!;
    this.deadline = setTimeout(
      () => {
        this.deadline = undefined;
        const first = this.flights.values().next().value;
        if (first && Date.now() - first.since >= confirmMs) this.passDeadline();
        this.armDeadline();
      },
      Math.max(1, oldest.since + confirmMs - Date.now()),
    ).unref();
  }

  /** A hung broker. Unless it said that it is blocked, hang up: what still lies in our socket must not arrive after its resend. */
  private passDeadline(): void {
    const blocked = this.connection.blocked !== undefined;
    const channel = this.channel;
    if (channel) this.lose(channel, 'no confirm in time', 'PUBLISH_UNCONFIRMED');
    if (!blocked) this.connection.reset('no confirm in time');
    else channel?.close().catch(() => undefined);
  }

  private waiting(): number {
    return this.runs.reduce((sum, run) => sum + run.items.length - run.next, 0);
  }

  private tell(event: AmqpEvent): void {
    this.options.onEvent?.(event);
  }
}
