import { randomUUID } from 'node:crypto';
import { ExchangeError } from '#model';
import { signedBy, type AnySigner } from '#trust';
import { Scope } from '../access/scope.ts';
import { NOTHING, type InboundPipeline, type OwnWork } from '../pipeline.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { BatchCommit, OutboxRow } from '../ports/exchange-store.port.ts';
import type { LeasedPlan, ReplayItem, ReplayPlan, ReplayStep, ReplayStore } from '../ports/replay-store.port.ts';
import type { StopSwitch } from '../ports/stop-switch.port.ts';
import { sealOnward } from '../steps/seal.ts';
import { nextStep } from './plan-state.ts';
import { becomesOf } from './lines.ts';
import { sealReport } from './report.ts';
import type { Assessed, Workbench } from './workbench.ts';

export interface ReplayRunnerOptions {
  readonly gateway: string;
  readonly store: ReplayStore;
  readonly workbench: Workbench;
  readonly pipeline: Pick<InboundPipeline, 'submit'>;
  readonly stops: Pick<StopSwitch, 'stopped'>;
  readonly clock: Clock;
  readonly signer: () => AnySigner;
  readonly report: (error: unknown) => void;
  readonly pollMilliseconds: number;
}

/** A process that died lets go of its plan after so long; another one goes on. */
const LEASE_SECONDS = 15;

/**
 * Works on running plans, one message at a time. All state is in the database: each step commits the message, its place in the plan
 * and the time of the next one together, on condition that the message still waits, the plan still runs and nothing is stopped. A
 * process may therefore end at any point, and two may even work on one plan, without a message being sent twice.
 */
