/** Two gateways in this process, each with its own database, keys and set-up; the second took over from the first what they agreed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, KeyFolder, loadMasterKey } from '#adapters';
import { loadEnvironment } from '#config';
import { Agreements } from '#model';
import { MEDIA_TYPES, newMessageId, sealMessage } from '#trust';
import { exchangeKeys } from '../../apps/cli/src/demo/stage/keys.ts';
import { recordingTerminal } from '../../apps/cli/src/testing.ts';
import { exportBundle } from '../../apps/cli/src/transplant/export.ts';
import { importBundle } from '../../apps/cli/src/transplant/import.ts';
import { startGateway, type RunningGateway } from '../../apps/gateway/src/gateway.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(180_000);

const party = (key: string) => ({
  key,
  country: key === 'KEG' ? 'KZ' : 'CN',
  name: { en: key, zh: '网关', ru: 'Шлюз', kk: 'Қорғас шлюзі' },
});
const formats = { Acknowledgement: { mapping: 'canonical/json' } };
const DOCUMENT = {
  model: 'landbridge/1',
  type: 'Acknowledgement',
  kind: 'application',
  header: { messageId: 'hello-1', functionCode: { value: '9', listId: 'UN-1225' } },
  acknowledgedDocument: { id: '连云港 Қорғас Хоргос' },
};

describe('a second gateway', () => {
  let folder: string;
  let databases: TestDatabase[];
  let ports: number[];
  const running: RunningGateway[] = [];
  let second: RunningGateway;
  const at = (name: string) => join(folder, name);
  const before = { ...process.env };
  /** The settings of one of the two, as its operator has them. */
  const settings = (key: 'LBG' | 'KEG') => ({
    DATABASE_URL: databases[key === 'LBG' ? 0 : 1]!.url,
    LANDBRIDGE_DATA: at(key),
    LANDBRIDGE_AGREEMENTS: at(`${key}.json`),
    HTTP_PORT: String(ports[key === 'LBG' ? 0 : 1]),
    PUSH_OUTBOUND_ALLOW: '127.0.0.1',
    LOG_LEVEL: 'silent',
  });
  const as = (key: 'LBG' | 'KEG', more: Record<string, string> = {}) =>
    Object.assign(process.env, settings(key), { LANDBRIDGE_ENVIRONMENT: 'test', ...more });
  const agreements = async (key: string) => Agreements.parse(JSON.parse(await readFile(at(`${key}.json`), 'utf8')));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-two-'));
    databases = [await testDatabase(), await testDatabase()];
    ports = await freePorts(2);
    const holder = (key: string, ...knows: string[]) => ({ party: key, folder: at(key), alg: 'ES256' as const, knows });
    await exchangeKeys(
      [holder('LBG', 'KEG', 'LSW'), holder('KEG', 'LBG', 'TRM'), holder('LSW', 'LBG'), holder('TRM', 'KEG')],
      at('published'),
      new Date(),
    );
    const url = `http://127.0.0.1:${ports[1]}/links/border/push`;
    await writeFile(
      at('LBG.json'),
      JSON.stringify({
        gateway: 'LBG',
        parties: ['LBG', 'KEG', 'LSW'].map(party),
        links: [
          { id: 'lsw', partner: 'LSW', transport: 'mailbox', formats },
          { id: 'border', partner: 'KEG', transport: 'push', push: { url }, formats },
        ],
        routes: [{ from: 'LSW', messageType: 'Acknowledgement', to: 'KEG' }],
      }),
    );
    await writeFile(
      at('KEG.json'),
      JSON.stringify({
        gateway: 'KEG',
        parties: ['KEG', 'TRM'].map(party),
        links: [{ id: 'trm', partner: 'TRM', transport: 'mailbox', formats }],
        routes: [],
      }),
    );
  });
  afterAll(async () => {
    for (const gateway of running) await gateway.stop();
    process.env = before;
    await Promise.all(databases.map((database) => database.drop()));
    await rm(folder, { recursive: true, force: true });
  });

  it('takes over what the first exported, after a look, and never what is of another environment', async () => {
    const { terminal } = recordingTerminal();
    as('LBG');
    expect(await exportBundle(terminal, { output: at('lbg.bundle'), address: `http://127.0.0.1:${ports[0]}` })).toBe(0);
    const untouched = await readFile(at('KEG.json'), 'utf8');
    as('KEG', { LANDBRIDGE_ENVIRONMENT: 'production' });
    await expect(importBundle(terminal, at('lbg.bundle'), {})).rejects.toMatchObject({ code: 'TEST_PRODUCTION_MIXED' });
    as('KEG');
    // It runs already, and goes on running.
    second = await startGateway(loadEnvironment(settings('KEG')));
    running.push(second);
    expect(await importBundle(terminal, at('lbg.bundle'), { dryRun: true, json: true })).toBe(0);
    expect(await readFile(at('KEG.json'), 'utf8')).toBe(untouched);
    expect(await importBundle(terminal, at('lbg.bundle'), {})).toBe(0);
    const { gateway, links } = await agreements('KEG');
    expect(gateway).toBe('KEG');
    expect(links.find(({ id }) => id === 'border')).toMatchObject({
      partner: 'LBG',
      push: { url: `http://127.0.0.1:${ports[0]}/links/border/push` },
    });
    await waitFor(() => second.gateway.book.link('border')?.partner === 'LBG');
    expect(second.gateway.agreements.keeper.standing).toMatchObject({ version: 2, behind: false });
    expect(second.gateway.transports.of(second.gateway.book.link('border')!).condition('border')).toBe('up');
    // The gateway of the bundle's own key refuses it: nothing is taken over from oneself.
    as('LBG');
    await expect(importBundle(terminal, at('lbg.bundle'), {})).rejects.toMatchObject({ code: 'VALUE_INVALID' });
  });

  it('exchanges messages with the first: a partner of the one reaches a partner of the other, and the receipt comes back', async () => {
    // What becomes of the first one's messages here is for this gateway's operator to say.
    const here = await agreements('KEG');
    const links = here.links.filter(({ id }) => id !== 'lsw');
    await writeFile(
      at('KEG.json'),
      JSON.stringify({ ...here, links, routes: [{ from: 'LBG', messageType: 'Acknowledgement', to: 'TRM' }] }),
    );
    await waitFor(() => second.gateway.book.link('lsw') === undefined && second.gateway.book.edition.version === 3);
    const first = await startGateway(loadEnvironment(settings('LBG')));
    running.push(first);

    const keys = await KeyFolder.open(join(at('LSW'), 'keys'), await loadMasterKey(undefined, join(at('LSW'), 'master.key')));
    const now = new Date();
    const messageId = newMessageId(now);
    const { frame } = sealMessage(
      {
        messageId,
        conversationId: messageId,
        from: { party: 'LSW' },
        to: { party: 'LBG' },
        messageType: { type: 'canonical/json', version: '1' },
        created: now.toISOString(),
        notAfter: new Date(now.getTime() + 3_600_000).toISOString(),
        priority: 'B',
        test: false,
        link: { sequence: 1 },
        businessKeys: [],
      },
      [{ name: 'document', mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(DOCUMENT)) }],
      await keys.signer('LSW', now),
      now,
    );
    const posted = await fetch(`${first.url}/links/lsw/messages`, {
      method: 'POST',
      headers: { 'content-type': MEDIA_TYPES.message },
      body: new Uint8Array(frame),
    });
    expect(posted.status).toBe(200);

    const states = (gateway: RunningGateway, sql: string) => gateway.gateway.dataSource.query<{ state: string }[]>(sql);
    await waitFor(
      async () =>
        (await states(first, `SELECT state FROM delivery WHERE link = 'border' AND kind = 'message'`)).some(
          ({ state }) => state === 'valid',
        ),
      60_000,
    );
    expect(await states(second, `SELECT state FROM inbox WHERE link = 'border' AND sender = 'LBG'`)).toEqual([{ state: 'routed' }]);
    const [onward] = await second.gateway.dataSource.query<{ frame: Buffer }[]>(
      `SELECT frame FROM outbox WHERE link = 'trm' AND kind = 'message'`,
    );
    expect(onward!.frame.toString()).toContain('连云港 Қорғас Хоргос');
  });
});
