import { Client, type Pool, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { ExchangeError } from '#model';
import { CHANNEL, HOLD, NEXT_EPOCH, RELEASE } from './sql.ts';

const KEEPALIVE_MILLISECONDS = 2_000;
const KEEPALIVE_DEADLINE = 5_000;

interface Hold {
  readonly epoch: string;
  readonly onLost: () => void;
}

/**
 * One connection of its own that owns the advisory locks of the links we relay, listens for work of other processes, and
 * runs every claim: a claim can therefore never be made without the lock. When the connection breaks or no longer answers,
 * all holds are gone at once and their owners are told.
 */
export class HoldSession {
  readonly #pool: Pool;
  readonly #holds = new Map<string, Hold>();
  readonly #listeners: ((link: string) => void)[] = [];
  #client: Promise<Client> | undefined;
  #keepalive: NodeJS.Timeout | undefined;
  #relisten: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  epochOf(link: string): string | undefined {
    return this.#holds.get(link)?.epoch;
  }

  async hold(link: string, onLost: () => void): Promise<boolean> {
    if (this.#holds.has(link)) return true;
    const client = await this.#connect();
    const { rows } = await client.query<{ held: boolean }>(HOLD, [link]);
    if (rows[0]?.held !== true) return false;
    // Waits for a commit of the former holder that is under way; later ones are refused by the epoch.
    const epoch = (await client.query<{ epoch: string }>(NEXT_EPOCH, [link])).rows[0]?.epoch ?? '0';
    this.#holds.set(link, { epoch, onLost });
    return true;
  }

  async release(link: string): Promise<void> {
    if (!this.#holds.delete(link)) return;
    const client = await this.#client;
    await client?.query(RELEASE, [link]);
  }

  /** Runs a statement on the connection that holds `link`; undefined when this session does not hold it. */
  async onHold<Row extends QueryResultRow>(link: string, query: QueryConfig): Promise<QueryResult<Row> | undefined> {
    if (!this.#holds.has(link)) return undefined;
    const client = await this.#client;
    return client?.query<Row>(query);
  }

  listen(listener: (link: string) => void): void {
    this.#listeners.push(listener);
    if (this.#listeners.length === 1) this.#keepListening();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#keepalive);
    clearTimeout(this.#relisten);
    this.#holds.clear();
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  #connect(): Promise<Client> {
    if (this.#closed) throw new ExchangeError('STORE_UNAVAILABLE');
    this.#client ??= this.#open().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #open(): Promise<Client> {
    const client = new Client({ ...this.#pool.options, keepAlive: true, application_name: 'landbridge relay' });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    client.on('notification', ({ payload, processId }) => {
      if (payload && processId !== (client as unknown as { processID: number }).processID) this.#tell(payload);
    });
    await client.connect();
    // The server must notice a dead gateway soon, or its locks would keep others from taking over.
    await client.query(`SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; LISTEN ${CHANNEL}`);
    this.#keepalive = setInterval(() => void this.#probe(client), KEEPALIVE_MILLISECONDS);
    this.#keepalive.unref();
    return client;
  }

  /** A server that hangs does not close its connections: silence counts as loss. */
  async #probe(client: Client): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, fail) => {
      timer = setTimeout(() => fail(new ExchangeError('STORE_UNAVAILABLE')), KEEPALIVE_DEADLINE);
    });
    try {
      await Promise.race([client.query('SELECT 1'), silence]);
    } catch {
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      this.#lost(client);
    } finally {
      clearTimeout(timer);
    }
  }

  #lost(client: Client): void {
    if (this.#closed || this.#client === undefined) return;
    void this.#client.then(
      (current) => {
        if (current !== client) return;
        this.#client = undefined;
        clearInterval(this.#keepalive);
        const lost = [...this.#holds.values()];
        this.#holds.clear();
        for (const { onLost } of lost) onLost();
        if (this.#listeners.length > 0) this.#keepListening();
      },
      () => undefined,
    );
  }

  #keepListening(): void {
    if (this.#closed) return;
    void this.#connectSafely().then((connected) => {
      if (connected || this.#closed) return;
      this.#relisten = setTimeout(() => this.#keepListening(), 500);
      this.#relisten.unref();
    });
  }

  async #connectSafely(): Promise<boolean> {
    try {
      await this.#connect();
      return true;
    } catch {
      return false;
    }
  }

  #tell(link: string): void {
    if (this.#holds.has(link)) for (const listener of this.#listeners) listener(link);
  }
}
