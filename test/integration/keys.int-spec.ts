import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyFolder, loadMasterKey, MailboxPartner, PartnerKeys, type PartnerMessage } from '#adapters';
import { LocalSigner, newMessageId, sealMessage, signMailboxToken, verifyReceipt, partDigests, type Signer } from '#trust';
import { GatewayProcess } from '../../apps/cli/src/demo/stage/gateway-process.ts';
import { operatorToken } from '../support/operator-token.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(120_000);

const AGREEMENTS = {
  gateway: 'LBG',
  parties: ['LBG', 'KEG'].map((key) => ({ key, country: 'KZ', name: { en: key } })),
  links: [{ id: 'keg', partner: 'KEG', transport: 'mailbox', delivery: { receiptSeconds: 5 } }],
  routes: [],
};

interface KeyLine {
  readonly party: string;
  readonly kid: string;
  readonly status: string;
}

/** A gateway as a process of its own and one partner at its mailbox, whose every frame is kept here. */
describe('rotation with a running gateway', () => {
  let folder: string;
  let database: TestDatabase;
  let gateway: GatewayProcess;
  let token: string;
  let keys: PartnerKeys;
  let partner: MailboxPartner;
  let ours: KeyFolder;
  const refused: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-keys-'));
    database = await testDatabase();
    const data = join(folder, 'gateway');
    for (const place of [data, join(folder, 'partner')]) await mkdir(place);
    ours = await KeyFolder.open(join(data, 'keys'), await loadMasterKey(undefined, join(data, 'master.key')));
    const theirs = await KeyFolder.open(join(folder, 'partner/keys'), await loadMasterKey(undefined, join(folder, 'partner/master.key')));
    await ours.generate('LBG', 'ES256', new Date());
    await theirs.generate('KEG', 'Ed25519', new Date());
    for (const document of await theirs.documents()) await ours.store(document);
    for (const document of await ours.documents()) await theirs.store(document);
    await writeFile(join(folder, 'agreements.json'), JSON.stringify(AGREEMENTS));
    gateway = await GatewayProcess.prepare({
      home: process.cwd(),
      data,
      databaseUrl: database.url,
      agreements: join(folder, 'agreements.json'),
    });
    await gateway.start().catch(async (error: unknown) => {
      throw new Error(await readFile(gateway.log, 'utf8'), { cause: error });
    });
    token = await operatorToken(database.url, ['onboarding-officer']);
    keys = await PartnerKeys.open({ party: 'KEG', gateway: 'LBG', folder: theirs, now: () => new Date() });
    partner = new MailboxPartner({
      url: gateway.url,
      link: 'keg',
      waitSeconds: 2,
      retryCapMs: 100,
      token: (request) => signMailboxToken({ gateway: 'LBG', ...request }, 'KEG', keys.signer, new Date()),
    });
    partner.onFrame(async (frame, { kind }) => {
      if (kind !== 'keys') return;
      const taken = await keys.take(frame);
      if (!taken.ok) refused.push(taken.reason);
      else if (taken.answer) await partner.send(taken.answer);
    });
  });
  afterAll(async () => {
    await partner?.close();
    await gateway?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const call = async <T>(path: string, body?: unknown): Promise<{ status: number; body: T }> => {
    const response = await fetch(`${gateway.url}/api/keys${path}`, {
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  const order = (what: object) => call<{ keys: KeyLine[]; code?: string }>('/orders', { reason: 'жыл сайын', ...what });
  const lines = async (party: string) => (await call<{ keys: KeyLine[] }>(`?party=${party}`)).body.keys;
  const statusOf = async (kid: string) => (await call<{ keys: KeyLine[] }>('')).body.keys.find((key) => key.kid === kid)?.status;
  const kidIn = async (party: string, status: string) => (await lines(party)).find((key) => key.status === status)?.kid ?? '';

  let sequence = 0;
  let previous = '';
  /** Sends a message the gateway cannot read but must authenticate; what counts is its receipt. */
  async function send(signer: Signer = keys.signer): Promise<{ sent: boolean; kid?: string }> {
    const now = new Date();
    sequence += 1;
    const sealed = sealMessage(
      {
        messageId: newMessageId(now),
        conversationId: 'ротация 轮换 айналым',
        from: { party: 'KEG' },
        to: { party: 'LBG' },
        messageType: { type: 'test', version: '1' },
        created: now.toISOString(),
        notAfter: new Date(now.getTime() + 3_600_000).toISOString(),
        priority: 'B',
        test: false,
        link: sequence === 1 ? { sequence } : { sequence, previous },
        businessKeys: [],
      },
      [{ name: 'document', mediaType: 'text/plain', charset: 'UTF-8', bytes: Buffer.from(`№${sequence}`) }],
      signer,
      now,
    );
    previous = sealed.manifestDigest;
    const { messageId } = sealed.manifest;
    const outcome = await partner.send({ kind: 'message', frame: sealed.frame, messageId, type: 'test' });
    if (!outcome.receipt) return { sent: outcome.sent };
    const expected = {
      messageId,
      from: 'KEG',
      to: 'LBG',
      jwsDigest: sealed.jwsDigest,
      parts: partDigests(sealed.manifest),
      now: new Date(),
    };
    const receipt = verifyReceipt(outcome.receipt, keys.directory, expected);
    if (!receipt.ok) refused.push(receipt.reason);
    return { sent: true, ...(receipt.ok ? { kid: receipt.kid } : {}) };
  }

  it('takes keys from the folder at the first start and receipts with our first key', async () => {
    expect(await send()).toEqual({ sent: true, kid: await kidIn('LBG', 'active') });
  });

  it('refuses to activate what was never rehearsed, promotes it after the partner answered, and needs no restart', async () => {
    const first = await kidIn('LBG', 'active');
    expect((await order({ order: 'generate', alg: 'Ed25519' })).status).toBe(200);
    const next = await kidIn('LBG', 'pending');
    expect((await order({ order: 'activate', kid: next })).body).toMatchObject({ code: 'KEY_NOT_REHEARSED' });
    expect((await order({ order: 'publish', kid: next })).status).toBe(200);
    expect((await order({ order: 'activate', kid: next })).body).toMatchObject({ code: 'KEY_NOT_REHEARSED' });
    expect((await order({ order: 'activate', kid: next, force: true, reason: undefined })).body).toMatchObject({ code: 'USAGE' });
    const rehearsal = await call<{ passed: boolean; links: object[]; dependants: object[] }>('/rehearsals', {
      waitSeconds: 30,
      reason: '演练',
    });
    expect(rehearsal.body).toMatchObject({ passed: true, links: [{ link: 'keg', passed: true, accepts: true }] });
    expect(rehearsal.body.dependants).toContainEqual(expect.objectContaining({ kid: first, direction: 'out', kind: 'receipt' }));
    expect((await order({ order: 'activate', kid: next })).status).toBe(200);
    expect(await send()).toEqual({ sent: true, kid: next });
    expect(await statusOf(first)).toBe('retiring');
    await waitFor(async () => (await order({ order: 'retire', kid: first })).status === 200, 30_000);
    expect(await send()).toEqual({ sent: true, kid: next });
  });

  it("follows the partner's own rotation over the link, its next key tested on the way back", async () => {
    const { kid, update } = await keys.publishNext('ES256');
    expect((await partner.send(update)).sent).toBe(true);
    await waitFor(() => keys.accepted(kid), 30_000);
    expect((await order({ order: 'generate', alg: 'ES256' })).status).toBe(200);
    await order({ order: 'publish', kid: await kidIn('LBG', 'pending') });
    const { body } = await call<{ links: object[] }>('/rehearsals', { waitSeconds: 30, reason: '演练' });
    expect(body.links).toEqual([expect.objectContaining({ passed: true, answeredWith: { kid, status: 'published' } })]);
    const activated: PartnerMessage = await keys.change({ change: 'activate', kid });
    // Signs with the new key before the gateway knows that it is active: published keys verify.
    expect((await send()).sent).toBe(true);
    await partner.send(activated);
    expect((await send()).sent).toBe(true);
    await waitFor(async () => (await statusOf(kid)) === 'active', 30_000);
  });

  it('believes a compromised key of a partner no more, whatever the partner says later', async () => {
    const kid = keys.signer.kid;
    const { kid: next, update } = await keys.publishNext('Ed25519');
    await partner.send(update);
    await waitFor(() => keys.accepted(next), 30_000);
    expect((await order({ order: 'compromise', kid, since: new Date().toISOString(), reason: undefined })).body).toMatchObject({
      code: 'USAGE',
    });
    const lost = await order({ order: 'compromise', kid, since: new Date().toISOString(), reason: 'notebook stolen at the station' });
    expect(lost.status).toBe(200);
    expect(await statusOf(kid)).toBe('compromised');
    expect((await send()).sent).toBe(false);
    // Its own next document, signed with the lost key, is no way back.
    await partner.send(await keys.change({ change: 'activate', kid: next }));
    expect(await statusOf(next)).toBe('published');
    // A published key verifies, so the partner goes on with it.
    expect((await send()).sent).toBe(true);
  });

  it('keeps no key in clear: not in the database, the log, the folder or an answer', async () => {
    const secrets: string[] = [];
    const master = await readFile(join(folder, 'gateway/master.key'), 'utf8');
    secrets.push(master.trim());
    const sealed = await KeyFolder.open(join(folder, 'gateway/keys'), await loadMasterKey(master.trim(), ''));
    expect((await readdir(join(folder, 'gateway/keys/private'))).length).toBeGreaterThan(1);
    for (const name of await readdir(join(folder, 'gateway/keys/private'))) {
      const path = join(folder, 'gateway/keys/private', name);
      expect((await readFile(path, 'utf8')).split('.')).toHaveLength(5);
      expect(await sealed.signerOf(name.split('.')[0]!)).toBeInstanceOf(LocalSigner);
    }
    const tables = await database.dataSource.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const rows = await Promise.all(tables.map(({ name }) => database.dataSource.query<object[]>(`SELECT * FROM "${name}"`)));
    const everything = [
      JSON.stringify(
        rows.flat().map((row) => Object.values(row).map((value: unknown) => (Buffer.isBuffer(value) ? value.toString('latin1') : value))),
      ),
      await readFile(gateway.log, 'utf8'),
      JSON.stringify((await call('')).body),
    ];
    for (const text of everything) {
      for (const secret of secrets) expect(text).not.toContain(secret);
      expect(text).not.toMatch(/"d"\s*:\s*"|PRIVATE KEY|\\"d\\"/);
      // Nor inside of anything encoded.
      for (const [encoded] of text.matchAll(/[A-Za-z0-9_-]{40,}/g))
        expect(Buffer.from(encoded, 'base64url').toString('latin1')).not.toMatch(/"d":"/);
    }
  });

  it('refused no good message in all of that', async () => {
    expect(refused).toEqual([]);
    const isolated = await database.dataSource.query<{ reason: string }[]>('SELECT reason FROM quarantine');
    expect(isolated.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['KEY_COMPROMISED']));
    expect(new Set(isolated.map(({ reason }) => reason))).toEqual(new Set(['KEY_COMPROMISED']));
  });
});

describe('a master key kept by another program', () => {
  it('wraps a fresh data key for every private key, and nobody opens them without it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-master-'));
    try {
      // What an HSM's own tool would do, with the key where only the program reaches it.
      await writeFile(join(folder, 'hsm.key'), randomBytes(32), { mode: 0o600 });
      const program = join(folder, 'hsm');
      await writeFile(program, `#!${process.execPath}\n${HSM}`, { mode: 0o700 });
      const keys = await KeyFolder.open(join(folder, 'keys'), await loadMasterKey(undefined, '', program));
      const [first, second] = [await keys.make('ES256'), await keys.make('Ed25519')];
      expect((await keys.signerOf(first.kid))?.kid).toBe(first.kid);
      expect((await keys.signerOf(second.kid))?.alg).toBe('Ed25519');
      await writeFile(join(folder, 'hsm.key'), randomBytes(32));
      await expect(keys.signerOf(first.kid)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
      const other = await KeyFolder.open(join(folder, 'keys'), await loadMasterKey(randomBytes(32).toString('base64'), ''));
      await expect(other.signerOf(first.kid)).rejects.toMatchObject({ code: 'KEY_REFUSED' });
      await rm(program);
      await expect(keys.signerOf(first.kid)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('will not work with a key file that others may read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-modes-'));
    try {
      const master = join(folder, 'master.key');
      const keys = await KeyFolder.open(join(folder, 'keys'), await loadMasterKey(undefined, master));
      const { kid } = await keys.make('ES256');
      await chmod(join(folder, 'keys/private', `${kid}.key.jwe`), 0o644);
      await expect(keys.signerOf(kid)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
      await chmod(master, 0o640);
      await expect(loadMasterKey(undefined, master)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

const HSM = `
const { createCipheriv, createDecipheriv, randomBytes } = require('node:crypto');
const { readFileSync } = require('node:fs');
const key = readFileSync(__dirname + '/hsm.key');
const input = Buffer.from(readFileSync(0, 'utf8').trim(), 'base64');
if (process.argv[2] === 'wrap') {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(input), cipher.final()]);
  process.stdout.write(Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64'));
} else {
  const decipher = createDecipheriv('aes-256-gcm', key, input.subarray(0, 12));
  decipher.setAuthTag(input.subarray(12, 28));
  process.stdout.write(Buffer.concat([decipher.update(input.subarray(28)), decipher.final()]).toString('base64'));
}
`;
