import { Client, type Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { StopSwitch, type Stop } from '#exchange';
import { poolOf } from './data-source.ts';
import { failure } from './failure.ts';

const CHANNEL = 'landbridge_stop';

export interface StopSwitchOptions {
  /** How often the table is read whatever was told; default a second. */
  readonly pollMilliseconds?: number;
  readonly report?: (error: unknown) => void;
}

/** The stop switch in the database. Other processes are told by NOTIFY; reading again every second is the safety net. */
export class PostgresStopSwitch extends StopSwitch {
  readonly #pool: Pool;
  readonly #options: Required<StopSwitchOptions>;
  readonly #listeners: (() => void)[] = [];
  #stopped: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #client: Client | undefined;
  #closed = false;

  constructor(dataSource: DataSource, { pollMilliseconds = 1_000, report = () => undefined }: StopSwitchOptions = {}) {
    super();
    this.#pool = poolOf(dataSource);
    this.#options = { pollMilliseconds, report };
  }

  /** Reads what is stopped and keeps reading. Nothing may be sent before it resolved. */
  async start(): Promise<void> {
    await this.#read();
    this.#timer = setInterval(() => void this.#watch(), this.#options.pollMilliseconds);
    this.#timer.unref();
    await this.#watch();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  override stopped(link: string): boolean {
    return this.#stopped.has('*') || this.#stopped.has(link);
  }

  override onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  override async list(): Promise<readonly Stop[]> {
    return this.#query<Stop>('SELECT link, reason, actor, at FROM stop_switch ORDER BY at, link');
  }

  override async stop({ link, reason, actor, at }: Stop): Promise<void> {
    await this.#query(
      `WITH put AS (
         INSERT INTO stop_switch (link, reason, actor, at) VALUES ($1, $2, $3, $4) ON CONFLICT (link) DO NOTHING RETURNING link
       ), told AS (
         INSERT INTO event (subject, kind, to_state, actor, cause, at)
         SELECT 'link:' || link, 'stop', 'stopped', $3, $2, $4 FROM put
       )
       SELECT pg_notify('${CHANNEL}', $1)`,
      [link, reason, actor, at],
    );
    await this.#read();
  }

  override async go(link: string, actor: string, at: Date): Promise<boolean> {
    const [row] = await this.#query<{ gone: boolean }>(
      `WITH gone AS (DELETE FROM stop_switch WHERE link = $1 RETURNING link), told AS (
         INSERT INTO event (subject, kind, from_state, actor, at) SELECT 'link:' || link, 'stop', 'stopped', $2, $3 FROM gone
       )
       SELECT EXISTS (SELECT 1 FROM gone) AS gone, pg_notify('${CHANNEL}', $1)`,
      [link, actor, at],
    );
    await this.#read();
    return row?.gone ?? false;
  }

  async #watch(): Promise<void> {
    if (!this.#client && !this.#closed) await this.#listen().catch(this.#options.report);
    await this.#read().catch(this.#options.report);
  }

  async #listen(): Promise<void> {
    const client = new Client({ ...this.#pool.options, keepAlive: true, application_name: 'landbridge stop switch' });
    this.#client = client;
    const lost = () => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => void this.#read().catch(this.#options.report));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      lost();
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  async #read(): Promise<void> {
    if (this.#closed) return;
    const now = new Set((await this.#query<{ link: string }>('SELECT link FROM stop_switch')).map(({ link }) => link));
    const same = now.size === this.#stopped.size && [...now].every((link) => this.#stopped.has(link));
    this.#stopped = now;
    if (!same) for (const listener of this.#listeners) listener();
  }

  async #query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as Row[];
    } catch (error) {
      throw failure(error);
    }
  }
}
