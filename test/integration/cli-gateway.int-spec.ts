import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliRun, jsonOf, runCli } from '../support/cli.ts';

// Every process loads the program anew; on a busy machine that takes seconds.
jest.setTimeout(60_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landbridge-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('landbridge status and messages', () => {
  const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
  const AT = '2026-03-14T18:30:00.000Z';
  const line = {
    direction: 'in',
    link: 'lsw',
    partner: 'LSW',
    messageId: ID,
    type: 'MT1101',
    functionCode: '9',
    state: 'parked',
    at: AT,
    attempt: 0,
    duplicates: 2,
  };
  const detail = {
    ...line,
    frameBytes: 1,
    issues: [{ code: 'ROUTE_MISSING', severity: 'error', pointer: '', message: 'No route.' }],
    receipts: [{ direction: 'issued', issuer: 'LBG', levels: ['R1'], status: 'stored', jws: 'a.b.c', at: AT }],
    events: [],
    related: [],
  };
  const masked = {
    pointer: '/Manifest/Carrier/Name',
    canonical: '/carrier/name',
    rule: 'text',
    value: '•••',
    meaning: '•••',
    masked: true,
  };
  const content = { ...line, state: 'masked', mapping: { id: 'cn-manifest/MT1101', version: '1' }, bytes: 9, fields: [masked], more: 0 };
  const difference = { kind: 'changed', path: 'carrier/name', message: 1, before: { value: '港' }, after: { value: 'Порт' } };
  const none = { count: 0, more: false };
  const drain = { perMinute: 60, seconds: 1000, more: true };
  const standing = {
    link: 'lsw',
    partner: 'LSW',
    transport: 'mailbox',
    state: 'up',
    waiting: none,
    unknown: none,
    blockedKeys: none,
  };
  const requests: { url: string; authorization?: string | undefined }[] = [];
  let gateway: Server;
  let url: string;
  let ready = true;

  beforeAll(async () => {
    const frame = await readFile('test/fixtures/protocol/message-1.lbm');
    gateway = createServer(({ url: path = '', headers: { authorization } }, response) => {
      requests.push({ url: path, authorization });
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (path.startsWith('/health'))
        answer(ready ? 200 : 503, {
          status: ready ? 'ready' : 'not ready',
          store: 'reachable',
          links: [{ link: 'lsw', transport: 'mailbox', condition: 'up', relay: 'held' }],
        });
      else if (authorization !== 'Bearer right') answer(403, { code: 'NOT_ALLOWED', errors: [] });
      else if (path === '/api/links') answer(200, { links: [{ link: 'lsw', partner: 'LSW', received: 7 }] });
      else if (path === '/api/links/standing')
        answer(200, { links: [standing, { ...standing, link: 'keg', state: 'down', waiting: { count: 1000, more: true }, drain }] });
      else if (path.endsWith('/frame')) response.end(frame);
      else if (path.endsWith('/content')) answer(200, content);
      else if (path.endsWith('/reveal'))
        answer(200, { ...content, state: 'whole', fields: [{ ...masked, value: '连云港', meaning: '连云港' }] });
      else if (path.includes('/diff?')) answer(200, { differences: [difference], more: 0, masked: false });
      else if (path.startsWith('/api/messages?')) answer(200, { messages: [line] });
      else if (path.endsWith(ID)) answer(200, { messages: [detail] });
      else answer(404, { code: 'NOT_FOUND', errors: [] });
    }).listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  });
  afterAll(() => void gateway.close());

  const ask = (...args: string[]): Promise<CliRun> => runCli([...args, '--url', url, '--token', 'right']);

  it('lists messages by their filters, with both clocks, and passes on what the gateway says', async () => {
    const [list, forbidden, unknown] = await Promise.all([
      ask('messages', 'list', '--state', 'parked', '--limit', '5'),
      runCli(['messages', 'list', '--url', url]),
      ask('messages', 'show', 'another'),
    ]);
    expect(list.stdout.toString().split('\n')[1]).toBe(
      `2026-03-15 02:30:00\t2026-03-14 23:30:00\tin\tlsw\tMT1101\t9\tparked\t0\t2\t\t\t${ID}`,
    );
    expect(requests.map(({ url: path }) => path)).toContain('/api/messages?q=state%3Aparked&limit=5');
    expect([list.code, forbidden.code, unknown.code]).toEqual([0, 77, 66]);
  });

  it('shows one message, its document and its frame', async () => {
    const saved = join(folder, 'message.lbm');
    const [shown, payload] = await Promise.all([ask('messages', 'show', ID), ask('messages', 'show', ID, '--payload', '--frame', saved)]);
    expect(shown.stdout.toString()).toMatch(
      /state +parked\n[\s\S]*Receipts\n.*\n2026-03-15 02:30:00\t2026-03-14 23:30:00\tissued\tLBG\tR1\tstored\n/,
    );
    expect(shown.stderr).toContain('error ROUTE_MISSING');
    const frame = await readFile('test/fixtures/protocol/message-1.lbm');
    expect((await readFile(saved)).equals(frame)).toBe(true);
    expect(payload.stdout.length).toBeGreaterThan(0);
    expect(frame.includes(payload.stdout)).toBe(true);
  });

  it('shows what a message says, masked or for a reason, and what another says differently', async () => {
    const [plain, whole, differences] = await Promise.all([
      ask('messages', 'content', ID),
      ask('messages', 'content', ID, '--reveal', 'Хоргос asks'),
      ask('messages', 'diff', ID, 'another', '--with-direction', 'out'),
    ]);
    expect(plain.stdout.toString()).toContain('/Manifest/Carrier/Name\t•••\t•••\t/carrier/name\ttext\n');
    expect(plain.stderr).toContain('--reveal');
    expect(whole.stdout.toString()).toContain('连云港');
    expect(whole.stderr).not.toContain('masked');
    expect(differences.stdout.toString()).toContain('changed\tcarrier/name\t港\tПорт\n');
    expect([plain.code, whole.code, differences.code]).toEqual([0, 0, 2]);
    expect(requests.map(({ url: path }) => path)).toContain(`/api/messages/${ID}/diff?with=another&withDirection=out`);
  });

  it('says how the links stand, and by its exit code whether one is not reached', async () => {
    const { code, stdout } = await ask('links');
    expect(stdout.toString().split('\n').slice(1, 3)).toEqual([
      'lsw\tLSW\tmailbox\treached\t0\t\t\t0\t0\t\t',
      'keg\tLSW\tmailbox\tnot reached\t1000+\t\tover 17 min\t0\t0\t\t',
    ]);
    expect(code).toBe(69);
  });

  it('says by its exit code whether the gateway is ready', async () => {
    const up = await ask('status', '--json');
    expect([up.code, jsonOf<{ links: unknown }>(up).links]).toEqual([
      0,
      [{ link: 'lsw', transport: 'mailbox', condition: 'up', relay: 'held', partner: 'LSW', received: 7 }],
    ]);
    ready = false;
    const down = await ask('status');
    expect([down.code, down.stdout.toString().split('\n')[0]]).toEqual([69, `not ready  ${url}  database reachable`]);
  });
});

describe('landbridge keys', () => {
  it('hands a public key from one party to another, by its fingerprint', async () => {
    const ours = { LANDBRIDGE_DATA: join(folder, 'ours') };
    const theirs = { LANDBRIDGE_DATA: join(folder, 'theirs') };
    const keys = (environment: Record<string, string>, ...args: string[]): Promise<CliRun> => runCli(['keys', ...args], { environment });
    const made = jsonOf<{ kid: string; fingerprint: string }>(
      await keys(theirs, 'generate', '--party', 'KEG', '--alg', 'Ed25519', '--json'),
    );
    const document = join(folder, 'KEG.keys.json');
    await writeFile(document, (await keys(theirs, 'export', '--party', 'KEG')).stdout);
    expect(await readFile(document, 'utf8')).not.toMatch(/"d"/);

    const [checked, silent, wrong] = await Promise.all([
      keys(ours, 'check', document, '--json'),
      keys(ours, 'import', document),
      keys(ours, 'import', document, '--fingerprint', made.fingerprint.replace(/^..../, '0000')),
    ]);
    expect([checked.code, silent.code, wrong.code]).toEqual([0, 64, 2]);
    expect(jsonOf(checked)).toEqual({
      keys: [{ verdict: 'accept', code: 'KEY_ACCEPTED', text: 'Ed25519', fingerprint: made.fingerprint }],
    });
    expect(await readdir(join(folder, 'ours', 'keys'))).toEqual(['private']);

    const stored = await keys(ours, 'import', document, '--fingerprint', made.fingerprint.toUpperCase(), '--json');
    expect([stored.code, jsonOf<{ stored: boolean }>(stored).stored]).toEqual([0, true]);
    expect(jsonOf(await keys(ours, 'list', '--json'))).toMatchObject({
      keys: [{ party: 'KEG', kid: made.kid, status: 'active', fingerprint: made.fingerprint }],
    });

    const [privateKey] = await readdir(join(folder, 'theirs', 'keys', 'private'));
    const path = join(folder, 'theirs', 'keys', 'private', privateKey!);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, 'utf8')).split('.')).toHaveLength(5);
  });
});
