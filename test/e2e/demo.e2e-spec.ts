import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageWithFiveMistakes, MISTAKES } from '../../apps/cli/src/demo/data/mistakes.ts';
import { verifyDay, type VerifiedDay } from '../../apps/cli/src/demo/verify/verify-reconciliation.ts';
import { testBroker } from '../support/rabbitmq.ts';
import type { LedgerRow } from '../../apps/cli/src/demo/ledger.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
}

/** Runs the command line as a user would. */
function landbridge(args: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    // Without a broker of the caller's: arguments and settings alone say which transport is played.
    const env = { ...process.env, AMQP_URL: '', ...settings };
    execFile(process.execPath, ['bin/landbridge.mjs', ...args], { env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout }),
    );
  });
}

describe('landbridge demo', () => {
  const days = [
    ['the HTTP mailbox', 'mailbox', 'mailbox'],
    ['a RabbitMQ that runs already', 'given', 'amqp'],
  ] as const;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'landbridge-e2e-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test.each(days)(
    'the whole day comes true, over %s',
    async (_what, name, transport) => {
      const folder = join(home, name);
      // One after the other: each is a dozen processes, and a day has limits for waiting.
      const { url, managementUrl } = await testBroker();
      const settings: Record<string, string> = name === 'given' ? { AMQP_URL: url, AMQP_MANAGEMENT_URL: managementUrl } : {};
      const { code, stdout } = await landbridge(['demo', '--json', '--out', folder], settings);
      const summary = JSON.parse(stdout) as {
        ok: boolean;
        transport: string;
        checks: { ok: boolean; text: string }[];
        links: LedgerRow[];
        signatures: { messages: number; forgeriesExposed: number; faults: string[] };
      };
      expect(summary.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(summary).toMatchObject({ ok: true, transport });
      expect(code).toBe(0);
      expect(summary.links.map(({ lost }) => lost)).toEqual(summary.links.map(() => 0));
      const row = (from: string, to: string) => summary.links.find((one) => one.from === from && one.to === to);
      expect(row('LSW', 'LBG')).toMatchObject({ sent: 4, delivered: 3, receipted: 3, refused: 1, quarantined: 1, duplicates: 1 });
      expect(row('LBG', 'NSW')).toMatchObject({ sent: 1, delivered: 1, receipted: 1 });
      expect(row('LBG', 'HRG')).toMatchObject({ sent: 1, delivered: 1, receipted: 1 });
      expect(row('LBG', 'KEG')).toMatchObject({ sent: 12, delivered: 12, receipted: 12 });
      // 12 × CONTRL and APERAK and one transfer list.
      expect(row('KEG', 'LBG')).toMatchObject({ sent: 25, delivered: 25, receipted: 25 });
      expect(summary.signatures).toMatchObject({ forgeriesExposed: 1, faults: [] });
      expect(summary.signatures.messages).toBe(summary.links.reduce((sum, { delivered }) => sum + delivered, 0));
      // Public keys and the newest signed root of the log stay for whoever wants to verify; private keys and secrets do not.
      expect(await readdir(join(folder, 'keys'))).toEqual([
        'HRG.keys.json',
        'KEG.keys.json',
        'LBG.keys.json',
        'LSW.keys.json',
        'NSW.keys.json',
      ]);
      expect(await readdir(join(folder, 'gateway'))).toEqual(['gateway.log', 'log-root.jws']);
    },
    180_000,
  );

  test('the morning after, every link is reconciled, and the message one party lost is proved by its own signatures', async () => {
    const folder = join(home, 'reconciled');
    const { code, stdout } = await landbridge(['demo', '--reconcile', '--json', '--out', folder]);
    const summary = JSON.parse(stdout) as { ok: boolean; checks: { ok: boolean; text: string }[]; days: VerifiedDay[] };
    expect(summary.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect([summary.ok, code]).toEqual([true, 0]);
    const { days } = summary;
    expect([...new Set(days.map(({ link }) => link))].sort()).toEqual(['hrg', 'keg', 'lsw', 'nsw']);
    const missing = days.filter(({ missingThere }) => missingThere.length > 0);
    expect(missing).toMatchObject([{ link: 'keg', sent: { same: false }, received: { same: true }, missingThere: [expect.any(Number)] }]);
    expect(days.filter(({ link }) => link !== 'keg').every(({ sent, received }) => sent.same && received.same)).toBe(true);
    // Nothing of it can be changed afterwards: not what the gateway stated, nor what the partner answered.
    for (const what of ['statement', 'answer'] as const) {
      const files = {
        statement: `reconciliation/${missing[0]!.day}-keg.statement.jws`,
        answer: `reconciliation/${missing[0]!.day}-keg.answer.jws`,
      };
      const octets = await readFile(join(folder, files[what]), 'latin1');
      const [header, payload = '', signature] = octets.split('.');
      const forged = Buffer.from(payload, 'base64url')
        .toString('utf8')
        .replace(/"count":\d+/, '"count":999');
      await writeFile(join(folder, 'forged.jws'), [header, Buffer.from(forged).toString('base64url'), signature].join('.'));
      const { statement, answer } = { ...files, [what]: 'forged.jws' } as typeof files;
      await expect(verifyDay(folder, statement, answer)).rejects.toThrow('signature verification failed');
    }
  }, 180_000);

  test("a user's own file with mistakes is refused with all of them, over a RabbitMQ that starts and ends with the demo", async () => {
    const file = join(home, 'mine.xml');
    await writeFile(file, messageWithFiveMistakes({ messageId: '2300LYG000001_1', bill: 'MINE1', now: new Date() }));
    const { code, stdout } = await landbridge(['demo', '--json', '--rabbitmq', '--file', file, '--out', join(home, 'mine')]);
    const found = JSON.parse(stdout) as { fate: string; from: string; format: string; issues: { code: string; severity: string }[] };
    expect(found).toMatchObject({ fate: 'refused', from: 'LSW', format: 'cn-jiangsu/MFTMessage / cn-manifest/MT1101' });
    const errors = found.issues.filter(({ severity }) => severity === 'error').map((issue) => issue.code);
    expect(errors.sort()).toEqual(MISTAKES.map((mistake) => mistake.code).sort());
    expect(code).toBe(2);
  }, 120_000);
});
