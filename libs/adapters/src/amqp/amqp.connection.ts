import type { Duplex } from 'node:stream';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import amqp, { type ChannelModel, type RecoveringChannelModel } from 'amqplib';

/** What an AMQP link has to tell the gateway's log and health; never holds payload, addresses or passwords. */
export type AmqpEvent =
  | { readonly kind: 'connected' | 'unblocked'; readonly connection: string }
  | { readonly kind: 'disconnected' | 'connect-failed' | 'blocked' | 'broker-error'; readonly connection: string; readonly reason: string }
  | { readonly kind: 'reconnecting'; readonly connection: string; readonly attempt: number; readonly delayMs: number }
  | {
      readonly kind: 'returned' | 'unconfirmed' | 'publish-refused';
      readonly link: string;
      readonly messages: number;
      readonly reason: string;
    }
  | { readonly kind: 'consuming'; readonly link: string }
  | { readonly kind: 'consumer-lost'; readonly link: string; readonly reason: string }
  | {
      readonly kind: 'receive-failed';
      readonly link: string;
      readonly messages: number;
      readonly delayMs: number;
      readonly reason: string;
    };

export interface AmqpConnectionOptions {
  /** `amqp://user:password@host:port/vhost`, or `amqps:`; `?heartbeat=SECONDS` where `heartbeatSeconds` is not given. */
  readonly url: string;
  /** Shown in the broker's connection list. */
  readonly name: string;
  /** Client certificate, trust anchors and so on for `amqps:`. */
  readonly tls?: TlsOptions;
  /** A hung broker is noticed after about two of these. */
  readonly heartbeatSeconds?: number;
  readonly connectTimeoutMs?: number;
  readonly reconnectBaseMs?: number;
  readonly reconnectCapMs?: number;
  readonly onEvent?: (event: AmqpEvent) => void;
}

/** The socket below a connection; amqplib has no public way to hang up on a broker that does not answer. */
const socketOf = (model: ChannelModel): Duplex => (model.connection as unknown as { stream: Duplex }).stream;

/** Why something failed, without the credentials that a URL in the text might hold. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\/\/[^@/\s]*@/g, '//***@').slice(0, 300);

/**
 * One connection that comes back: backoff with jitter for ever, heartbeat of 5 s, Nagle off, every 'error' and 'close' heard,
 * so that nothing the broker does (406, 404, 541, death, hang) ends the process. Channels die with their connection; users
 * open them again in `onUp`.
 */
export class AmqpConnection {
  private recovering: RecoveringChannelModel | undefined;
  private model: ChannelModel | undefined;
  private blockedBy: string | undefined;
  private readonly upListeners: ((model: ChannelModel) => void)[] = [];
  private readonly downListeners: (() => void)[] = [];
  private readonly unblockedListeners: (() => void)[] = [];

  constructor(private readonly options: AmqpConnectionOptions) {}

  /** The open connection, or undefined while it is down. */
  get current(): ChannelModel | undefined {
    return this.model;
  }

  /** The broker's reason while it does not take messages (memory or disk alarm). Acknowledgements still pass on other connections. */
  get blocked(): string | undefined {
    return this.blockedBy;
  }

  onUp(listener: (model: ChannelModel) => void): void {
    this.upListeners.push(listener);
  }

  onDown(listener: () => void): void {
    this.downListeners.push(listener);
  }

  onUnblocked(listener: () => void): void {
    this.unblockedListeners.push(listener);
  }

  /** Resolves after the first attempt, whether it succeeded or not; trying goes on until `close`. */
  async open(): Promise<void> {
    const { options } = this;
    const recovering = await amqp.connect(withParameters(options), {
      ...options.tls,
      noDelay: true,
      keepAlive: true,
      timeout: options.connectTimeoutMs ?? 10_000,
      clientProperties: { connection_name: options.name, product: 'landbridge' },
      recovery: {
        initialDelay: options.reconnectBaseMs ?? 100,
        maxDelay: options.reconnectCapMs ?? 15_000,
        factor: 2,
        jitter: 0.5,
        waitForConnect: false,
      },
    });
    this.recovering = recovering;
    await new Promise<void>((firstAttempt) => {
      recovering.on('connect', (model) => {
        this.up(model);
        firstAttempt();
      });
      recovering.on('connect-failed', (error) => {
        this.tell({ kind: 'connect-failed', connection: options.name, reason: reasonOf(error) });
        firstAttempt();
      });
      recovering.on('disconnect', (error) => this.down(error));
      recovering.on('error', (error) => this.tell({ kind: 'broker-error', connection: options.name, reason: reasonOf(error) }));
      recovering.on('reconnect-scheduled', ({ attempt, delay }) =>
        this.tell({ kind: 'reconnecting', connection: options.name, attempt, delayMs: delay }),
      );
      recovering.on('blocked', (reason) => {
        this.blockedBy = String(reason);
        this.tell({ kind: 'blocked', connection: options.name, reason: this.blockedBy });
      });
      recovering.on('unblocked', () => {
        this.blockedBy = undefined;
        this.tell({ kind: 'unblocked', connection: options.name });
        for (const listener of this.unblockedListeners) listener();
      });
    });
  }

  private up(model: ChannelModel): void {
    this.model = model;
    this.blockedBy = undefined;
    this.tell({ kind: 'connected', connection: this.options.name });
    for (const listener of this.upListeners) listener(model);
  }

  private down(error: Error): void {
    const model = this.model;
    this.model = undefined;
    this.blockedBy = undefined;
    // amqplib only half-closes after a heartbeat timeout; a hung broker would hold the socket for ever.
    if (model) socketOf(model).destroy();
    this.tell({ kind: 'disconnected', connection: this.options.name, reason: reasonOf(error) });
    for (const listener of this.downListeners) listener();
  }

  /** Hangs up without asking the broker and connects anew: what was written and not yet sent is dropped with the socket. */
  reset(reason: string): void {
    // An error is needed: amqplib does not notice a socket that closes without 'end' or 'error'.
    if (this.model) socketOf(this.model).destroy(new Error(reason));
  }

  /** Closes in order, or hangs up when the broker does not answer within the deadline. Never rejects. */
  async close(deadlineMs = 2_000): Promise<void> {
    const { recovering, model } = this;
    this.recovering = undefined;
    this.model = undefined;
    if (!recovering) return;
    recovering.on('error', () => undefined);
    const closed = recovering.close().catch(() => undefined);
    const deadline = new AbortController();
    await Promise.race([closed, sleep(deadlineMs, undefined, { signal: deadline.signal }).catch(() => undefined)]);
    deadline.abort();
    if (model) {
      model.on('error', () => undefined);
      socketOf(model).destroy();
    }
  }

  private tell(event: AmqpEvent): void {
    this.options.onEvent?.(event);
  }
}

/** amqplib reads heartbeat and frame size from the URL's query. 128 KiB frames: larger ones let a big body starve the heartbeat. */
function withParameters(options: AmqpConnectionOptions): string {
  const url = new URL(options.url);
  const heartbeat = options.heartbeatSeconds ?? (Number(url.searchParams.get('heartbeat')) || 5);
  url.searchParams.set('heartbeat', String(heartbeat));
  url.searchParams.set('frameMax', '131072');
  return url.href;
}
