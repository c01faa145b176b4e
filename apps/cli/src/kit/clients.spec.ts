/** The clients of the kit, as processes of their own, judged by the same conformance suite over HTTP, and killed in the middle. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostedMailbox } from '#adapters';
import { Clock } from '#exchange';
import { Bench, CASES, runSuite } from '#onboarding';
import { directoryKey, generateKey, KeyDirectory, LocalSigner, PROFILE, type KeyDocument } from '#trust';

class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}

interface Client {
  readonly tools: readonly string[];
  /** What is done once before it runs. */
  readonly prepare?: (folder: string) => void;
  readonly command: (folder: string) => readonly string[];
}

const KIT = join(process.cwd(), 'kit/clients');
const CLIENTS: Readonly<Record<string, Client>> = {
  Python: { tools: ['python3', 'openssl'], command: () => ['python3', join(KIT, 'python/landbridge_partner.py')] },
  TypeScript: { tools: ['node'], command: (folder) => [process.execPath, join(folder, 'landbridge-partner.mjs')] },
  Java: {
    tools: ['javac', 'java'],
    prepare: (folder) => void execFileSync('javac', ['-Xlint:all', '-Werror', '-d', folder, join(KIT, 'java/LandbridgePartner.java')]),
    // The compiler that optimises costs more than it saves in a process of seconds.
    command: (folder) => ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', folder, 'LandbridgePartner'],
  },
};

/** One of each kind; the others cost more processes than they tell here. `landbridge conformance run --listen` has them all. */
const WANTED = new Set(
  'SIG-001 SIG-010 SIG-011 SIG-031 SIG-049 SIG-058 SIG-064 REC-002 QRY-001 QRY-102 FLW-001 FLW-003 FLW-008 FLW-011 RES-001 ROT-003 ROT-005'.split(
    ' ',
  ),
);
const HELLO = JSON.stringify({ model: 'landbridge/1', text: '连云港 Қорғас Хоргос' });

const missing = (tools: readonly string[]): string[] =>
  tools.filter((tool) => spawnSync(tool, [tool === 'openssl' ? 'version' : '--version']).status !== 0);

describe.each(Object.entries(CLIENTS))('the %s client of the kit', (name, { tools, prepare, command }) => {
  let home: string;
  let running: ChildProcess | undefined;
  let hosted: HostedMailbox | undefined;
  beforeAll(async () => (home = await mkdtemp(join(tmpdir(), `landbridge-client-`))));
  afterAll(async () => {
    running?.kill('SIGKILL');
    await hosted?.close();
    await rm(home, { recursive: true, force: true });
  });

  const absent = missing(tools);
  // Said in the report of the run, not in silence: the tools are the client's own requirements.
  (absent.length === 0 ? it : it.skip)(
    `keeps the protocol, and loses nothing when it is killed${absent.length ? ` (NOT RUN, missing: ${absent.join(', ')})` : ''}`,
    async () => {
      const now = () => new Date();
      const gateway = new LocalSigner(generateKey('ES256'));
      const keys = [directoryKey(gateway.jwk, { from: new Date(0) })];
      const ours: KeyDocument = { profile: PROFILE, party: 'LBG', version: 1, issued: now().toISOString(), keys };
      await writeFile(join(home, 'LBG.keys.json'), JSON.stringify(ours));
      await writeFile(join(home, 'hello.json'), HELLO);
      await mkdir(join(home, 'program'));
      // One file is all that a partner copies.
      if (name === 'TypeScript')
        await copyFile(join(KIT, 'typescript/landbridge-partner.mjs'), join(home, 'program/landbridge-partner.mjs'));
      prepare?.(join(home, 'program'));
      const [program, ...first] = command(join(home, 'program'));
      const call = (verb: string, ...more: string[]) => [...first, verb, '--home', join(home, 'mine'), ...more];
      const say = (...words: Parameters<typeof call>) => execFileSync(program!, call(...words)).toString();
      const kid = say('keygen', '--party', 'KEG').trim();
      expect(say('trust', join(home, 'LBG.keys.json'))).toContain(gateway.kid);
      const known = new KeyDirectory();
      known.importTrusted(ours);
      known.importTrusted(JSON.parse(await readFile(join(home, 'mine/KEG.keys.json'), 'utf8')));
      expect(known.signingKey('KEG', now())?.kid).toBe(kid);

      const at = (url: string) => ['--party', 'KEG', '--gateway', 'LBG', '--url', url, '--link', 'keg', '--test'];
      const file = join(home, 'hello.json');
      // Nobody listens: it is in doubt and tries again. Then it dies.
      const dying = spawn(program!, call('send', ...at('http://127.0.0.1:9'), file), { stdio: ['ignore', 'ignore', 'pipe'] });
      await new Promise<void>((resolve) => dying.stderr.on('data', (said: Buffer) => said.includes('in doubt') && resolve()));
      const dead = new Promise((resolve) => dying.once('close', resolve));
      dying.kill('SIGKILL');
      await dead;

      hosted = await HostedMailbox.open({ link: 'keg', gateway: 'LBG', partner: 'KEG', directory: known, clock: new SystemClock() });
      const makeKey = (alg: 'ES256' | 'Ed25519') => new LocalSigner(generateKey(alg));
      const parties = { endpoint: hosted, self: 'LBG', peer: 'KEG', link: 'keg', signer: gateway, directory: known };
      const bench = new Bench({ ...parties, test: true, now, deadlineMs: 30_000, makeKey });
      const start = () => spawn(program!, call('run', ...at(hosted!.url)), { stdio: 'ignore' });
      running = start();
      await hosted.connected();
      expect(bench.received.map(({ message }) => [message.manifest.link.sequence, message.parts[0]?.bytes.toString()])).toEqual([
        [1, HELLO],
      ]);
      const report = await runSuite(bench, { cases: CASES.filter(({ id }) => WANTED.has(id)), role: 'partner' });
      const wrong = report.cases.filter(({ verdict }) => verdict !== 'passed');
      expect(wrong.map(({ id, reason, checks }) => ({ id, reason, wrong: checks.filter(({ ok }) => !ok) }))).toEqual([]);
      expect(report.counts.passed).toBe(WANTED.size);

      // What it receipted before it was killed is a duplicate for whoever starts after it: the same receipt, octet for octet.
      const sealed = bench.message();
      const before = await bench.deliver(sealed);
      running.kill('SIGKILL');
      running = start();
      await bench.send(sealed.frame, 'message', true);
      const after = await bench.settled(sealed, before.receipts.length + 1);
      expect(after.length).toBeGreaterThan(before.receipts.length);
      expect(new Set(after.map((one) => one.toString('latin1'))).size).toBe(1);

      const sending = spawn(program!, call('send', ...at(hosted.url), file), { stdio: ['ignore', 'pipe', 'inherit'] });
      const said: Buffer[] = [];
      sending.stdout.on('data', (some: Buffer) => said.push(some));
      const code = await new Promise<number | null>((resolve) => sending.on('close', resolve));
      expect([code, Buffer.concat(said).toString()]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}: R1\+R2 valid\n$/)]);
      expect(bench.received.map(({ message }) => message.manifest.link.sequence)).toEqual([1, 2]);
    },
    180_000,
  );
});

it('offers the TypeScript client without its types too, and both say the same', () => {
  execFileSync(process.execPath, ['scripts/kit-clients.mjs', '--check'], { stdio: ['ignore', 'ignore', 'pipe'] });
});
