import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAgreements } from '#config';
import { exchangeKeys } from '../../apps/cli/src/demo/stage/keys.ts';
import { GatewayProcess } from '../../apps/cli/src/demo/stage/gateway-process.ts';
import { makeCertificate } from '../support/certificates.ts';
import { jsonOf, runCli, type CliRun } from '../support/cli.ts';
import { operatorToken } from '../support/operator-token.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

// Every process loads the program anew; on a busy machine that takes seconds.
jest.setTimeout(240_000);

const MANIFEST = 'test/fixtures/formats/cn-manifest/MT1101-9.xml';
type Keys = { readonly keys: readonly { readonly party: string; readonly kid: string; readonly status: string }[] };
type Sent = { readonly messageId: string; readonly receipt: { readonly status: string } };
type Verdict = { readonly outcome: string; readonly anchors: string; readonly findings: readonly { readonly reason: string }[] };

/** Proof and keys as somebody uses them: a gateway as a process of its own, every step a command of its own. */
describe('proof from the command line', () => {
  let folder: string;
  let database: TestDatabase;
  let gateway: GatewayProcess;
  let environment: Record<string, string>;
  let approver: string;
  let officer: string;
  let messageId: string;
  const at = (name: string) => join(folder, name);
  const cli = (...args: string[]): Promise<CliRun> => runCli(args, { environment });
  const code = async (...args: string[]): Promise<number | null> => (await cli(...args)).code;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-proof-'));
    database = await testDatabase();
    const configured = readAgreements();
    const links = configured.links.map((link) => ({ ...link, transport: 'mailbox' as const }));
    await writeFile(at('agreements.json'), JSON.stringify({ ...configured, links }));
    const partners = links.map(({ partner }) => partner);
    await mkdir(at('gateway'));
    await exchangeKeys(
      [
        { party: configured.gateway, folder: at('gateway'), alg: 'ES256', knows: partners },
        ...partners.map((party) => ({ party, folder: at(party), alg: 'Ed25519' as const, knows: [configured.gateway] })),
      ],
      at('public'),
      new Date(),
    );
    gateway = await GatewayProcess.prepare({
      home: process.cwd(),
      data: at('gateway'),
      databaseUrl: database.url,
      agreements: at('agreements.json'),
    });
    await gateway.start();
    environment = {
      HOME: folder,
      HTTP_PORT: new URL(gateway.url).port,
      LANDBRIDGE_DATA: at('gateway'),
      LANDBRIDGE_AGREEMENTS: at('agreements.json'),
      DATABASE_URL: database.url,
    };
    [approver, officer] = await Promise.all([
      operatorToken(database.url, ['approver']),
      operatorToken(database.url, ['onboarding-officer']),
    ]);
    const sent = jsonOf<Sent>(await cli('send', MANIFEST, '--as', 'LSW', '--keys', at('LSW/keys'), '--json'));
    expect(sent.receipt.status).toBe('valid');
    messageId = sent.messageId;
  });
  afterAll(async () => {
    await gateway?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('names the right that is missing', async () => {
    const refused = await cli('evidence', messageId, '-o', at('refused.zip'));
    expect([refused.code, refused.stderr]).toEqual([77, expect.stringContaining('It needs the right evidence.read.')]);
  });

  it('writes the evidence of a message, judges it by compared keys, in plain words, and finds one octet changed', async () => {
    expect(await code('evidence', messageId, '-o', at('case.zip'), '--token', approver)).toBe(0);
    await writeFile(at('parties.json'), (await cli('keys', 'trust')).stdout);
    const verdict = await cli('verify', at('case.zip'), '--trust', at('parties.json'), '--json');
    expect(jsonOf<Verdict>(verdict)).toMatchObject({ anchors: 'given', subject: { messageId, from: 'LSW' } });
    // The interval of the log is a minute: until then the time is not proven, and everything else is.
    expect([0, 23]).toContain(verdict.code);
    expect(jsonOf<Verdict>(verdict).findings.filter(({ reason }) => reason !== 'TIME_UNPROVEN')).toEqual([]);
    const words = { zh: '所涉报文', en: 'The message in question', ru: 'Рассматриваемое сообщение', kk: 'Қаралатын хабар' };
    await Promise.all(
      Object.entries(words).map(async ([language, word]) => {
        const told = await cli('verify', at('case.zip'), '--trust', at('parties.json'), '--lang', language);
        expect([told.code, told.stdout.toString()]).toEqual([verdict.code, expect.stringContaining(word)]);
      }),
    );
    const altered = await readFile(at('case.zip'));
    altered[altered.length >> 1]! ^= 1;
    await writeFile(at('altered.zip'), altered);
    expect(await code('verify', at('altered.zip'), '--trust', at('parties.json'))).toBe(20);
    const strangers = { LSW: [Buffer.alloc(32, 7).toString('hex')], LBG: [] };
    await writeFile(at('strangers.json'), JSON.stringify(strangers));
    expect(await code('verify', at('case.zip'), '--trust', at('strangers.json'))).toBe(22);
    await writeFile(at('no-trust.json'), '{"LSW":["abc"]}');
    expect(await code('verify', at('case.zip'), '--trust', at('no-trust.json'))).toBe(64);
  });

  it('says who changed a weight, and what there is where nothing of the name is', async () => {
    const why = await cli('why', at('case.zip'), '--field', 'TotalGrossMassMeasure');
    expect([why.code, why.stdout.toString()]).toEqual([0, expect.stringContaining('the very octets that were sent')]);
    const mistyped = await cli('why', at('case.zip'), '--field', 'grossmass');
    expect([mistyped.code, mistyped.stderr]).toEqual([2, expect.stringContaining('TotalGrossMassMeasure')]);
  });

  it('takes a key from its making to its end, and tells at each step what hinders it', async () => {
    const because = ['--reason', 'партнёры закрыты'];
    const order = (...args: string[]): Promise<CliRun> => cli('keys', ...args, '--token', officer);
    const made = jsonOf<{ kid: string; fingerprint: string }>(
      await cli('keys', 'generate', '--party', 'LBG', '--alg', 'Ed25519', '--json'),
    );
    const first = jsonOf<Keys>(await cli('keys', 'list', '--party', 'LBG', '--json')).keys.find(({ status }) => status === 'active')!;
    const request = (await cli('keys', 'csr', made.kid, '--subject', 'CN=LBG, O=Порт 连云港, C=CN')).stdout.toString();
    await writeFile(at('LBG.csr'), request);
    expect(
      execFileSync('openssl', ['req', '-in', at('LBG.csr'), '-noout', '-verify', '-subject'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      }).toString(),
    ).toContain('LBG');

    // Named by the fingerprint that people compare as well as by its id. The gateway follows the folder within a second or two.
    let published = await order('publish', made.fingerprint.toUpperCase(), ...because);
    while (published.code === 66) published = await order('publish', made.fingerprint.toUpperCase(), ...because);
    expect(published.code).toBe(0);
    const again = await order('publish', made.kid, ...because);
    expect((await order('publish', made.kid)).code).toBe(64);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('It is published; publish follows pending.')]);
    const silent = await order('rehearse', '--wait', '1', '--json', ...because);
    expect([silent.code, jsonOf<{ passed: boolean }>(silent).passed]).toEqual([2, false]);
    const early = await order('activate', made.kid, ...because);
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('landbridge keys rehearse')]);
    expect((await order('activate', made.kid, '--force')).code).toBe(64);
    expect((await order('activate', made.kid, '--force', ...because)).code).toBe(0);

    await writeFile(at('other.pem'), makeCertificate('somebody else', 'ec').pem);
    const foreign = await order('certificate', made.kid, at('other.pem'), ...because);
    expect([foreign.code, foreign.stderr]).toEqual([2, expect.stringContaining('KEY_CERTIFICATE')]);

    const used = await order('retire', first.kid, ...because);
    expect([used.code, used.stderr]).toEqual([2, expect.stringContaining('KEY_IN_USE')]);
    const retired = await order('retire', first.kid, '--force', ...because, '--json');
    expect(jsonOf<Keys>(retired).keys.map(({ kid, status }) => [kid, status])).toEqual([
      [first.kid, 'retired'],
      [made.kid, 'active'],
    ]);

    const [lost] = jsonOf<Keys>(await cli('keys', 'list', '--party', 'HRG', '--json')).keys;
    const since = new Date().toISOString();
    expect((await order('compromise', lost!.kid, '--since', 'yesterday', '--reason', 'x')).code).toBe(64);
    expect((await order('compromise', lost!.kid, '--since', since, '--reason', 'ноутбук украден')).code).toBe(0);
    expect(jsonOf<{ status: string }>(await order('show', lost!.kid, '--json')).status).toBe('compromised');
    const trail = jsonOf<{ entries: { action: string; reason?: string }[] }>(await cli('audit', 'list', '--json')).entries;
    expect(trail.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['key.publish', 'key.activate', 'key.retire', 'key.compromise']),
    );
    expect(trail.find(({ action }) => action === 'key.compromise')?.reason).toBe('ноутбук украден');
  });

  it('keeps proving what is purged, and a log in which a row was altered no more', async () => {
    expect(await code('purge', '--older-than', '30')).toBe(64);
    const age = async (days: number) => {
      await database.dataSource.query(`UPDATE inbox SET received_at = received_at - make_interval(days => $1)`, [days]);
      await database.dataSource.query(`UPDATE outbox SET created_at = created_at - make_interval(days => $1)`, [days]);
    };
    await database.dataSource.query(`UPDATE delivery SET state = 'valid'`);
    await age(60);
    const counted = jsonOf<{ received: { messages: number } }>(await cli('purge', '--older-than', '30', '--dry-run', '--json'));
    expect(counted.received.messages).toBe(1);
    expect(await code('purge', '--older-than', '30', '--reason', '保存期限已过')).toBe(0);
    expect(await code('evidence', messageId, '-o', at('later.zip'), '--token', approver)).toBe(0);
    const later = jsonOf<Verdict>(await cli('verify', at('later.zip'), '--trust', at('parties.json'), '--json'));
    expect(later.findings.map(({ reason }) => reason)).toContain('CONTENT_ABSENT');
    expect(later.findings.filter(({ reason }) => !['CONTENT_ABSENT', 'TIME_UNPROVEN'].includes(reason))).toEqual([]);
    // By the rules of the configuration: what is over goes, once, on record; what fires, waits or is in force stays.
    const alert = `INSERT INTO alert (rule, measure, severity, subject, value, bound, state, since, fired_at, resolved_at)
      VALUES ('x', 'expiry', 'warning', $1, 1, 2, $2, now() - interval '60 days', now(), now() - interval '40 days')`;
    await database.dataSource.query(alert, ['over', 'resolved']);
    await database.dataSource.query(alert, ['open', 'firing']);
    const ruled = (...args: string[]) =>
      runCli(['purge', '--json', ...args], { environment: { ...environment, RETENTION_ALERTS_DAYS: '30' } });
    const alertsOf = async (...args: string[]) =>
      jsonOf<{ rules: { rule: string; count: number }[] }>(await ruled(...args)).rules.find(({ rule }) => rule === 'alerts')?.count;
    expect((await ruled()).code).toBe(64);
    expect(await alertsOf('--dry-run')).toBe(1);
    expect(await alertsOf('--reason', 'түнгі тазалау')).toBe(1);
    expect(await alertsOf('--reason', 'түнгі тазалау')).toBe(0);
    expect(await database.dataSource.query(`SELECT subject FROM alert WHERE rule = 'x'`)).toEqual([{ subject: 'open' }]);
    const [purged] = await database.dataSource.query(`SELECT subject, reason FROM audit WHERE action = 'retention.purge'`);
    expect(purged).toEqual({ subject: 'alerts', reason: 'түнгі тазалау' });
    const gone = await cli('why', at('later.zip'), '--field', 'TotalGrossMassMeasure');
    expect([gone.code, gone.stderr]).toEqual([66, expect.stringContaining('no longer kept')]);

    // Older than the log says is altered, too.
    await age(-60);
    expect(await code('log', 'verify')).toBe(0);
    await database.dataSource.query(`ALTER TABLE log_entry DISABLE TRIGGER ALL`);
    await database.dataSource.query(`UPDATE log_entry SET jws_digest = $1 WHERE message_id = $2`, ['A'.repeat(43), messageId]);
    const found = await cli('log', 'verify');
    expect([found.code, found.stdout.toString()]).toEqual([2, expect.stringContaining('altered')]);
  });
});
