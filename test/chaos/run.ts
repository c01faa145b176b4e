import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { JournalFile } from '#adapters';
import type { CrashPoint } from '#exchange';
import type { BugName } from './bugs.ts';
import { GatewayProcess } from './gateway-process.ts';
import { GatewayRotation } from './gateway-rotation.ts';
import type { ChaosLine } from './journal-lines.ts';
import { crashAt, describe, Nemesis, type Fault } from './nemesis.ts';
import { judge, type Verdict } from './oracle.ts';
import { PartyJournal } from './party-journal.ts';
import { PartyProcess } from './party-process.ts';
import type { PartyStatus } from './party-settings.ts';
import { compareTables, quarantined, unpublished, type TableFindings } from './tables.ts';
import { openWorld, type World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** Messages a second of each source. */
  readonly rate: number;
  readonly bug?: BugName;
  /** Gateway processes on the one database and broker. */
  readonly gateways: number;
  /** The gateway's key and each party's are changed while all this happens. */
  readonly rotate?: boolean;
  readonly postgres?: Readonly<Record<string, string>>;
  /** After the last fault: the run ends when nothing moved for so long, or at the deadline. */
  readonly idleMs: number;
  readonly deadlineMs: number;
  /** A bug is planted and should be found: nobody will look into the folder. */
  readonly redExpected?: boolean;
  readonly progress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

export interface Progress {
  readonly cycle: number;
  readonly cycles: number;
  readonly doing: string;
  readonly sources: PartyStatus;
  readonly receivers: PartyStatus;
}

/** What a run prints. The first seven are the measured ones of the issue. */
export interface Summary extends Omit<Verdict, 'lostPairs'> {
  readonly cycles: number;
  /** Not delivered by the deadline, though the gateway still holds it to be sent. */
  readonly stuck: number;
  /** Good messages, receipts or statements that a party or the gateway refused or quarantined: everything sent in a run is good. */
  readonly refusedGood: number;
  /** Whole rotations of the gateway's key, and of the parties' keys together. */
  readonly rotations?: { readonly gateway: number; readonly parties: number };
  readonly seed: number;
  readonly ok: boolean;
  readonly bug?: BugName;
  readonly gateways: number;
  /** The gateway ended although nobody killed it. */
  readonly gatewayDeaths: number;
  readonly tables: TableFindings;
  readonly faults: Readonly<Record<string, number>>;
  readonly crashPoints: { readonly reached: Readonly<Record<string, number>>; readonly missed: Readonly<Record<string, number>> };
  readonly seconds: number;
  /** Kept when the run was not clean. */
  readonly folder?: string;
}

/** Traffic, faults, quiet, verdict. Cleans up whatever happens; keeps the folder unless all was well. */
export async function run(options: RunOptions): Promise<Summary> {
  const started = Date.now();
  const world = await openWorld(options.postgres ?? {});
  const gateways = Array.from(
    { length: options.gateways },
    (_, index) => new GatewayProcess(world, options.bug, options.gateways === 1 ? 'gateway' : `gateway-${index + 1}`),
  );
  const parties: PartyProcess[] = [];
  const rotation = options.rotate ? new GatewayRotation(gateways, world.database) : undefined;
  let clean = false;
  try {
    const nemesis = await strike(options, world, gateways, parties, rotation);
    const [sources, receivers] = parties as [PartyProcess, PartyProcess];
    await rotation?.settle(parties, options.signal);
    await quiet(options, world, sources, receivers);
    await Promise.all(parties.map((party) => party.stop()));
    const rotations = rotation && { gateway: rotation.completed, parties: sources.status.rotations + receivers.status.rotations };
    const summary = await conclude(options, world, nemesis, gateways, {
      seconds: Math.round((Date.now() - started) / 1000),
      ...(rotations && { rotations }),
    });
    clean = summary.ok || options.redExpected === true;
    return clean ? summary : { ...summary, folder: world.folder };
  } catch (error) {
    process.stderr.write(`the run broke off; its folder is ${world.folder}\n`);
    throw error;
  } finally {
    await rotation?.stop();
    await Promise.all(parties.map((party) => party.stop()));
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await world.close(!clean);
  }
}

async function strike(
  options: RunOptions,
  world: World,
  gateways: readonly GatewayProcess[],
  parties: PartyProcess[],
  rotation: GatewayRotation | undefined,
): Promise<Nemesis> {
  const { faults, seed, rate, signal, progress } = options;
  const { agreements, agreementsFile, partyKeys, masterKey, journals, urlOf } = world;
  const urls = Object.fromEntries(agreements.links.map(({ partner }) => [partner, urlOf(partner)]));
  const rotate = options.rotate === true;
  const common = { seed, agreements: agreementsFile, keys: partyKeys, masterKey, journals, urls, rate, keysPerSource: 12, rotate };
  for (const [index, gateway] of gateways.entries()) gateway.start(faults[0]?.target === index ? crashAt(faults[0]) : undefined);
  for (const role of ['sources', 'receivers'] as const)
    parties.push(new PartyProcess({ ...common, role }, join(world.folder, `${role}.log`)));
  rotation?.start();
  const book = await PartyJournal.open(journals, 'nemesis');
  const [sources, receivers] = parties as [PartyProcess, PartyProcess];
  const nemesis = new Nemesis({
    world,
    gateways,
    journal: (cycle, what) => book.write({ event: 'fault', cycle, what }),
    delivered: () => receivers.status.delivered,
  });
  for (const [index, fault] of faults.entries()) {
    signal.throwIfAborted();
    if (parties.some(({ ended }) => ended)) throw new Error('a process of the parties ended; see its log');
    const doing = describe(fault, gateways);
    progress({ cycle: index + 1, cycles: faults.length, doing, sources: sources.status, receivers: receivers.status });
    await nemesis.run(index + 1, fault, faults[index + 1]);
  }
  const up = await Promise.all(gateways.map((gateway) => gateway.ready()));
  if (up.includes(false)) throw new Error('a gateway did not come up after the last fault; see its log');
  await book.close();
  return nemesis;
}

/** Faults have stopped: waits until everything offered has arrived and is receipted, or nothing moves any more. */
async function quiet(options: RunOptions, world: World, sources: PartyProcess, receivers: PartyProcess): Promise<void> {
  const { idleMs, deadlineMs, signal, progress, faults } = options;
  // Some traffic without faults behind the last one, too.
  await sleep(1_000);
  sources.finish();
  await sleep(500);
  const end = Date.now() + deadlineMs;
  let lines = -1;
  let moved = Date.now();
  for (; Date.now() < end; await sleep(300)) {
    signal.throwIfAborted();
    const [from, to] = [sources.status, receivers.status];
    progress({ cycle: faults.length, cycles: faults.length, doing: 'faults have stopped', sources: from, receivers: to });
    if (from.lines + to.lines !== lines) {
      lines = from.lines + to.lines;
      moved = Date.now();
    }
    const still = Date.now() - moved;
    const complete = from.receipted === from.offered && to.delivered >= from.expected && from.waiting + to.waiting === 0;
    if (still < (complete ? 2_000 : idleMs)) continue;
    if ((await unpublished(world.database.url)) === 0) return;
  }
}

async function conclude(
  { seed, bug, faults }: RunOptions,
  world: World,
  nemesis: Nemesis,
  gateways: readonly GatewayProcess[],
  measured: Pick<Summary, 'seconds' | 'rotations'>,
): Promise<Summary> {
  const names = world.agreements.links.map(({ partner }) => partner);
  const journals = await Promise.all(names.map((name) => JournalFile.read<ChaosLine>(join(world.journals, `${name}.jsonl`))));
  const { lostPairs, ...verdict } = judge(journals);
  const partnerOf = (id: string): string => world.agreements.links.find((link) => link.id === id)?.partner ?? '';
  const { findings, pending } = await compareTables(world.database.url, journals, partnerOf);
  const waiting = new Set(pending);
  const stuck = lostPairs.filter((one) => waiting.has(one)).length;
  const found = {
    ...verdict,
    lost: verdict.lost - stuck,
    stuck: stuck + verdict.unsent,
    refusedGood: verdict.unproven + (await quarantined(world.database.url)),
  };
  const summary = {
    cycles: faults.length,
    ...found,
    seed,
    ...(bug === undefined ? {} : { bug }),
    gateways: gateways.length,
    gatewayDeaths: gateways.reduce((sum, { deaths }) => sum + deaths, 0),
    tables: findings,
    faults: tally(faults.map(({ kind }) => kind)),
    crashPoints: { reached: sorted(nemesis.reached), missed: sorted(nemesis.missed) },
    ...measured,
  };
  return { ...summary, ok: verdict.delivered > 0 && faultsFound(summary).length === 0 };
}

/** Counters of a run that should be zero. */
const ZERO = [
  'lost',
  'stuck',
  'duplicateEffects',
  'outOfOrder',
  'receiptsWithoutCommit',
  'invented',
  'altered',
  'unflaggedDuplicates',
  'unproven',
  'refusedGood',
  'gatewayDeaths',
] as const satisfies readonly (keyof Summary)[];

/** Names of the counters that should be zero and are not. */
export function faultsFound(summary: Omit<Summary, 'ok'>): string[] {
  const own = ZERO.map((name) => [name, summary[name]] as const);
  return [...own, ...Object.entries(summary.tables)].filter(([, count]) => count !== 0).map(([name]) => name);
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
const sorted = (counts: ReadonlyMap<CrashPoint, number>): Record<string, number> => Object.fromEntries([...counts].sort());
