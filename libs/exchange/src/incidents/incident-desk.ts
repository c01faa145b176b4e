import { ExchangeError } from '#model';
import { actorName, type Actor } from '../access/actor.ts';
import { Scope } from '../access/scope.ts';
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
  /** Those in use now. */
  readonly mappings: () => readonly MappingInPlace[];
}

/** One incident with everything about it. */
export interface ShownIncident {
  readonly incident: Incident;
  readonly parts: readonly Incident[];
  readonly notes: readonly IncidentNote[];
  /** How many of its messages still stand failed, counted to 1,000: what a replay would be of. */
  readonly failing: number;
  /** How many of them wait for us, counted to 1,000: while there are any it does not resolve by itself. */
  readonly standing: number;
  /** Failures in each of the last 30 days, UTC, the running one last. */
  readonly days: readonly number[];
  /** `id@version` of mappings in use that are other than those it failed with: what may have mended it. */
  readonly mended: readonly string[];
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

  list(actor: Actor, filter: Omit<IncidentFilter, 'now'>): Promise<readonly Incident[]> {
    return this.options.store.list(actor.scope, { ...filter, now: this.options.clock.now() });
  }

  async find(actor: Actor, id: string): Promise<Incident> {
    const incident = await this.options.store.find(actor.scope, id, this.options.clock.now());
    if (!incident) throw new ExchangeError('NOT_FOUND');
    return incident;
  }

  async show(actor: Actor, id: string): Promise<ShownIncident> {
    const { store, clock, mappings } = this.options;
    const incident = await this.find(actor, id);
    const parts = await store.parts(actor.scope, id, clock.now());
    const ids = [id, ...parts.map((part) => part.id)];
    const [notes, failing, standing, days] = await Promise.all([
      store.notes(ids),
      store.failing(ids, PLAN_LIMIT),
      store.standing(ids, PLAN_LIMIT),
      store.days(ids, clock.now()),
    ]);
    return { incident, parts, notes, failing: failing.length, standing, days, mended: mendedBy(incident, mappings()) };
  }

  /** Takes it on, or lets go of it. */
  own(actor: Actor, id: string, release: boolean, reason: string): Promise<Incident> {
    const owner = release ? null : { id: actor.account.id, name: actorName(actor) };
    return this.change(actor, id, { kind: 'owner', text: reason, owner, ...(release ? {} : { value: actorName(actor) }) });
  }

  note(actor: Actor, id: string, text: string): Promise<Incident> {
    return this.change(actor, id, { kind: 'note', text });
  }

  /**
   * `ignored` needs a time in the future. What still has messages that wait for us is resolved only by who says so (`despite`), and says
   * so from then on.
   */
  async move(
    actor: Actor,
    id: string,
    to: IncidentState,
    reason: string,
    { until: ignoredUntil, despite = false }: { readonly until?: Date; readonly despite?: boolean } = {},
  ): Promise<Incident> {
    const until = to === 'ignored' ? ignoredUntil : undefined;
    if (to === 'ignored' && (!until || until <= this.options.clock.now()))
      throw new ExchangeError('USAGE', { pointer: 'until', detail: 'To ignore needs a time in the future.' });
    await this.requireAll(actor, id);
    const standing = to === 'resolved' ? await this.options.store.standing(await this.group(actor, id), PLAN_LIMIT) : 0;
    if (standing > 0 && !despite) throw new ExchangeError('INCIDENT_STANDING', { detail: `Messages that wait: ${standing}.` });
    const left = standing > 0 ? { leftStanding: standing } : {};
    return this.change(actor, id, { kind: 'state', text: reason, value: to, to, ...(until && { ignoredUntil: until }), ...left });
  }

  /** Makes a plan of its messages that still stand failed. Pressed twice with one token it is one plan. */
  async replay(actor: Actor, id: string, { fixedBy, ...wish }: IncidentReplayWish): Promise<ReplayPlan> {
    const { state } = await this.find(actor, id);
    const messages = await this.options.store.failing(await this.group(actor, id), PLAN_LIMIT);
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

  /** From now on they count as one: one state, one owner, one replay. */
  merge(actor: Actor, id: string, into: string, reason: string): Promise<Incident> {
    return this.regroup(actor, 'merge', id, into, reason);
  }

  /** Takes out again what was merged; it goes on in the state of the group. */
  split(actor: Actor, id: string, part: string, reason: string): Promise<Incident> {
    return this.regroup(actor, 'split', part, id, reason);
  }

  /** Both have to be in the scope. Answers the head. */
  private async regroup(actor: Actor, what: 'merge' | 'split', part: string, head: string, reason: string): Promise<Incident> {
    const { store, audit, clock } = this.options;
    await this.find(actor, part);
    await this.find(actor, head);
    const [author, at] = [actorName(actor), clock.now()];
    await audit.append({ actor: author, action: `incident.${what}`, subject: `incident:${part}`, reason, after: { head }, at });
    if (!(await store.regroup(what, part, head, { text: reason, author, at })))
      throw new ExchangeError('USAGE', {
        pointer: what === 'merge' ? 'into' : 'part',
        detail: 'These two do not stand so: look at them again.',
      });
    return this.find(actor, head);
  }

  /** A group moves as one, so whoever moves it has to see all of it. */
  private async requireAll(actor: Actor, id: string): Promise<void> {
    const { store, clock } = this.options;
    const [seen, whole] = [await this.find(actor, id), await store.find(Scope.everything, id, clock.now())];
    if (seen.parts !== whole?.parts)
      throw new ExchangeError('NOT_ALLOWED', { detail: 'It was merged with incidents of partners outside of your scope.' });
  }

  private async group(actor: Actor, id: string): Promise<readonly string[]> {
    return [id, ...(await this.options.store.parts(actor.scope, id, this.options.clock.now())).map((part) => part.id)];
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

/** A mapping in use; `base`: the installed one that it stands for on some links. */
export interface MappingInPlace {
  readonly id: string;
  readonly version: string;
  readonly base?: string;
}

function mendedBy({ mappings: failed }: Incident, today: readonly MappingInPlace[]): readonly string[] {
  const ids = new Set(failed.map((one) => one.slice(0, one.lastIndexOf('@'))));
  return today
    .map(({ id, version, base }) => ({ ids: [id, ...(base === undefined ? [] : [base])], name: `${id}@${version}` }))
    .flatMap(({ ids: own, name }) => (own.some((id) => ids.has(id)) && !failed.includes(name) ? [name] : []));
}
