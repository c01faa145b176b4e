import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyFolder, loadMasterKey } from '#adapters';
import { GatewayProcess } from '../../apps/cli/src/demo/stage/gateway-process.ts';
import { jsonOf, runCli } from '../support/cli.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

jest.setTimeout(120_000);

/** A sandbox as a partner meets it: one test link whose messages come back to it, so that receipts are tested both ways. */
const AGREEMENTS = {
  gateway: 'LBG',
  parties: ['LBG', 'TST'].map((key) => ({ key, country: 'KZ', name: { en: key } })),
  links: [{ id: 'tst', partner: 'TST', transport: 'mailbox', test: true, formats: { Acknowledgement: { mapping: 'canonical/json' } } }],
  routes: [{ from: 'TST', messageType: 'Acknowledgement', to: 'TST' }],
};

describe('landbridge conformance against a running gateway', () => {
  let folder: string;
  let database: TestDatabase;
  let gateway: GatewayProcess;
  let keys: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-conformance-'));
    keys = join(folder, 'tester/keys');
    database = await testDatabase();
    const data = join(folder, 'gateway');
    for (const place of [data, join(folder, 'tester')]) await mkdir(place);
    const ours = await KeyFolder.open(join(data, 'keys'), await loadMasterKey(undefined, join(data, 'master.key')));
    const theirs = await KeyFolder.open(keys, await loadMasterKey(undefined, join(folder, 'tester/master.key')));
    await ours.generate('LBG', 'ES256', new Date());
    await theirs.generate('TST', 'Ed25519', new Date());
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
  });
  afterAll(async () => {
    await gateway?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...more: string[]) =>
    runCli([
      ...['conformance', 'run', '--against', gateway.url, '--link', 'tst', '--self', 'TST', '--peer', 'LBG', '--keys', keys, '--json'],
      ...more,
    ]);

  test('its receipts, both ways, and its flow are right; what passes is certified, and the certificate is judged without network', async () => {
    const report = join(folder, 'report');
    const passed = await run(
      '--report',
      report,
      '--software',
      'landbridge test',
      '--group',
      'flow',
      '--group',
      'receipt',
      '--group',
      'question',
    );
    expect(passed.stderr).toBe('');
    expect(jsonOf(passed)).toMatchObject({ passed: true, failed: [], certificate: join(report, 'certificate.jws') });
    expect(passed.code).toBe(0);
    expect(await readFile(join(report, 'report.kk.html'), 'utf8')).toContain('lang="kk"');
    for (const language of ['en', 'zh', 'ru', 'kk'])
      expect(await readFile(join(report, `report.${language}.xml`), 'utf8')).toContain('<testsuite name="receipt"');
    const judge = (...more: string[]) =>
      runCli(['conformance', 'verify', join(report, 'certificate.jws'), '--keys', keys, '--json', ...more]);
    const right = await judge('--report', join(report, 'report.json'), '--software', 'landbridge test');
    expect([right.code, jsonOf(right)]).toMatchObject([
      0,
      { verdict: 'valid', certificate: { subject: { party: 'LBG', role: 'gateway' } } },
    ]);
    const later = await judge('--software', 'landbridge next');
    expect([later.code, jsonOf(later)]).toMatchObject([2, { verdict: 'other software' }]);
  });

  test('the connectivity test finds every row well, and names the one that is not', async () => {
    const test = (...more: string[]) =>
      runCli(['connectivity', 'test', '--link', 'tst', '--self', 'TST', '--peer', 'LBG', '--keys', keys, '--json', ...more]);
    const well = await test('--url', gateway.url);
    const states = jsonOf<{ rows: { row: string; state: string; detail: string }[] }>(well).rows.map(({ row, state, detail }) =>
      /ok|not app/.test(state) ? row : `${row} ${state} ${detail}`,
    );
    expect(states).toEqual([
      'dns',
      'tcp',
      'tls',
      'client-certificate',
      'queue-permissions',
      'publish-confirm',
      'round-trip',
      'clock-skew',
      'large-message',
      'scripts',
    ]);
    expect(well.code).toBe(0);
    const closed = await test('--url', 'http://127.0.0.1:9', '--language', 'kk');
    expect(closed.code).toBe(2);
    expect(jsonOf(closed)).toMatchObject({
      ok: false,
      rows: expect.arrayContaining([
        expect.objectContaining({ row: 'tcp', code: 'ECONNREFUSED', advice: expect.stringContaining('порт') as string }),
      ]) as object,
    });
  });

  test('goes on with its link and its keys in a second run, and gives no certificate for a short one', async () => {
    const report = join(folder, 'short');
    const again = await run('--report', report, '--short', '--group', 'rotation', '--group', 'resilience', '--software', 'x');
    // The gateway's own key is rotated by its operator: the suite cannot ask for it, and says so.
    expect(jsonOf(again)).toMatchObject({ passed: false, failed: [{ id: 'ROT-007', verdict: 'not run' }] });
    const third = await run('--report', report, '--short', '--group', 'flow');
    expect(jsonOf(third)).toMatchObject({ passed: true, failed: [] });
    expect(jsonOf<{ certificate?: string }>(third).certificate).toBeUndefined();
  });
});
