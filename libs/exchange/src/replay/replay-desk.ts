import { randomUUID } from 'node:crypto';
import { ExchangeError, issue } from '#model';
import { signedBy, type AnySigner } from '#trust';
import { actorName, requireSecondPerson, type Actor } from '../access/actor.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { PlanChange, PlanCounts, ReplayItem, ReplayPlan, ReplayStore } from '../ports/replay-store.port.ts';
import type { StopSwitch } from '../ports/stop-switch.port.ts';
import type { MessageView } from '../ports/message-view.port.ts';
import { canonicalAction } from './action.ts';
import { itemOf, lineOf, linksOf, previewsOf, type Preview, type VerdictLine } from './lines.ts';
import { APPROVAL_HOURS, needsSecondPerson, planStatesBefore, type PlanState } from './plan-state.ts';
import { sealReport } from './report.ts';
import { choose, type Choice, type Chosen } from './selection.ts';
import { bytesOf, payloadDigest, type Assessed, type Wish, type Workbench } from './workbench.ts';

export type { Preview, VerdictLine } from './lines.ts';
export { PLAN_LIMIT, type Choice } from './selection.ts';

export interface ReplayDeskOptions {
  readonly gateway: string;
  readonly store: ReplayStore;
  /** For sets that a query describes. */
  readonly view: Pick<MessageView, 'list'>;
  readonly workbench: Workbench;
  readonly stops: StopSwitch;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  /** Asked at signing time. */
  readonly signer: () => AnySigner;
  /** More messages than this in one plan need a second person. */
  readonly bulkLimit: number;
  /** Wakes the runner of this process. */
  readonly wake: () => void;
}

/** What an operator asks for. */
export interface ReplayWish extends Wish {
  /** Message ids, `<sender>/<message id>` or subjects. */
  readonly messages: readonly string[];
}

export interface PlanWish extends ReplayWish {
  /** Chosen by the caller: the same token gives the same plan, however often it is pressed. */
  readonly request: string;
  readonly reason: string;
  readonly canary: number;
  readonly rate: number;
  readonly maxFailures: number;
  /** The query that described the set, where one did; recorded with the plan. */
  readonly query?: string;
}

/** Everything a person does about replays. Every writing method is audited with its reason before it takes effect; refusals say why. */
export class ReplayDesk {
  constructor(private readonly options: ReplayDeskOptions) {}

  /** The set as it is at this moment, within the scope. */
  choose(actor: Actor, choice: Choice): Promise<Chosen> {
    return choose(this.options, actor, choice);
  }

  /** Judges without promising: the same judgement is made once more before each message is sent. Unknown ids are left out. */
  async verdict(actor: Actor, wish: ReplayWish): Promise<readonly VerdictLine[]> {
    return (await this.assess(actor, wish)).map(lineOf);
  }

  /**
   * Freezes a set, with a verdict on each message and the digest of every document that will come out. What is pointless or harmful
   * stays in the plan as excluded and is never sent.
   */
  async plan(actor: Actor, wish: PlanWish): Promise<ReplayPlan> {
    const { store, clock, bulkLimit } = this.options;
    const before = await store.requested(actor.account.id, wish.request);
    if (before !== undefined) return this.find(actor, before);
    if (wish.kind === 'reroute' && (wish.to === undefined || !actor.scope.coversLink(wish.to)))
      throw new ExchangeError('NOT_FOUND', { pointer: 'to' });
    if (wish.kind === 'edit' && (wish.messages.length !== 1 || wish.payload === undefined))
      throw wrong('messages', 'An edit is of one message and brings its document.');
    const assessed = await this.assess(actor, wish);
    const all = assessed.map((one, position) => ({ ...itemOf(one, wish), position }));
    const items = all.filter(({ state }) => state === 'waiting');
    if (items.length === 0)
      throw new ExchangeError('REPLAY_EMPTY', {
        issues: all.slice(0, 50).map(({ subject, reasons }) => issue('REPLAY_EMPTY', subject, reasons.join(' '))),
      });
    const at = clock.now();
    const id = randomUUID();
    const second = needsSecondPerson({
      kind: wish.kind,
      count: items.length,
      reasons: new Set(items.flatMap(({ reasons }) => reasons)),
      bulkLimit,
    });
    const edit = wish.payload && assessed[0] ? editOf(assessed[0], wish.payload) : undefined;
    const author = actorName(actor);
    const { reason, canary, rate, maxFailures, kind, query } = wish;
    const { octets, digest } = canonicalAction({
      id,
      kind,
      author,
      reason,
      ...(query === undefined ? {} : { query }),
      items,
      excluded: all.filter(({ state }) => state === 'excluded'),
      ...(wish.to === undefined ? {} : { to: wish.to }),
      ...(edit && { edit: { original: edit.originalDigest, changed: edit.digest } }),
      canary,
      rate,
      maxFailures,
    });
    await this.audit(actor, 'replay.plan', id, reason, { digest, kind, count: items.length, second });
    const kept = await store.create({
      id,
      request: wish.request,
      kind,
      state: second ? 'submitted' : 'ready',
      reason,
      author: { id: actor.account.id, name: author },
      needsSecondPerson: second,
      digest,
      action: octets,
      ...(query === undefined ? {} : { query }),
      links: [...new Set(assessed.flatMap((one) => linksOf(one)).concat(wish.to ?? []))],
      ...(wish.to === undefined ? {} : { to: wish.to }),
      canary,
      rate,
      maxFailures,
      at,
      expiresAt: hoursAfter(at),
      items: all,
      ...(edit && { edit }),
    });
    return this.find(actor, kept);
  }

