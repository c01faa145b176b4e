import { setTimeout as sleep } from 'node:timers/promises';
import { CRASH_POINTS, type CrashPoint } from '#exchange';
import type { GatewayProcess } from './gateway-process.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export type FaultKind = 'gateway' | 'gateway-starting' | 'point' | 'broker' | 'database' | 'gateway+broker' | 'gateway+database' | 'all';

/** One cycle: wait so long after the gateway is ready, then do this. */
export interface Fault {
  readonly kind: FaultKind;
  readonly afterMs: number;
  readonly point?: CrashPoint;
  readonly nth?: number;
  /** The broker stands still so long before it dies: what is sent meanwhile gets no confirm. */
  readonly frozenMs: number;
}

/** How often each fault comes, in parts of a hundred. */
const USUAL: Readonly<Record<FaultKind, number>> = {
  gateway: 38,
  'gateway-starting': 6,
  point: 32,
  broker: 8,
  database: 9,
  'gateway+broker': 3,
  'gateway+database': 3,
  all: 1,
};

/** Points off the usual way are passed rarely, so only their first passings are aimed at. */
const RARE: ReadonlySet<CrashPoint> = new Set(['claimed']);

/** Every fault of the run, decided before it begins: the same seed, the same plan. */
export function planFaults(cycles: number, random: Random, weights: Readonly<Partial<Record<FaultKind, number>>> = USUAL): Fault[] {
  const kinds = Object.entries(weights) as [FaultKind, number][];
  const total = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  let points: CrashPoint[] = [];
  return Array.from({ length: cycles }, () => {
    let left = random.next() * total;
    const kind = kinds.find(([, weight]) => (left -= weight) < 0)?.[0] ?? 'gateway';
    const fault = { kind, afterMs: Math.round(random.between(300, 1_900)), frozenMs: Math.round(random.between(0, 800)) };
    if (kind !== 'point') return fault;
    // All points once before any comes a second time.
    if (points.length === 0) points = random.shuffled(CRASH_POINTS);
    const point = points.pop()!;
    return { ...fault, point, nth: random.integer(1, RARE.has(point) ? 3 : 15) };
  });
}

export const crashAt = (fault: Fault | undefined): string | undefined =>
  fault?.kind === 'point' ? `${fault.point}:${fault.nth}` : undefined;

export interface NemesisOptions {
  readonly world: World;
  readonly gateway: GatewayProcess;
  readonly journal: (cycle: number, what: string) => Promise<void>;
  /** Messages delivered so far. */
  readonly delivered: () => number;
}

/** How long a process with an armed crash point may take messages in before it is killed like any other. */
const POINT_MS = 15_000;
/** Reconnecting backs off up to 15 s. */
const FLOW_MS = 20_000;

/** Does one fault after the other, and makes everything run again after each. */
export class Nemesis {
  readonly #options: NemesisOptions;
  readonly reached = new Map<CrashPoint, number>();
  readonly missed = new Map<CrashPoint, number>();

  constructor(options: NemesisOptions) {
    this.#options = options;
  }

  /** One cycle. `next` is known so that a restart can arm the next fault's crash point. */
  async run(cycle: number, fault: Fault, next: Fault | undefined): Promise<void> {
    const { gateway, journal } = this.#options;
    if (!gateway.running) gateway.start(crashAt(fault));
    if (fault.kind === 'gateway-starting') await sleep(fault.afterMs);
    else if (fault.kind !== 'point') {
      if (!(await gateway.ready())) throw new Error('the gateway did not come up; see gateway.log');
      await this.#traffic();
      await sleep(fault.afterMs);
    }
    await journal(cycle, describe(fault));
    await this.#strike(fault);
    if (!gateway.running) gateway.start(crashAt(next));
    // A process without an armed point was left running by a fault elsewhere: the next cycle needs one with it.
    else if (next?.kind === 'point') {
      await gateway.ready();
      await gateway.kill9();
      gateway.start(crashAt(next));
    }
  }

  /** A fault among messages is worth more than one in silence: waits until some arrive again after the last fault. */
  async #traffic(): Promise<void> {
    const before = this.#options.delivered();
    for (const end = Date.now() + FLOW_MS; Date.now() < end && this.#options.delivered() === before; await sleep(50));
  }

  async #strike(fault: Fault): Promise<void> {
    const { gateway } = this.#options;
    switch (fault.kind) {
      case 'gateway':
      case 'gateway-starting':
        return gateway.kill9();
      case 'point':
        return this.#awaitPoint(fault.point!);
      case 'broker':
        return this.#broker(fault);
      case 'database':
        return this.#database();
      case 'gateway+broker':
        return void (await Promise.all([gateway.kill9(), this.#broker(fault)]));
      case 'gateway+database':
        return void (await Promise.all([gateway.kill9(), this.#database()]));
      case 'all':
        return void (await Promise.all([gateway.kill9(), this.#broker(fault), this.#database()]));
    }
  }

  async #awaitPoint(point: CrashPoint): Promise<void> {
    const { gateway } = this.#options;
    await gateway.ready();
    const died = await gateway.died(POINT_MS);
    const book = died ? this.reached : this.missed;
    book.set(point, (book.get(point) ?? 0) + 1);
    if (!died) await gateway.kill9();
  }

  async #broker({ frozenMs }: Fault): Promise<void> {
    const { broker } = this.#options.world;
    process.kill(broker.pid, 'SIGSTOP');
    await sleep(frozenMs);
    await broker.kill9();
    await broker.restart();
  }

  async #database(): Promise<void> {
    const { database } = this.#options.world;
    database.kill9();
    await database.start();
  }
}

export function describe({ kind, point, nth, afterMs, frozenMs }: Fault): string {
  if (kind === 'point') return `CRASH_AT=${point}:${nth}`;
  const frozen = kind.includes('broker') || kind === 'all' ? `, broker frozen ${frozenMs} ms` : '';
  return `kill -9 ${kind === 'all' ? 'gateway+broker+database' : kind} after ${afterMs} ms${frozen}`;
}
