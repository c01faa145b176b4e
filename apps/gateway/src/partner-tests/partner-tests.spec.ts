/** A partner's end as the gateway tries it: rows, a run of the suite in a process of its own, and whether it is still what was certified. */
import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Link } from '#model';
import { certificateOf, type SuiteReport } from '#onboarding';
import { signKeyStatement, openKeyStatement, type LocalSigner } from '#trust';
import { PartnerPing } from '#exchange';
import { KeyWorld } from '../../../../libs/exchange/src/testing/key-world.ts';
import { ConformanceRuns } from './conformance-runs.ts';
import { DriftWatch } from './drift-watch.ts';
import { testLink } from './link-test.ts';

const waitFor = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a partner that is asked', () => {
  let world: KeyWorld;
  let ping: PartnerPing;
  let folder: string;
  let answering: { software?: string; signer: LocalSigner } | undefined;
  const link = () => world.world.book.link('keg')!;

  beforeEach(async () => {
    world = await new KeyWorld().start();
    const { store, ring, world: inner } = world;
    answering = { signer: world.partners.KEG, software: 'horgos 霍尔果斯 2.1' };
    // The partner answers as soon as a question lies in its outbox.
    const commit = async (batch: Parameters<typeof inner.store.commit>[0]) => {
      const done = await inner.store.commit(batch);
      for (const { link: id, kind, frame } of batch.outbox) if (id === 'keg' && kind === 'keys') await answer(frame);
      return done;
    };
    ping = new PartnerPing({ gateway: 'LBG', ring, store, clock: inner.clock, exchange: { commit }, relays: inner.relays });
    folder = await mkdtemp(join(tmpdir(), 'landbridge-tests-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function answer(frame: Buffer): Promise<void> {
    const now = world.world.clock.now();
    const opened = openKeyStatement(frame, world.ring.directory, { from: 'LBG', to: 'KEG', now });
    if (!answering || !opened.ok) return;
    const { signer, software } = answering;
    const said = { from: 'KEG', to: 'LBG', answer: opened.statement.ask, software };
    const { jws } = signKeyStatement(said, world.ring.directory, signer, now);
    await world.exchange.take({ link: 'keg', frame: jws, receivedAt: now, redelivered: false }, link(), now);
  }

  const guard = { require: () => undefined, lookup: () => undefined };
  const rows = async (of: Link = link(), waitMilliseconds = 1_000) =>
    (await testLink(of, undefined, { ping, condition: () => 'up', guard, now: () => world.world.clock.now(), waitMilliseconds })).map(
      ({ row, state, code, detail }) => [row, state, code ?? detail],
    );

  it('is tried row by row over a signed question, and what only messages show is left to its own run', async () => {
    const found = Object.fromEntries((await rows({ ...link(), transport: 'mailbox' })).map(([row, ...rest]) => [row, rest]));
    expect(found['dns']).toEqual(['not applicable', 'The partner opens the connection to us.']);
    expect(found['round-trip']).toEqual(['ok', expect.stringContaining(`${world.partners.KEG.kid}, horgos 霍尔果斯 2.1`)]);
    expect(found['clock-skew']?.[0]).toBe('ok');
    expect(found['scripts']?.[0]).toBe('not applicable');
    answering = undefined;
    const silent = Object.fromEntries((await rows({ ...link(), transport: 'mailbox' }, 1)).map(([row, ...rest]) => [row, rest]));
    expect(silent['publish-confirm']).toEqual(['failed', 'RECEIPT_MISSING']);
    expect(silent['clock-skew']?.[0]).toBe('skipped');
    // Signed by somebody else: not believed, so it is silence.
    answering = { signer: world.partners.EVE };
    const forged = Object.fromEntries((await rows({ ...link(), transport: 'mailbox' }, 1)).map(([row, ...rest]) => [row, rest]));
    expect(forged['publish-confirm']).toEqual(['failed', 'RECEIPT_MISSING']);
  });

  it('of which nothing is called that the operator did not allow', async () => {
    const push = Link.parse({ ...link(), transport: 'push', push: { url: 'https://10.0.0.1/inbox' } });
    const refuse = () => {
      throw Object.assign(new Error('no'), { code: 'OUTBOUND_REFUSED' });
    };
    const options = {
      ping,
      condition: () => 'up' as const,
      guard: { require: refuse, lookup: guard.lookup },
      now: () => new Date(),
      waitMilliseconds: 1,
    };
    expect((await testLink(push, ['dns'], options))[0]).toMatchObject({ state: 'failed', code: 'OUTBOUND_REFUSED' });
  });

  it('is what was certified until key or software differ, it falls silent, or the time is over', async () => {
    const now = world.world.clock.now();
    const report = {
      self: 'LBG',
      endpoint: 'KEG',
      role: 'partner',
      suite: '1',
      groups: ['flow'],
      counts: { passed: 1 },
      assertions: 1,
      passed: true,
      extent: 'full',
    };
    const fields = {
      report: report as unknown as SuiteReport,
      reportBytes: Buffer.from('{}'),
      endpoint: 'mailbox',
      software: 'horgos 霍尔果斯 2.1',
    };
    const certificate = certificateOf({ ...fields, kid: world.partners.KEG.kid }, world.ring.current() as LocalSigner, now);
    await mkdir(join(folder, 'keg'));
    await writeFile(join(folder, 'keg/certificate.jws'), certificate);
    const watch = (later = 0, holds = true) =>
      new DriftWatch({
        folder,
        links: () => world.world.book.links,
        runs: { file: (id, name) => readFile(join(folder, id, name)).catch(() => undefined) },
        ping,
        directory: world.ring.directory,
        holds: () => holds,
        now: () => new Date(now.getTime() + later * 86_400_000),
        everyHours: 24,
        waitMilliseconds: 1_000,
        report: (error) => expect(error).toBeUndefined(),
      });
    await watch(0, false).lookAtAll();
    expect(await watch().all()).toEqual([]);
    await watch().lookAtAll();
    expect(await watch().all()).toMatchObject([{ link: 'keg', findings: [], said: { software: 'horgos 霍尔果斯 2.1' } }]);
    answering = { signer: world.partners.KEG, software: 'horgos 霍尔果斯 2.2' };
    // Once a day is enough.
    await watch(0.5).lookAtAll();
    expect(await watch().last('keg')).toMatchObject({ findings: [] });
    await watch(1).lookAtAll();
    expect(await watch().last('keg')).toMatchObject({ findings: ['other software'] });
    answering = undefined;
    expect(await watch(400).look(link(), 1)).toMatchObject({ findings: ['expired', 'silent'] });
    const other = certificateOf({ ...fields, kid: world.partners.LSW.kid }, world.ring.current() as LocalSigner, now);
    await writeFile(join(folder, 'keg/certificate.jws'), other);
    answering = { signer: world.partners.KEG };
    expect(await watch().look(link())).toMatchObject({ findings: ['other key'] });
    await writeFile(join(folder, 'keg/certificate.jws'), 'подделка 伪造');
    expect(await watch().look(link())).toMatchObject({ findings: ['not trusted'] });
  });
});

describe('a run of the suite that the gateway starts', () => {
  const link = Link.parse({ id: 'keg', partner: 'KEG', transport: 'mailbox', test: true });
  const wish = { link, software: '--json 2.1', groups: ['flow' as const], short: false, by: 'person:1:张伟', reason: '上线前' };
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'landbridge-runs-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));
  /** Stands for the program: `script` sees its words as `words`. */
  const runs = (script: string, mostMilliseconds = 60_000) =>
    new ConformanceRuns({
      folder,
      program: [process.execPath, '-e', `const words = process.argv.slice(1); ${script}`, '--'],
      keys: 'keys',
      gateway: 'LBG',
      listen: '127.0.0.1:0',
      now: () => new Date('2026-03-14T09:15:00.000Z'),
      mostMilliseconds,
      report: (error) => expect(error).toBeUndefined(),
    });
  const waits = `console.error('Listening on http://127.0.0.1:8099: let it'); setInterval(() => undefined, 1000);`;
  const answers = `console.log(JSON.stringify({ passed: words.includes('--software=--json 2.1'), counts: { passed: 3 }, assertions: 9, failed: [], certificate: 'x' }));`;

  it('says where to connect, and what it found; its words are never taken for options', async () => {
    const made = runs(answers);
    expect(await made.start(wish)).toMatchObject({ state: 'waiting', reason: '上线前' });
    await waitFor(async () => (await made.find('keg'))?.ended !== undefined);
    expect(await made.find('keg')).toMatchObject({ state: 'passed', counts: { passed: 3 }, certified: true });
    expect(await made.find('nsw')).toBeUndefined();
  });

  it('is one at a time, ends when it is stopped, and is never taken for one that goes on', async () => {
    const made = runs(waits);
    await Promise.all([made.start(wish), expect(made.start(wish)).rejects.toMatchObject({ code: 'CONFORMANCE_RUNNING' })]);
    await waitFor(async () => (await made.find('keg'))?.url === 'http://127.0.0.1:8099');
    // Another process of the gateway, or this one after it died.
    expect(await runs(waits).find('keg')).toMatchObject({ state: 'stopped' });
    expect(await made.stop('keg')).toMatchObject({ state: 'stopped', ended: expect.any(String) as string });
    await made.start(wish);
    await made.close();
  });

  it('is not for links with production messages, and its end says what broke', async () => {
    await expect(runs('').start({ ...wish, link: { ...link, test: false } })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const made = runs(`console.error('ключа нет'); process.exit(1);`);
    await made.start(wish);
    await waitFor(async () => (await made.find('keg'))?.ended !== undefined);
    expect(await made.find('keg')).toMatchObject({ state: 'stopped', trouble: 'ключа нет' });
  });
});