  /** The second person decides on exactly what they saw: `digest` is that of the action. */
  async approve(actor: Actor, id: string, digest: string, reason: string): Promise<ReplayPlan> {
    const plan = await this.decidable(actor, id, digest);
    const at = this.options.clock.now();
    if (plan.expiresAt <= at) {
      await this.options.store.expire(at);
      throw new ExchangeError('REPLAY_STATE', { detail: 'Its time is over: plan again.' });
    }
    await this.audit(actor, 'replay.approve', id, reason, { digest });
    const approver = { id: actor.account.id, name: actorName(actor) };
    return this.move(actor, id, { from: ['submitted'], to: 'ready', at, approver, decision: reason, expiresAt: hoursAfter(at) });
  }

  async refuse(actor: Actor, id: string, digest: string, reason: string): Promise<ReplayPlan> {
    await this.decidable(actor, id, digest);
    await this.audit(actor, 'replay.refuse', id, reason, { digest });
    const approver = { id: actor.account.id, name: actorName(actor) };
    return this.move(actor, id, { from: ['submitted'], to: 'refused', at: this.options.clock.now(), approver, decision: reason });
  }

  async run(actor: Actor, id: string, reason: string): Promise<ReplayPlan> {
    return this.act(actor, id, 'replay.run', reason, { from: ['ready'], to: 'running', at: this.options.clock.now() });
  }

  async pause(actor: Actor, id: string, reason: string): Promise<ReplayPlan> {
    return this.act(actor, id, 'replay.pause', reason, { from: ['running'], to: 'paused', at: this.options.clock.now(), cause: 'PERSON' });
  }

  /** What failed by now is known to whoever resumes: only further failures pause again. */
  async resume(actor: Actor, id: string, reason: string): Promise<ReplayPlan> {
    return this.act(actor, id, 'replay.resume', reason, { from: ['paused'], to: 'running', at: this.options.clock.now(), tolerate: true });
  }

  /** Ends a plan for good. What was sent is sent; the rest is let go. */
  async stop(actor: Actor, id: string, reason: string): Promise<ReplayPlan> {
    const stopped = await this.act(actor, id, 'replay.stop', reason, {
      from: planStatesBefore('stopped'),
      to: 'stopped',
      at: this.options.clock.now(),
      cause: 'PERSON',
    });
    await this.report(stopped, 'stopped');
    return this.find(actor, id);
  }

  async find(actor: Actor, id: string): Promise<ReplayPlan> {
    const plan = await this.options.store.plan(actor.scope, id);
    if (!plan) throw new ExchangeError('NOT_FOUND');
    return plan;
  }

  async show(
    actor: Actor,
    id: string,
    after: number,
    limit: number,
  ): Promise<{ plan: ReplayPlan; counts: PlanCounts; items: readonly ReplayItem[] }> {
    const plan = await this.find(actor, id);
    const [counts, items] = await Promise.all([this.options.store.counts(id), this.options.store.items(id, after, limit)]);
    return { plan, counts, items };
  }

  list(actor: Actor, filter: { readonly state?: PlanState; readonly before?: Date; readonly limit: number }) {
    return this.options.store.list(actor.scope, filter);
  }

  /**
   * The exact documents before anything is planned, for one message: before is as sent (out) or received (in), and what a person
   * changes for `edit`. Break-glass: audited with its reason before anything is shown.
   */
  async dryRun(
    actor: Actor,
    wish: Omit<ReplayWish, 'messages'> & { readonly message: string },
    reason: string,
  ): Promise<{ readonly verdicts: readonly VerdictLine[]; readonly previews: readonly Preview[] }> {
    const assessed = await this.assess(actor, { ...wish, messages: [wish.message] });
    if (assessed.length === 0) throw new ExchangeError('NOT_FOUND', { pointer: 'message' });
    for (const { candidate } of assessed) await this.reveal(actor, 'payload.reveal', candidate.messageId, reason);
    return { verdicts: assessed.map(lineOf), previews: assessed.flatMap(previewsOf) };
  }

