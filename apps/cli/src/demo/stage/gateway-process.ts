import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts, GATEWAY_NODE_FLAGS } from '#adapters';
import type { LinkCounts, MessageDetail, MessageLine } from '#exchange';
import { Child } from './child.ts';
import type { MovedClock } from './moved-clock.ts';
import { DemoFailure } from '../demo-failure.ts';

export interface GatewayOptions {
  readonly home: string;
  readonly data: string;
  readonly databaseUrl: string;
  readonly agreements: string;
  readonly amqpUrl?: string;
  readonly amqpCa?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly clock?: MovedClock;
}

/** A row of the operators' list of what could not be authenticated. */
export interface Quarantined {
  readonly link: string;
  readonly code: string;
  readonly reason: string;
  readonly claimedMessageId?: string;
}

const START_MS = 60_000;

/** The gateway as a process of its own: started, killed and started again on the same port and data; seen through its HTTP API only. */
export class GatewayProcess {
  #child: Child | undefined;

  private constructor(
    private readonly options: GatewayOptions,
    readonly url: string,
    private readonly port: number,
  ) {}

  static async prepare(options: GatewayOptions): Promise<GatewayProcess> {
    // It stays the gateway's over its restarts.
    const port = (await freePorts(1))[0]!;
    return new GatewayProcess(options, `http://127.0.0.1:${port}`, port);
  }

  /** The process that was started last has not ended. */
  get running(): boolean {
    return this.#child?.running ?? false;
  }

  get log(): string {
    return join(this.options.data, 'gateway.log');
  }

  /** Resolves when messages are accepted; fails when the process ends before that. */
  async start(): Promise<void> {
    const child = this.launch();
    const end = Date.now() + START_MS;
    while (!(await this.#ready())) {
      if (!child.running || Date.now() > end) throw new DemoFailure(`The gateway did not start; see ${this.log}.`);
      await pause(50);
    }
  }

  /** Starts the process and waits for nothing. With `crashAt` (`point:nth`) it kills itself there. */
  launch(crashAt?: string): Child {
    const { home, data, databaseUrl, agreements, amqpUrl, amqpCa, settings, clock } = this.options;
    this.#child = new Child({
      name: 'gateway',
      script: join(home, 'bin/gateway.mjs'),
      args: [],
      nodeFlags: [...GATEWAY_NODE_FLAGS, ...(clock?.nodeFlags() ?? [])],
      environment: {
        ...settings,
        DATABASE_URL: databaseUrl,
        HTTP_PORT: String(this.port),
        LANDBRIDGE_DATA: data,
        LANDBRIDGE_AGREEMENTS: agreements,
        ...(amqpUrl === undefined ? {} : { AMQP_URL: amqpUrl }),
        ...(amqpCa === undefined ? {} : { AMQP_CA: amqpCa }),
        ...(crashAt === undefined ? {} : { CRASH_AT: crashAt }),
      },
      workingFolder: home,
      log: this.log,
    });
    return this.#child;
  }

  async #ready(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  async kill9(): Promise<void> {
    await this.#child?.kill9();
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
  }

  async links(): Promise<LinkCounts[]> {
    return (await this.#get<{ links: LinkCounts[] }>('/api/links')).links;
  }

  async quarantine(): Promise<Quarantined[]> {
    return (await this.#get<{ quarantine: Quarantined[] }>('/api/quarantine')).quarantine;
  }

  async detail(messageId: string): Promise<MessageDetail[]> {
    return (await this.#get<{ messages: MessageDetail[] }>(`/api/messages/${messageId}`)).messages;
  }

  /** Every business message made for a link, oldest last. */
  async outbound(link: string): Promise<MessageLine[]> {
    const all: MessageLine[] = [];
    for (let cursor = ''; ;) {
      const query = encodeURIComponent(`direction:out link:${link}`);
      const { messages, next } = await this.#get<{ messages: MessageLine[]; next?: string }>(`/api/messages?q=${query}&limit=500${cursor}`);
      all.push(...messages);
      if (next === undefined) return all;
      cursor = `&cursor=${next}`;
    }
  }

  async #get<T>(path: string): Promise<T> {
    const token = await readFile(join(this.options.data, 'local.token'), 'utf8');
    const headers = { authorization: `Bearer ${token.trim()}` };
    const response = await fetch(this.url + path, { headers, signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new DemoFailure(`The gateway answered ${response.status} to GET ${path.split('?')[0]}.`);
    return (await response.json()) as T;
  }
}