export class ReplayRunner {
  readonly #holder = randomUUID();
  readonly #options: ReplayRunnerOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(options: ReplayRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.wake(0);
  }

  /** Looks for work now. */
  wake(milliseconds = 0): void {
    if (this.#stopping) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#work()).catch(this.#options.report);
    }, milliseconds);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #work(): Promise<void> {
    try {
      await this.#options.store.expire(this.#options.clock.now());
      while (!this.#stopping && (await this.turn()));
    } finally {
      this.wake(this.#options.pollMilliseconds);
    }
  }

  /** One step of the plan that is due. False: none is. */
  async turn(): Promise<boolean> {
    const { store, clock, pollMilliseconds } = this.#options;
    const now = clock.now();
    const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);
    const leased = await store.lease(this.#holder, now, later(LEASE_SECONDS * 1000), later(pollMilliseconds));
    if (!leased) return false;
    const { plan, progress, next } = leased;
    const step = nextStep(progress);
    if (step.do === 'send' && next) await this.#send(leased, next).catch((error: unknown) => this.#trouble(plan, error));
    if (step.do === 'pause') await store.move(plan.id, { from: ['running'], to: 'paused', at: clock.now(), cause: step.cause });
    if (step.do === 'finish') await this.#end(plan, 'done');
    return true;
  }

  async #send({ plan }: LeasedPlan, item: ReplayItem): Promise<void> {
    const { store, workbench, pipeline } = this.#options;
    const edit = plan.kind === 'edit' ? await store.edit(plan.id) : undefined;
    const wish = { kind: plan.kind, ...(plan.to === undefined ? {} : { to: plan.to }), ...(edit && { payload: edit.payload }) };
    let changed = false;
    const prepare = async (): Promise<Assessed | undefined> => {
      // Taken meanwhile, by another process or a stop of the plan: there is nothing to do for us.
      const [current] = await store.items(plan.id, item.position - 1, 1);
      const running = (await store.plan(Scope.everything, plan.id))?.state === 'running';
      if (current?.position !== item.position || current.state !== 'waiting' || !running) return undefined;
      const found = await store.candidates(Scope.everything, [item.subject], plan.kind);
      const [one] = await workbench.assess(found.filter(({ subject }) => subject === item.subject).map(alone), wish);
      changed = one !== undefined && comesOutOtherwise(one, item);
      return one && !changed && !this.#stopped(one, plan) ? one : undefined;
    };
    const committed = await pipeline.submit(prepare, (one, work) => this.#commitOf(plan, item, one, work));
    // Planned and approved were exact documents: another mapping, code list or projection since then needs another plan.
    if (changed && !committed) await this.#end(plan, 'stopped', 'OUTPUT_CHANGED');
  }

  /** What heals by itself is tried again when the plan is due; a fault of ours waits for a person. */
  async #trouble(plan: ReplayPlan, error: unknown): Promise<void> {
    this.#options.report(error);
    if (error instanceof ExchangeError && error.row.disposition === 'retry') throw error;
    await this.#options.store.move(plan.id, { from: ['running'], to: 'paused', at: this.#options.clock.now(), cause: 'INTERNAL' });
  }

  /** What is stopped waits; its turn comes with the next look. */
  #stopped({ candidate, making }: Assessed, { to }: ReplayPlan): boolean {
    const links = making?.onward.map(({ link }) => link.id) ?? [to ?? candidate.link];
    return links.some((link) => this.#options.stops.stopped(link));
  }

  #commitOf(plan: ReplayPlan, item: ReplayItem, one: Assessed, work: OwnWork): BatchCommit {
    const { candidate, making, verdict, reasons } = one;
    const base = {
      plan: plan.id,
      position: item.position,
      actor: plan.author.name,
      at: work.now,
      nextAt: new Date(work.now.getTime() + 1000 / plan.rate),
    };
    const commit = (step: Omit<ReplayStep, keyof typeof base>, outbox: readonly OutboxRow[] = []): BatchCommit => ({
      ...NOTHING,
      outbox,
      replay: { ...base, ...step },
    });
    if (verdict === 'pointless' || verdict === 'harmful') {
      const outcome = reasons[0] === 'TRANSLATION_FAILS' ? 'failed' : 'skipped';
      return commit({ outcome, code: reasons[0]!, results: [], links: [] });
    }
    if (plan.kind === 'redeliver')
      return commit({ outcome: 'sent', results: [candidate.messageId], links: [candidate.link], redeliver: candidate.messageId });
    if (!making) return commit({ outcome: 'failed', code: 'TRANSLATION_FAILS', results: [], links: [] });
    const rows = making.onward.map((onward): OutboxRow => {
      const head = work.heads.get(onward.link.id) ?? { link: onward.link.id, sequence: 0, manifestDigest: '' };
      const again = {
        mark: `${plan.id}/${item.position}`,
        edited: making.edited,
        ...(candidate.direction === 'out' ? { replaces: candidate.messageId } : {}),
      };
      const { row, next } = sealOnward(making.source, making.sourceLink, onward, head, false, work, again);
      work.heads.set(onward.link.id, next);
      return { ...row, state: 'ready' };
    });
    return commit(
      {
        outcome: 'sent',
        results: rows.map(({ messageId }) => messageId),
        links: [...new Set(rows.map(({ link }) => link))],
        ...(candidate.direction === 'out'
          ? { succession: { predecessor: candidate.messageId, successor: rows[0]!.messageId } }
          : { route: { sender: candidate.sender ?? '', messageId: candidate.messageId } }),
      },
      rows,
    );
  }

  async #end(plan: ReplayPlan, state: 'done' | 'stopped', cause?: string): Promise<void> {
    const { store, gateway, signer, clock } = this.#options;
    const [counts, items] = await Promise.all([store.counts(plan.id), store.items(plan.id, -1, 10_000)]);
    const at = clock.now();
    const end = { state, ...(cause !== undefined && { cause }), counts, items, at };
    const report = await signedBy(signer(), (by) => sealReport(plan, end, gateway, by));
    await store.move(plan.id, { from: ['running'], to: state, at, report, ...(cause !== undefined && { cause }) });
  }
}

/** Only of what would be sent: what is judged pointless or harmful by now is skipped, whatever would come out. */
const comesOutOtherwise = (one: Assessed, { becomes }: ReplayItem): boolean => {
  if (one.verdict === 'pointless' || one.verdict === 'harmful') return false;
  const now = becomesOf(one);
  return now.length !== becomes.length || now.some((document, at) => document !== becomes[at]);
};

/** Its own plan is no other plan that has it. */
const alone = <T extends { readonly openPlan?: string }>({ openPlan: _, ...candidate }: T): Omit<T, 'openPlan'> => candidate;
