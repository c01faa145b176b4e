import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect, type Server, type Socket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource, migrate, PostgresExchangeStore, startEmbedded, type EmbeddedServer } from '#adapters';
import { poolOf } from '../../libs/adapters/src/store/data-source.ts';
import { inTransaction } from '../../libs/adapters/src/store/transaction.ts';
import { AT, batch, inboxRow, outboxRow } from '../support/store-rows.ts';
import { waitFor } from '../support/wait-for.ts';

const LINK = 'khorgos';
const nobody = () => undefined;
const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });

describe('the store when the database fails', () => {
  let folder: string;
  let server: EmbeddedServer;
  let dataSource: DataSource;
  let store: PostgresExchangeStore;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-faults-'));
    await chmod(folder, 0o755);
    server = await startEmbedded({ folder });
    const first = await createDataSource({ url: server.url }).initialize();
    await migrate(first);
    await first.destroy();
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    dataSource = await createDataSource({ url: server.url, poolSize: 3 }).initialize();
    store = new PostgresExchangeStore(dataSource);
  });
  afterEach(async () => {
    await store.close();
    await dataSource.destroy();
  });

  const restart = async () => {
    process.kill(server.pid, 'SIGKILL');
    await waitFor(async () => {
      try {
        process.kill(server.pid, 0);
        return false;
      } catch {
        return true;
      }
    });
    server = await startEmbedded({ folder, port: server.port });
  };

  it('outlives a connection that breaks between two statements of a transaction', async () => {
    const other = await createDataSource({ url: server.url, poolSize: 1 }).initialize();
    // Nothing waits for an answer then, so the driver can tell nobody but the connection's own listeners.
    const broken = inTransaction(poolOf(dataSource), async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const gone = new Promise<void>((resolve) => client.once('end', resolve));
      await other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await gone;
      await client.query('SELECT 1');
    });
    await expect(broken).rejects.toEqual(unavailable);
    await other.destroy();
    expect(await store.known([inboxRow()])).toEqual([]);
  });

  it('keeps every commit over a kill -9 of the server, loses its holds, and works again by itself', async () => {
    const lost = jest.fn();
    await store.holdLink(LINK, lost);
    const row = inboxRow();
    const direct = outboxRow({ state: 'publishing' });
    await store.commit(batch({ inbox: [row], outbox: [direct] }));
    const writing = Array.from({ length: 20 }, () => inboxRow());
    const answers = Promise.allSettled(writing.map((each) => store.commit(batch({ inbox: [each] }))));
    await restart();
    const outcomes = await answers;

    await waitFor(() =>
      store.known([row]).then(
        (known) => known.length === 1,
        () => false,
      ),
    );
    await waitFor(() => lost.mock.calls.length === 1);
    // Whatever was answered as kept is kept, and whatever was answered as refused is not.
    const kept = new Set((await store.known(writing)).map(({ messageId }) => messageId));
    outcomes.forEach(({ status }, place) => expect(kept.has(writing[place]?.messageId as string)).toBe(status === 'fulfilled'));

    await waitFor(() => store.holdLink(LINK, nobody).catch(() => false));
    expect(await store.recoverInDoubt(LINK, AT)).toBe(1);
    expect((await store.claimDue(LINK, 10, AT)).map(({ messageId, attempt }) => [messageId, attempt])).toEqual([[direct.messageId, 2]]);
  });

  it('says STORE_UNAVAILABLE while the server is gone', async () => {
    await server.stop();
    try {
      await expect(store.known([inboxRow()])).rejects.toEqual(unavailable);
      await expect(store.commit(batch({ inbox: [inboxRow()] }))).rejects.toEqual(unavailable);
      await expect(store.holdLink(LINK, nobody)).rejects.toEqual(unavailable);
    } finally {
      server = await startEmbedded({ folder, port: server.port });
    }
    await waitFor(() => store.holdLink(LINK, nobody).catch(() => false));
    await store.commit(batch({ inbox: [inboxRow()] }));
  });

  describe('with a COMMIT whose answer is lost', () => {
    let proxy: Proxy;
    let behind: DataSource;
    let through: PostgresExchangeStore;

    beforeEach(async () => {
      proxy = await startProxy(server.port);
      const url = new URL(server.url);
      url.port = String(proxy.port);
      behind = await createDataSource({ url: url.toString(), poolSize: 2 }).initialize();
      through = new PostgresExchangeStore(behind, { resolveMilliseconds: 5_000 });
    });
    afterEach(async () => {
      await through.close();
      await behind.destroy();
      await proxy.close();
    });

    it('finds out that it was committed, and answers with the outbox ids', async () => {
      const row = inboxRow();
      const outbound = outboxRow();
      await through.known([row]);
      proxy.swallowAnswers();
      const { outboxIds } = await through.commit(batch({ inbox: [row], outbox: [outbound] }));
      expect([...outboxIds.keys()]).toEqual([outbound.messageId]);
      expect(proxy.swallowed).toBe(true);
      expect(await store.known([row])).toHaveLength(1);
    });

    it('finds out that it was not committed, and makes sure that it never will be', async () => {
      const row = inboxRow();
      await through.known([row]);
      proxy.swallowRequests();
      await expect(through.commit(batch({ inbox: [row] }))).rejects.toEqual(unavailable);
      expect(proxy.swallowed).toBe(true);
      expect(await store.known([row])).toEqual([]);
    });
  });
});

/** Stands between store and server and breaks a connection at a chosen moment. Either direction can be cut first. */
interface Proxy {
  readonly port: number;
  readonly swallowed: boolean;
  /** The next request reaches the server; its answer does not come back, and the connection breaks. */
  swallowAnswers(): void;
  /** The next request never reaches the server, and the connection breaks. */
  swallowRequests(): void;
  close(): Promise<void>;
}

async function startProxy(target: number): Promise<Proxy> {
  let mode: 'pass' | 'answers' | 'requests' = 'pass';
  let swallowed = false;
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', nobody);
    }
    let cut = false;
    client.on('data', (data) => {
      if (mode === 'requests') {
        mode = 'pass';
        swallowed = true;
        client.destroy();
        upstream.destroy();
      } else {
        cut ||= mode === 'answers';
        upstream.write(data);
      }
    });
    upstream.on('data', (data) => {
      if (!cut) return void client.write(data);
      // `COMMIT` as a command tag: the server has committed and says so; nobody hears it.
      if (!data.includes('COMMIT')) return;
      mode = 'pass';
      swallowed = true;
      client.destroy();
      upstream.destroy();
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    get swallowed() {
      return swallowed;
    },
    swallowAnswers: () => void (mode = 'answers'),
    swallowRequests: () => void (mode = 'requests'),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
