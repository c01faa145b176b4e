import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbedded, type EmbeddedServer } from '#adapters';
import { readAgreements } from '#config';
import { newMessageId } from '#trust';
import { madeFrom } from '../../apps/cli/src/demo/acts/day.ts';
import { mftMessage } from '../../apps/cli/src/demo/data/sea-manifest.ts';
import { GatewayProcess } from '../../apps/cli/src/demo/stage/gateway-process.ts';
import { exchangeKeys } from '../../apps/cli/src/demo/stage/keys.ts';
import { PartyProcess } from '../../apps/cli/src/demo/stage/party-process.ts';
import { smallDisk, type SmallDisk } from '../support/small-disk.ts';
import { waitFor } from '../support/wait-for.ts';

/** Little enough log that the small disk is filled by data, as a large one is. */
const SMALL = { max_wal_size: '64MB', min_wal_size: '32MB', shared_buffers: '16MB' };

describe('when the disk of the database is full', () => {
  let folder: string;
  let disk: SmallDisk;
  let database: EmbeddedServer;
  let gateway: GatewayProcess;
  let local: PartyProcess;
  let national: PartyProcess;
  const sent: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-disk-full-'));
    disk = await smallDisk(160);
    database = await startEmbedded({ folder: join(disk.folder, 'postgres'), settings: SMALL, endsWithUs: true });
    const agreements = readAgreements();
    const links = agreements.links.map((link) => ({ ...link, transport: 'mailbox' as const }));
    const file = join(folder, 'agreements.json');
    await writeFile(file, JSON.stringify({ ...agreements, links }));
    const home = (party: string): string => join(folder, party);
    const holders = [
      { party: agreements.gateway, folder: home('gateway'), alg: 'ES256' as const, knows: ['LSW', 'NSW'] },
      ...['LSW', 'NSW'].map((party) => ({ party, folder: home(party), alg: 'Ed25519' as const, knows: [agreements.gateway] })),
    ];
    await exchangeKeys(holders, join(folder, 'keys'), new Date());
    gateway = await GatewayProcess.prepare({ home: process.cwd(), data: home('gateway'), databaseUrl: database.url, agreements: file });
    const party = (key: string): PartyProcess =>
      new PartyProcess({ home: process.cwd(), party: key, folder: home(key), agreements: file, gatewayUrl: gateway.url });
    [local, national] = [party('LSW'), party('NSW')];
    await Promise.all([gateway.start(), local.start(), national.start()]);
    await mkdir(join(folder, 'inputs'));
  }, 120_000);

  afterAll(async () => {
    await Promise.all([local?.stop(), national?.stop()]);
    await gateway?.stop();
    await database?.stop();
    await disk?.remove();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const send = async (containers: number): Promise<string> => {
    const messageId = newMessageId(new Date());
    const file = join(folder, 'inputs', `${sent.length}.xml`);
    const numbers = { messageId: `2300LYG000001_${sent.length}`, bill: `FULL${sent.length}` };
    await writeFile(file, mftMessage({ ...numbers, containers, now: new Date() }));
    local.tell({ do: 'send', messageId, file });
    sent.push(messageId);
    return messageId;
  };
  const status = async (path: string): Promise<number> => (await fetch(`${gateway.url}/health/${path}`)).status;
  const taken = (): Set<string> =>
    new Set(local.lines.flatMap((line) => (line.event === 'accepted' && line.kind === 'message' ? [line.messageId] : [])));
  /** What the inbox holds of the messages sent; undefined while the database does not answer. */
  const kept = async (): Promise<Set<string> | undefined> => {
    const client = new Client({ connectionString: database.url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ message_id: string }>('SELECT message_id FROM inbox WHERE sender = $1', ['LSW']);
      return new Set(rows.map(({ message_id }) => message_id));
    } catch {
      return undefined;
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  it('stays up, is not ready, takes nothing it cannot keep, and goes on when there is room', async () => {
    await send(2);
    await national.deliveries(1, madeFrom('LSW', sent[0]!), 'NSW gets the first manifest');
    expect(await status('ready')).toBe(200);

    await disk.fill();
    // What fits into pages that are there already is still kept; then nothing is.
    for (let tries = 0; (await status('ready')) === 200; tries += 1) {
      expect(tries).toBeLessThan(200);
      const before = taken().size;
      await send(300);
      await waitFor(async () => taken().size > before || (await status('ready')) === 503, 40_000);
    }
    expect(await status('live')).toBe(200);
    // The probe itself has not let go of the disk: it is still full, and the answer stays the same.
    expect([await status('ready'), await status('ready')]).toEqual([503, 503]);
    const confirmed = taken();
    expect(confirmed.size).toBeLessThan(sent.length);

    await disk.free();
    // A database that gave up for want of room is started again by whoever runs it.
    database = await startEmbedded({ folder: join(disk.folder, 'postgres'), settings: SMALL, endsWithUs: true, port: database.port });
    const inbox = (await kept())!;
    expect([...confirmed].filter((messageId) => !inbox.has(messageId))).toEqual([]);
    await waitFor(async () => (await status('ready')) === 200, 60_000);
    for (const messageId of sent) await national.deliveries(1, madeFrom('LSW', messageId), 'NSW gets every manifest');
    expect(
      national
        .delivered()
        .map(({ source }) => source?.messageId)
        .sort(),
    ).toEqual([...sent].sort());
    expect(gateway.running).toBe(true);
  }, 240_000);
});
