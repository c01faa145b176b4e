/** The kit's Python client, as a process of its own, judged by the conformance suite over HTTP. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostedMailbox } from '#adapters';
import { Clock } from '#exchange';
import { Bench, CASES, runSuite } from '#onboarding';
import { directoryKey, generateKey, KeyDirectory, LocalSigner, PROFILE, type KeyDocument } from '#trust';

const CLIENT = 'kit/clients/python/landbridge_partner.py';

class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}

/** One of each kind; the others cost more processes than they tell here. `landbridge conformance run --listen` has them all. */
const WANTED = new Set([
  'SIG-001',
  'SIG-010',
  'SIG-011',
  'SIG-031',
  'SIG-049',
  'SIG-058',
  'SIG-064',
  'REC-002',
  'QRY-001',
  'QRY-102',
  'FLW-001',
  'FLW-003',
  'FLW-008',
  'FLW-011',
  'RES-001',
  'ROT-003',
  'ROT-005',
]);

describe('the Python client of the kit', () => {
  const missing = ['python3', 'openssl'].filter((tool) => {
    try {
      return execFileSync(tool, [tool === 'openssl' ? 'version' : '--version']).length === 0;
    } catch {
      return true;
    }
  });
  let home: string;
  let child: ChildProcess | undefined;
  let hosted: HostedMailbox | undefined;
  beforeAll(async () => (home = await mkdtemp(join(tmpdir(), 'landbridge-python-'))));
  afterAll(async () => {
    child?.kill();
    await hosted?.close();
    await rm(home, { recursive: true, force: true });
  });

  // Said in the report of the run, not in silence: the tools are part of the kit's own requirements.
  (missing.length === 0 ? it : it.skip)(
    `keeps the protocol${missing.length ? ` (missing: ${missing.join(', ')})` : ''}`,
    async () => {
      const now = () => new Date();
      const gateway = new LocalSigner(generateKey('ES256'));
      const ours: KeyDocument = {
        profile: PROFILE,
        party: 'LBG',
        version: 1,
        issued: now().toISOString(),
        keys: [directoryKey(gateway.jwk, { from: new Date(0) })],
      };
      await writeFile(join(home, 'given.json'), JSON.stringify(ours));
      // Files stand behind options, as in its README.
      const python = (command: string, ...args: string[]) =>
        execFileSync('python3', [CLIENT, command, '--home', join(home, 'kit'), ...args]).toString();
      const kid = python('keygen', '--party', 'KEG').trim();
      expect(python('trust', join(home, 'given.json'))).toContain(gateway.kid);
      const known = new KeyDirectory();
      known.importTrusted(ours);
      known.importTrusted(JSON.parse(await readFile(join(home, 'kit/KEG.keys.json'), 'utf8')));
      expect(known.signingKey('KEG', now())?.kid).toBe(kid);
      hosted = await HostedMailbox.open({ link: 'keg', gateway: 'LBG', partner: 'KEG', directory: known, clock: new SystemClock() });
      child = spawn(
        'python3',
        [CLIENT, 'run', '--home', join(home, 'kit'), '--party', 'KEG', '--gateway', 'LBG', '--url', hosted.url, '--link', 'keg', '--test'],
        { stdio: 'ignore' },
      );
      await hosted.connected();
      const bench = new Bench({
        endpoint: hosted,
        self: 'LBG',
        peer: 'KEG',
        link: 'keg',
        signer: gateway,
        directory: known,
        test: true,
        now,
        deadlineMs: 30_000,
        makeKey: (alg) => new LocalSigner(generateKey(alg)),
      });
      const report = await runSuite(bench, { cases: CASES.filter(({ id }) => WANTED.has(id)), role: 'partner' });
      const wrong = report.cases.filter(({ verdict }) => verdict !== 'passed');
      expect(wrong.map(({ id, reason, checks }) => ({ id, reason, wrong: checks.filter(({ ok }) => !ok) }))).toEqual([]);
      expect(report.counts.passed).toBe(WANTED.size);
    },
    180_000,
  );
});