  /** What one message of a plan would be, as of now: its documents before and after. For who may read payloads; the endpoint asks. */
  async preview(actor: Actor, id: string, position: number): Promise<readonly Preview[]> {
    const plan = await this.find(actor, id);
    const [item] = await this.options.store.items(id, position - 1, 1);
    if (item?.position !== position) throw new ExchangeError('NOT_FOUND');
    const edit = await this.options.store.edit(id);
    const [one] = await this.assess(actor, {
      messages: [item.subject],
      kind: plan.kind,
      ...(plan.to === undefined ? {} : { to: plan.to }),
      ...(edit && { payload: edit.payload }),
    });
    if (!one) throw new ExchangeError('NOT_FOUND');
    await this.reveal(actor, 'payload.view', item.messageId);
    return previewsOf(one);
  }

  /** Everything (`*`) or one link. Audited after it took effect: nothing may keep a stop from happening. */
  async stopLink(actor: Actor, link: string, reason: string): Promise<void> {
    this.requireLink(actor, link);
    const at = this.options.clock.now();
    await this.options.stops.stop({ link, reason, actor: actorName(actor), at });
    await this.options.audit.append({ actor: actorName(actor), action: 'link.stop', subject: `link:${link}`, reason, at });
  }

  async goLink(actor: Actor, link: string, reason: string): Promise<boolean> {
    this.requireLink(actor, link);
    const at = this.options.clock.now();
    await this.options.audit.append({ actor: actorName(actor), action: 'link.go', subject: `link:${link}`, reason, at });
    return this.options.stops.go(link, actorName(actor), at);
  }

  private requireLink(actor: Actor, link: string): void {
    if (link === '*' ? actor.scope.links !== undefined : !actor.scope.coversLink(link))
      throw new ExchangeError('NOT_FOUND', { pointer: 'link' });
  }

  private async assess(actor: Actor, wish: ReplayWish): Promise<readonly Assessed[]> {
    const candidates = await this.options.store.candidates(actor.scope, wish.messages, wish.kind);
    return this.options.workbench.assess(candidates, wish);
  }

  /** Whoever may see the whole plan, is another person than its author, and means this very action. */
  private async decidable(actor: Actor, id: string, digest: string): Promise<ReplayPlan> {
    const plan = await this.find(actor, id);
    requireSecondPerson(actor, plan.author.id);
    if (plan.digest !== digest) throw new ExchangeError('APPROVAL_OTHER');
    if (plan.state !== 'submitted') throw new ExchangeError('REPLAY_STATE', { detail: `It is ${plan.state}.` });
    return plan;
  }

  private async act(actor: Actor, id: string, action: string, reason: string, change: PlanChange): Promise<ReplayPlan> {
    const { digest, state } = await this.find(actor, id);
    if (!change.from.includes(state)) throw new ExchangeError('REPLAY_STATE', { detail: `It is ${state}.` });
    await this.audit(actor, action, id, reason, { digest });
    const moved = await this.move(actor, id, change);
    this.options.wake();
    return moved;
  }

  private async move(actor: Actor, id: string, change: PlanChange): Promise<ReplayPlan> {
    if (!(await this.options.store.move(id, change))) {
      await this.options.store.expire(change.at);
      throw new ExchangeError('REPLAY_STATE', { detail: `It is ${(await this.find(actor, id)).state}.` });
    }
    return this.find(actor, id);
  }

  private async report(plan: ReplayPlan, state: PlanState): Promise<void> {
    const { store, gateway, signer, clock } = this.options;
    const [counts, items] = await Promise.all([store.counts(plan.id), store.items(plan.id, -1, 10_000)]);
    const at = plan.endedAt ?? clock.now();
    await store.move(plan.id, {
      from: [state],
      to: state,
      at,
      report: await signedBy(signer(), (by) => sealReport(plan, { state, counts, items, at }, gateway, by)),
      ...(plan.cause === undefined ? {} : { cause: plan.cause }),
    });
  }

  /** Written before anything is shown: what cannot be audited is not revealed. */
  private reveal(actor: Actor, action: string, messageId: string, reason?: string): Promise<void> {
    const { audit, clock } = this.options;
    return audit.append({
      actor: actorName(actor),
      action,
      subject: `message:${messageId}`,
      ...(reason === undefined ? {} : { reason }),
      at: clock.now(),
    });
  }

  private audit(actor: Actor, action: string, id: string, reason: string, after: unknown): Promise<void> {
    return this.options.audit.append({
      actor: actorName(actor),
      action,
      subject: `replay:${id}`,
      reason,
      after,
      at: this.options.clock.now(),
    });
  }
}

const hoursAfter = (at: Date): Date => new Date(at.getTime() + APPROVAL_HOURS * 3_600_000);
const wrong = (pointer: string, detail: string) => new ExchangeError('USAGE', { pointer, detail });

const editOf = ({ original }: Assessed, payload: Buffer) => ({
  payload,
  originalDigest: payloadDigest(bytesOf(original)),
  digest: payloadDigest(payload),
});
