/** A simulated party as partners run it, judged by the conformance suite: one case of every kind, with mappings of three syntaxes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  KeyFolder,
  loadMasterKey,
  PartnerKeys,
  type PartnerEndpoint,
  type PartnerFrameHandler,
  type PartnerMessage,
  type PartnerSendResult,
} from '#adapters';
import { readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { loadMappings } from '#formats/tools';
import { Link } from '#model';
import { Bench, casesFor, EndpointUnderTest, runSuite, type TransportAnswer } from '#onboarding';
import { directoryKey, generateKey, KeyDirectory, LocalSigner, PROFILE, type BodyKind } from '#trust';
import { Arrivals } from './arrivals.ts';
import { Journal } from './journal.ts';
import { KeptFiles } from './kept-files.ts';
import { PartySimulator } from './party-simulator.ts';

const NOW = new Date('2026-03-14T09:15:00.000Z');
const now = () => NOW;

/** A link without a network: what one end sends is handled at the other, one after the other. */
class Wire extends EndpointUnderTest implements PartnerEndpoint {
  readonly tellsAtOnce = false;
  #party: PartnerFrameHandler | undefined;
  #suite: ((body: Buffer) => Promise<void>) | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  override rotate?: () => Promise<void>;
  onFrame(handler: PartnerFrameHandler): void {
    this.#party = handler;
  }
  onBody(listener: (body: Buffer) => Promise<void>): void {
    this.#suite = listener;
  }
  override send(body: Buffer, kind: BodyKind, possibleDuplicate: boolean): Promise<TransportAnswer>;
  override send(message: PartnerMessage): Promise<PartnerSendResult>;
  async send(body: Buffer | PartnerMessage, kind?: BodyKind, possibleDuplicate = false): Promise<TransportAnswer & PartnerSendResult> {
    if (!Buffer.isBuffer(body)) await this.#suite!(body.frame);
    else {
      const mine = this.#turn.then(() => this.#party!(body, { kind: kind!, possibleDuplicate }));
      this.#turn = mine.catch(() => undefined);
      await mine;
    }
    return { taken: true, sent: true };
  }
  override cut = async (body: Buffer, kind: BodyKind): Promise<void> => void (await this.send(body, kind, false));
  close(): Promise<void> {
    return Promise.resolve();
  }
}

it('passes the short run, key rotation of both sides included', async () => {
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
  const wire = new Wire();
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
      endpoint: wire,
      conduct: () => Promise.resolve(),
      journal,
      files: await KeptFiles.open(folder, 0),
      arrivals: await Arrivals.open(join(folder, 'arrivals.jsonl')),
      now,
    },
    lines,
  );
  wire.rotate = async () => {
    const { kid, update } = await keys.publishNext('ES256');
    await wire.send(update);
    await wire.send(await keys.change({ change: 'activate', kid }));
  };
  const known = new KeyDirectory();
  known.importTrusted({ ...ours, keys: [...ours.keys] });
  known.importTrusted(keys.directory.document('KEG')!);
  const makeKey = (alg: 'ES256' | 'Ed25519') => new LocalSigner(generateKey(alg));
  const bench = new Bench({
    endpoint: wire,
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
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
