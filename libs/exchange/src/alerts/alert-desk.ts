import { randomUUID } from 'node:crypto';
import { ExchangeError, ALERT_MEASURES, type AlertRule } from '#model';
import { actorName, type Actor } from '../access/actor.ts';
import type { Alert, AlertChannel, AlertFilter, AlertStore, Notice, Silence } from '../ports/alert-store.port.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';

export interface AlertDeskOptions {
  readonly store: AlertStore;
  readonly rules: readonly AlertRule[];
  readonly channels: readonly AlertChannel[];
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  /** Sends this notice now. */
  readonly deliver: (id: string) => Promise<void>;
}

export interface SilenceWish {
  readonly rule?: string | undefined;
  readonly link?: string | undefined;
  readonly hours: number;
}

const NOTICES = 50;

/** What people do about alerts, each within their scope. Every writing method is audited with its reason before it takes effect. */
export class AlertDesk {
  constructor(private readonly options: AlertDeskOptions) {}

  list(actor: Actor, filter: AlertFilter): Promise<readonly Alert[]> {
    return this.options.store.list(actor.scope, filter);
  }

  /** The rules, and whom they tell. */
  rules(): { readonly rules: readonly AlertRule[]; readonly channels: readonly Pick<AlertChannel, 'name' | 'target'>[] } {
    const { rules, channels } = this.options;
    return { rules, channels: channels.map(({ name, target }) => ({ name, target })) };
  }

  /** The newest notices, without what they say. */
  notices(): Promise<readonly Notice[]> {
    return this.options.store.notices(NOTICES);
  }

  /** Somebody looks after it. It goes on until it resolves. */
  async acknowledge(actor: Actor, id: string, reason: string): Promise<Alert> {
    const { store, clock } = this.options;
    const { state, rule, subject } = await this.#find(actor, id);
    if (state !== 'firing') throw new ExchangeError('ALERT_STATE');
    const at = clock.now();
    await this.#say(actor, 'alert.acknowledge', `alert:${id}`, reason, { rule, subject }, at);
    if (!(await store.acknowledge(id, actorName(actor), at, reason))) throw new ExchangeError('ALERT_STATE');
    return this.#find(actor, id);
  }

  silences(actor: Actor): Promise<readonly Silence[]> {
    return this.options.store.silences(actor.scope, this.options.clock.now());
  }

  /** Nobody is told for some hours; the alerts show all the same. A silence of every link needs the scope of all partners. */
  async silence(actor: Actor, { rule, link, hours }: SilenceWish, reason: string): Promise<Silence> {
    const { store, clock, rules } = this.options;
    if (rule !== undefined && !rules.some(({ name }) => name === rule)) throw new ExchangeError('NOT_FOUND', { pointer: 'rule' });
    if (link === undefined ? actor.scope.links !== undefined : !actor.scope.coversLink(link))
      throw new ExchangeError('NOT_ALLOWED', { detail: 'It reaches beyond the links of this account.' });
    const at = clock.now();
    const until = new Date(at.getTime() + hours * 3_600_000);
    const wish = { ...(rule !== undefined && { rule }), ...(link !== undefined && { link }), until };
    await this.#say(actor, 'alert.silence', link === undefined ? 'alerts' : `link:${link}`, reason, wish, at);
    return store.silence({ ...wish, reason, by: actorName(actor), at });
  }

  async endSilence(actor: Actor, id: string, reason: string): Promise<void> {
    const { store, clock } = this.options;
    const at = clock.now();
    await this.#say(actor, 'alert.unsilence', `silence:${id}`, reason, undefined, at);
    if (!(await store.endSilence(actor.scope, id, at))) throw new ExchangeError('NOT_FOUND');
  }

  /** Sends a test over every channel and tells how that went. */
  async test(actor: Actor, reason: string): Promise<readonly Notice[]> {
    const { store, channels, clock, rules, deliver } = this.options;
    const at = clock.now();
    await this.#say(actor, 'alert.test', 'alerts', reason, { channels: channels.map(({ name }) => name) }, at);
    const rule = rules[0];
    const content = { kind: 'test' as const, lines: rule ? [sample(rule, at)] : [], more: 0 };
    const made = channels.map(({ name }) => ({ id: randomUUID(), channel: name, content, createdAt: at }));
    await store.addNotices(made);
    await Promise.all(made.map(({ id }) => deliver(id)));
    const ids = new Set<string>(made.map(({ id }) => id));
    return (await store.notices(NOTICES + made.length)).filter(({ id }) => ids.has(id));
  }

  async #find(actor: Actor, id: string): Promise<Alert> {
    const alert = await this.options.store.find(actor.scope, id);
    if (!alert) throw new ExchangeError('NOT_FOUND');
    return alert;
  }

  #say(actor: Actor, action: string, subject: string, reason: string, after: unknown, at: Date): Promise<void> {
    return this.options.audit.append({ actor: actorName(actor), action, subject, reason, after, at });
  }
}

/** A line as one of this rule would look. */
const sample = ({ name, measure, severity, limit }: AlertRule, since: Date) => ({
  id: '0',
  rule: name,
  measure,
  severity,
  subject: 'test',
  value: ALERT_MEASURES[measure].crossed === 'above' ? limit + 1 : Math.max(0, limit - 1),
  limit,
  state: 'firing' as const,
  since,
});
