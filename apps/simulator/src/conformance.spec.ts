/** A simulated party as partners run it, judged by the conformance suite: one case of every kind, with mappings of three syntaxes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostedMailbox, KeyFolder, loadMasterKey, MailboxPartner, PartnerKeys } from '#adapters';
import { readTranslationFiles } from '#config';
import { Clock } from '#exchange';
import { createTranslator } from '#formats';
import { loadMappings } from '#formats/tools';
import { Link } from '#model';
import { Bench, casesFor, runSuite } from '#onboarding';
import { directoryKey, generateKey, KeyDirectory, LocalSigner, PROFILE, signMailboxToken } from '#trust';
import { Arrivals } from './arrivals.ts';
import { Journal } from './journal.ts';
import { KeptFiles } from './kept-files.ts';
import { PartySimulator } from './party-simulator.ts';

const NOW = new Date('2026-03-14T09:15:00.000Z');
const now = () => NOW;

class StandingClock extends Clock {
  override now(): Date {
    return NOW;
  }
}

it('passes the short run over HTTP, key rotation of both sides included', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-conformance-'));
  const link = Link.parse({ id: 'keg', partner: 'KEG', transport: 'mailbox', test: true });
  const gateway = new LocalSigner(generateKey('ES256'));
  const ours = {
    profile: PROFILE,
    party: 'LBG',
    version: 1,
    issued: NOW.toISOString(),
    keys: [directoryKey(gateway.jwk, { from: NOW })],
  } as const;
  const home = await KeyFolder.open(join(folder, 'keys'), await loadMasterKey(undefined, join(folder, 'master.key')));
  await home.generate('KEG', 'Ed25519', NOW);
  await home.store({ ...ours, keys: [...ours.keys] });
  const keys = await PartnerKeys.open({ party: 'KEG', gateway: 'LBG', folder: home, now });
  const files = readTranslationFiles();
  const translator = createTranslator(files, { lazily: true });
  const known = new KeyDirectory();
  known.importTrusted({ ...ours, keys: [...ours.keys] });
  known.importTrusted(keys.directory.document('KEG')!);
  const hosted = await HostedMailbox.open({ link: 'keg', gateway: 'LBG', partner: 'KEG', directory: known, clock: new StandingClock() });
  const token = (request: { method: 'GET' | 'POST'; path: string }) =>
    signMailboxToken({ gateway: 'LBG', ...request }, 'KEG', keys.signer, NOW);
  const partner = new MailboxPartner({ url: hosted.url, link: 'keg', token, waitSeconds: 5, retryCapMs: 50 });
  const { journal, lines } = await Journal.open(join(folder, 'journal.jsonl'), 'KEG', () => undefined);
  const party = new PartySimulator(
    {
      party: 'KEG',
      gateway: 'LBG',
      link,
      signer: keys.signer,
      directory: keys.directory,
      keys,
      translator,
      endpoint: partner,
      conduct: () => Promise.resolve(),
      journal,
      files: await KeptFiles.open(folder, 0),
      arrivals: await Arrivals.open(join(folder, 'arrivals.jsonl')),
      now,
    },
    lines,
  );
  Object.assign(hosted, {
    rotate: async () => {
      const { kid, update } = await keys.publishNext('ES256');
      await partner.send(update);
      await partner.send(await keys.change({ change: 'activate', kid }));
    },
  });
  const makeKey = (alg: 'ES256' | 'Ed25519') => new LocalSigner(generateKey(alg));
  const bench = new Bench({
    endpoint: hosted,
    self: 'LBG',
    peer: 'KEG',
    link: 'keg',
    signer: gateway,
    directory: known,
    test: true,
    now,
    deadlineMs: 10_000,
    makeKey,
  });
  try {
    await party.start();
    const cases = casesFor({ mappings: loadMappings(files).mappings, translator, seed: 1 });
    const report = await runSuite(bench, { cases, role: 'partner', extent: 'short' });
    expect(
      report.cases
        .filter(({ verdict }) => verdict !== 'passed')
        .map(({ id, verdict, reason, checks }) => ({ id, verdict, reason, wrong: checks.filter(({ ok }) => !ok) })),
    ).toEqual([]);
    expect(new Set(report.cases.map(({ group }) => group))).toEqual(
      new Set(['signature', 'receipt', 'question', 'format', 'flow', 'volume', 'resilience', 'rotation']),
    );
    expect(casesFor({ mappings: loadMappings(files).mappings, translator, seed: 1 }).length).toBeGreaterThan(150);
  } finally {
    await party.stop();
    await hosted.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);
