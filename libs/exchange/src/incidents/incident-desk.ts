import { ExchangeError } from '#model';
import { actorName, type Actor } from '../access/actor.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { Incident, IncidentChange, IncidentFilter, IncidentNote, IncidentStore } from '../ports/incident-store.port.ts';
import type { ReplayPlan } from '../ports/replay-store.port.ts';
import type { PlanWish, ReplayDesk } from '../replay/replay-desk.ts';
import type { IncidentState } from './incident.ts';

export interface IncidentDeskOptions {
  readonly store: IncidentStore;
  readonly replays: Pick<ReplayDesk, 'plan'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
}

export interface IncidentReplayWish extends Omit<PlanWish, 'messages' | 'to' | 'payload'> {
  readonly kind: 'redeliver' | 'retranslate';
  /** `id@version` that mends it. */
  readonly fixedBy?: string;
}

/** Messages of one plan at most. */
const PLAN_LIMIT = 1_000;

/** What people do about incidents, each within their scope. Every writing method is audited with its reason before it takes effect. */
export class IncidentDesk {
  constructor(private readonly options: IncidentDeskOptions) {}

  list(actor: Actor, filter: IncidentFilter): Promise<readonly Incident[]> {
    return this.options.store.list(actor.scope, filter);
  }

  async find(actor: Actor, id: string): Promise<Incident> {
    const incident = await this.options.store.find(actor.scope, id);
    if (!incident) throw new ExchangeError('NOT_FOUND');
    return incident;
  }

  /** `failing`: how many of its messages still stand failed, counted to 1,000. */
  async show(actor: Actor, id: string): Promise<{ incident: Incident; notes: readonly IncidentNote[]; failing: number }> {
    const incident = await this.find(actor, id);
    const [notes, failing] = await Promise.all([this.options.store.notes(id), this.options.store.failing(id, PLAN_LIMIT)]);
    return { incident, notes, failing: failing.length };
  }

  /** Takes it on, or lets go of it. */
  own(actor: Actor, id: string, release: boolean, reason: string): Promise<Incident> {
    const owner = release ? null : { id: actor.account.id, name: actorName(actor) };
    return this.change(actor, id, { kind: 'owner', text: reason, owner, ...(release ? {} : { value: actorName(actor) }) });
  }

  note(actor: Actor, id: string, text: string): Promise<Incident> {
    return this.change(actor, id, { kind: 'note', text });
  }

  /** `ignored` needs a time in the future. */
  async move(actor: Actor, id: string, to: IncidentState, reason: string, ignoredUntil?: Date): Promise<Incident> {
    const until = to === 'ignored' ? ignoredUntil : undefined;
    if (to === 'ignored' && (!until || until <= this.options.clock.now()))
      throw new ExchangeError('USAGE', { pointer: 'until', detail: 'To ignore needs a time in the future.' });
    return this.change(actor, id, { kind: 'state', text: reason, value: to, to, ...(until && { ignoredUntil: until }) });
  }

  /** Makes a plan of its messages that still stand failed. Pressed twice with one token it is one plan. */
  async replay(actor: Actor, id: string, { fixedBy, ...wish }: IncidentReplayWish): Promise<ReplayPlan> {
    const { state } = await this.find(actor, id);
    const messages = await this.options.store.failing(id, PLAN_LIMIT);
    if (messages.length === 0) throw new ExchangeError('REPLAY_EMPTY');
    const plan = await this.options.replays.plan(actor, { ...wish, messages });
    const fixing = state === 'open' || state === 'acknowledged';
    await this.change(actor, id, {
      kind: 'replay',
      text: wish.reason,
      value: plan.id,
      ...(fixedBy === undefined ? {} : { fixedBy }),
      ...(fixing && { to: 'fixing' as const }),
    });
    return plan;
  }

  private async change(actor: Actor, id: string, change: Omit<IncidentChange, 'author' | 'at'>): Promise<Incident> {
    const before = await this.find(actor, id);
    const { store, audit, clock } = this.options;
    const at = clock.now();
    const author = actorName(actor);
    const { kind, text: reason, ...after } = change;
    await audit.append({
      actor: author,
      action: `incident.${kind}`,
      subject: `incident:${id}`,
      reason,
      before: { state: before.state },
      after,
      at,
    });
    await store.change(id, { ...change, author, at });
    return this.find(actor, id);
  }
}
