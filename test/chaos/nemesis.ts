import { setTimeout as sleep } from 'node:timers/promises';
import { CRASH_POINTS, type CrashPoint } from '#exchange';
import { HEARTBEAT_SECONDS, type GatewayProcess } from './gateway-process.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export type FaultKind =
  'gateway' | 'gateway-starting' | 'gateway-frozen' | 'point' | 'broker' | 'database' | 'gateway+broker' | 'gateway+database' | 'all';

/** One cycle: wait so long after the gateway is ready, then do this. */
export interface Fault {
  readonly kind: FaultKind;
  readonly afterMs: number;
  readonly point?: CrashPoint;
  readonly nth?: number;
  /** The broker stands still so long before it dies: what is sent meanwhile gets no confirm. */
  readonly frozenMs: number;
  /** Which of the gateways it hits, counted from 0. */
  readonly target: number;
}

/** How often each fault comes, in parts of a hundred. */
const USUAL: Readonly<Record<FaultKind, number>> = {
  gateway: 36,
  'gateway-starting': 5,
  'gateway-frozen': 3,
  point: 32,
  broker: 8,
  database: 9,
  'gateway+broker': 3,
  'gateway+database': 3,
  all: 1,
};

/** Points off the usual way are passed rarely, so only their first passings are aimed at. */
const RARE: ReadonlySet<CrashPoint> = new Set(['claimed']);

/** A frozen gateway stands still long enough for the broker to give it up and hand out its messages again. */
const GIVEN_UP_MS = 2 * HEARTBEAT_SECONDS * 1_000 + 500;

/** Every fault of the run, decided before it begins: the same seed, the same plan. */
export function planFaults(
  cycles: number,
  random: Random,
  weights: Readonly<Partial<Record<FaultKind, number>>> = USUAL,
  gateways = 1,
): Fault[] {
  const kinds = Object.entries(weights) as [FaultKind, number][];
  const total = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  let points: CrashPoint[] = [];
  return Array.from({ length: cycles }, () => {
    let left = random.next() * total;
    const kind = kinds.find(([, weight]) => (left -= weight) < 0)?.[0] ?? 'gateway';
    const fault = {
      kind,
      afterMs: Math.round(random.between(300, 1_900)),
      frozenMs: Math.round(random.between(0, 800)) + (kind === 'gateway-frozen' ? GIVEN_UP_MS : 0),
      target: gateways === 1 ? 0 : random.integer(0, gateways - 1),
    };
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
  readonly gateways: readonly GatewayProcess[];
  readonly journal: (cycle: number, what: string) => Promise<void>;
  /** Messages delivered so far. */
  readonly delivered: () => number;
}

/** How long a process with an armed crash point may take messages in before it is killed like any other. */
const POINT_MS = 15_000;
/** One of several gateways may stand by and pass no point; then it is made the only one. */
const STAND_BY_MS = 3_000;
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
    const { journal } = this.#options;
    const gateway = this.#target(fault);
    this.#startAll(fault);
    if (fault.kind === 'gateway-starting') await sleep(fault.afterMs);
    else if (fault.kind !== 'point') {
      await this.#allReady();
      await this.#traffic();
      await sleep(fault.afterMs);
    }
    await journal(cycle, describe(fault, this.#options.gateways));
    await this.#strike(fault, gateway);
    // A process without an armed point was left running by a fault elsewhere: the next cycle needs one with it.
    if (next?.kind === 'point' && this.#target(next).running) {
      await this.#target(next).ready();
      await this.#target(next).kill9();
    }
    this.#startAll(next);
  }

  #target(fault: Fault): GatewayProcess {
    return this.#options.gateways[fault.target]!;
  }

  /** Whoever does not run is started; the one that the fault hits with its crash point armed. */
  #startAll(fault: Fault | undefined): void {
    for (const [index, gateway] of this.#options.gateways.entries())
      if (!gateway.running) gateway.start(fault?.target === index ? crashAt(fault) : undefined);
  }

  async #allReady(): Promise<void> {
    const ready = await Promise.all(this.#options.gateways.map((gateway) => gateway.ready()));
    if (ready.includes(false)) throw new Error('a gateway did not come up; see its log');
  }

  /** A fault among messages is worth more than one in silence: waits until some arrive again after the last fault. */
  async #traffic(): Promise<void> {
    const before = this.#options.delivered();
    for (const end = Date.now() + FLOW_MS; Date.now() < end && this.#options.delivered() === before; await sleep(50));
  }

  async #strike(fault: Fault, gateway: GatewayProcess): Promise<void> {
    switch (fault.kind) {
      case 'gateway':
      case 'gateway-starting':
        return gateway.kill9();
      case 'gateway-frozen':
        return gateway.freeze(fault.frozenMs);
      case 'point':
        return this.#awaitPoint(fault.point!, gateway);
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

  async #awaitPoint(point: CrashPoint, gateway: GatewayProcess): Promise<void> {
    const others = this.#options.gateways.filter((one) => one !== gateway);
    await gateway.ready();
    let died = await gateway.died(others.length > 0 ? STAND_BY_MS : POINT_MS);
    if (!died && others.length > 0) {
      await Promise.all(others.map((other) => other.kill9()));
      died = await gateway.died(POINT_MS);
    }
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

export function describe({ kind, point, nth, afterMs, frozenMs, target }: Fault, gateways: readonly GatewayProcess[] = []): string {
  const which = gateways.length > 1 ? ` of ${gateways[target]?.name}` : '';
  if (kind === 'point') return `CRASH_AT=${point}:${nth}${which}`;
  if (kind === 'gateway-frozen') return `SIGSTOP${which || ' gateway'} after ${afterMs} ms for ${frozenMs} ms`;
  const frozen = kind.includes('broker') || kind === 'all' ? `, broker frozen ${frozenMs} ms` : '';
  return `kill -9 ${kind === 'all' ? 'gateway+broker+database' : kind}${kind.includes('gateway') ? which : ''} after ${afterMs} ms${frozen}`;
}
