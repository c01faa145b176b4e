import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { KeyFolder, loadMasterKey, startEmbedded } from '#adapters';
import { PostingPartner } from './posting-partner.ts';
import { startGateway, type GatewayProcess } from './stage.ts';
import { percentile } from './statistics.ts';

const QUIET = ['LSW', 'HRG', 'KEG'] as const;
const LOUD = 'NSW';
const PARTIES = [...QUIET, LOUD] as const;
type Partner = (typeof PARTIES)[number];

/** Posted and answered, in milliseconds. */
export interface Heard {
  readonly messages: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}
export interface Fairness {
  readonly perSecond: number;
  readonly seconds: number;
  /** Three partners at their rate, each message counted from its time on the plan. */
  readonly alone: Heard;
  /** The same beside one that sends at a hundred times the rate of one of them. */
  readonly beside: Heard & {
    readonly loud: { readonly offered: number; readonly taken: number; readonly refused: number; readonly perSecond: number };
  };
  /** How late the measuring process itself was: part of `beside`, and no fault of the gateway. */
  readonly ownDelayP95Ms: number;
  readonly ratioP50: number;
  readonly ratioP95: number;
}

const agreements = `gateway: LBG
parties:
  - { key: LBG, country: CN, name: { en: Gateway under test } }
${PARTIES.map((key) => `  - { key: ${key}, country: CN, name: { en: Partner ${key} } }`).join('\n')}
links:
${PARTIES.map((key) => `  - { id: ${key.toLowerCase()}, partner: ${key}, transport: mailbox, formats: { Manifest: { mapping: cn-manifest/MT1101 } } }`).join('\n')}
routes:
${PARTIES.map((key) => `  - { from: ${key}, messageType: Manifest, to: ${key === 'KEG' ? 'HRG' : 'KEG'} }`).join('\n')}
`;

/** Measures what partners at their usual rate wait for an answer, without and with one at a hundred times that rate. */
export async function measureFair(perSecond: number, seconds: number, tell: (text: string) => void): Promise<Fairness> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-fair-'));
  const file = join(folder, 'agreements.yaml');
  await writeFile(file, agreements);
  const postgres = await startEmbedded({ folder: join(folder, 'postgres'), endsWithUs: true });
  const master = randomBytes(32).toString('base64');
  await mkdir(join(folder, 'data'), { recursive: true });
  const keys = await KeyFolder.open(join(folder, 'data', 'keys'), await loadMasterKey(master, ''));
  await keys.generate('LBG', 'ES256', new Date());
  const partners = new Map<Partner, PostingPartner>();
  let gateway: GatewayProcess | undefined;
  try {
    for (const key of PARTIES)
      partners.set(key, new PostingPartner(key, PARTIES.indexOf(key), await keys.generate(key, 'ES256', new Date())));
    gateway = await startGateway({
      DATABASE_URL: postgres.url,
      LANDBRIDGE_AGREEMENTS: file,
      LANDBRIDGE_DATA: join(folder, 'data'),
      MASTER_KEY: master,
      LOG_LEVEL: 'error',
    });
    const { url } = gateway;
    const quiet = () => Promise.all(QUIET.map((key) => partners.get(key)!.steadily(url, perSecond, seconds)));
    tell('warming up …');
    await Promise.all([
      partners.get(LOUD)!.steadily(url, perSecond * 10, 3),
      ...QUIET.map((key) => partners.get(key)!.steadily(url, perSecond, 3)),
    ]);
    tell(`${QUIET.length} partners at ${perSecond}/s for ${seconds} s, alone …`);
    const alone = await quiet();
    // Sealed beforehand: the loud partner's own work is not the gateway's.
    tell('sealing what the loud partner will send …');
    const loud = partners.get(LOUD)!;
    const frames = loud.seal(perSecond * 100 * seconds);
    tell(`the same beside one at ${perSecond * 100}/s …`);
    const own = monitorEventLoopDelay();
    own.enable();
    const [beside, outcome] = await Promise.all([quiet(), flood({ key: LOUD, url, frames, perSecond: perSecond * 100, seconds })]);
    own.disable();
    const [before, after] = [heard(alone.flat()), heard(beside.flat())];
    const ratio = (one: number, other: number) => Number((one / other).toFixed(2));
    return {
      perSecond,
      seconds,
      alone: before,
      beside: { ...after, loud: { offered: frames.length, ...outcome, perSecond: Math.round(outcome.taken / seconds) } },
      ownDelayP95Ms: Number((own.percentile(95) / 1e6).toFixed(1)),
      ratioP50: ratio(after.p50Ms, before.p50Ms),
      ratioP95: ratio(after.p95Ms, before.p95Ms),
    };
  } finally {
    await gateway?.stop();
    for (const partner of partners.values()) partner.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const flood = (workerData: object): Promise<{ taken: number; refused: number }> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./fair.worker.js', import.meta.url), { workerData });
    worker.once('message', resolve).once('error', reject);
  });

const heard = (samples: readonly number[]): Heard => ({
  messages: samples.length,
  p50Ms: Number(percentile(samples, 0.5).toFixed(1)),
  p95Ms: Number(percentile(samples, 0.95).toFixed(1)),
});

export function reportFair({ perSecond, seconds, alone, beside, ownDelayP95Ms, ratioP50, ratioP95 }: Fairness): string {
  const line = (name: string, { messages, p50Ms, p95Ms }: Heard) =>
    `  ${name.padEnd(8)}${String(messages).padStart(6)} messages   p50 ${p50Ms.toFixed(1).padStart(7)} ms   p95 ${p95Ms.toFixed(1).padStart(7)} ms`;
  const { loud } = beside;
  return [
    `three partners at ${perSecond}/s each for ${seconds} s; then beside one at ${perSecond * 100}/s`,
    line('alone', alone),
    line('beside', beside),
    `  ratio                     p50 ${ratioP50.toFixed(2).padStart(7)}      p95 ${ratioP95.toFixed(2).padStart(7)}`,
    `  the loud one: ${loud.offered} offered, ${loud.taken} taken (${loud.perSecond}/s), ${loud.refused} refused for now`,
    `  the measuring process itself was late by ${ownDelayP95Ms} ms at p95`,
  ].join('\n');
}
