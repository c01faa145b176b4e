import { randomUUID } from 'node:crypto';
import { Agreements, ExchangeError } from '#model';
import { actorName, requireSecondPerson, type Actor } from '../access/actor.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { DeadLetterStore } from '../ports/dead-letter-store.port.ts';
import type { BlockedKey, Decision, LinkRequest, LinkRequestStore, RequestState } from '../ports/link-request-store.port.ts';
import { REQUEST_HOURS, requestedAction, type RequestedAction } from './request.ts';

export interface LinkDeskOptions {
  readonly store: LinkRequestStore;
  readonly letters: Pick<DeadLetterStore, 'find'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  /** Throws CONFIGURATION_INVALID with everything that keeps agreements from coming into force. */
  readonly requireSound?: (agreements: Agreements) => void;
}

/** What two persons do about links: one asks with a reason, another decides. Every writing method is audited before it takes effect. */
export class LinkDesk {
  constructor(private readonly options: LinkDeskOptions) {}

  blocked(
    actor: Actor,
    filter: { readonly link?: string; readonly after?: string; readonly limit: number },
  ): Promise<readonly BlockedKey[]> {
    return this.options.store.blocked(actor.scope, filter);
  }

  list(
    actor: Actor,
    filter: { readonly state?: RequestState; readonly before?: Date; readonly limit: number },
  ): Promise<readonly LinkRequest[]> {
    return this.options.store.list(actor.scope, filter);
  }

  async find(actor: Actor, id: string): Promise<LinkRequest> {
    const found = await this.options.store.find(actor.scope, id);
    if (!found) throw new ExchangeError('NOT_FOUND');
    return found;
  }

  /**
   * Asks that the messages which hold a business key up are given up, so that what stands behind them goes. What is given up may be
   * replayed; a late receipt still wins.
   */
  async release(actor: Actor, link: string, key: string, request: string, reason: string): Promise<LinkRequest> {
    if (!actor.scope.coversLink(link)) throw new ExchangeError('NOT_FOUND', { pointer: 'link' });
    return this.submit(actor, request, async () => {
      const messages = await this.options.store.blocking(link, key);
      if (messages.length === 0) throw new ExchangeError('NOT_FOUND', { pointer: 'key' });
      return { kind: 'release-key', link, subject: key, reason, messages };
    });
  }

  /** Asks that a dead letter is put aside for good. Its octets stay as evidence. */
  async discard(actor: Actor, letterId: string, request: string, reason: string): Promise<LinkRequest> {
    return this.submit(actor, request, async () => {
      const letter = await this.options.letters.find(actor.scope, letterId);
      if (!letter) throw new ExchangeError('NOT_FOUND');
      if (letter.state !== 'open') throw new ExchangeError('REQUEST_STATE', { detail: `The letter is ${letter.state}.` });
      return { kind: 'discard-letter', link: letter.link, subject: letter.id, reason, sha256: letter.sha256 };
    });
  }

  /** The second person decides on exactly what they saw: `digest` is that of the action. */
  approve(actor: Actor, id: string, digest: string, reason: string): Promise<LinkRequest> {
    return this.decide(actor, id, digest, reason, 'done');
  }

  refuse(actor: Actor, id: string, digest: string, reason: string): Promise<LinkRequest> {
    return this.decide(actor, id, digest, reason, 'refused');
  }

  /** Asks a second person for what `wish` finds to be done; the same token asks once. For desks beside this one. */
  async submit(actor: Actor, request: string, wish: () => Promise<Omit<RequestedAction, 'id' | 'author'>>): Promise<LinkRequest> {
    const { store, clock } = this.options;
    const before = await store.requested(actor.account.id, request);
    if (before !== undefined) return this.find(actor, before);
    await store.expire(clock.now());
    const wished = await wish();
    const at = clock.now();
    const [id, author] = [randomUUID(), actorName(actor)];
    const { octets, digest } = requestedAction({ ...wished, id, author });
    const { kind, link, subject, reason } = wished;
    await this.audit(actor, `${kind}.request`, wished, { request: id, digest });
    const kept = await store.submit({
      id,
      kind,
      link,
      subject,
      reason,
      author: { id: actor.account.id, name: author },
      request,
      digest,
      action: octets,
      at,
      expiresAt: new Date(at.getTime() + REQUEST_HOURS * 3_600_000),
    });
    return this.find(actor, kept);
  }

  private async decide(actor: Actor, id: string, digest: string, decision: string, to: Decision['to']): Promise<LinkRequest> {
    const { store, clock } = this.options;
    await store.expire(clock.now());
    const asked = await this.find(actor, id);
    requireSecondPerson(actor, asked.author.id);
    if (asked.digest !== digest) throw new ExchangeError('APPROVAL_OTHER');
    if (asked.state !== 'submitted') throw new ExchangeError('REQUEST_STATE', { detail: `It is ${asked.state}.` });
    const approver = { id: actor.account.id, name: actorName(actor) };
    const effect = to === 'done' ? this.effectOf(asked, approver.name) : {};
    await this.audit(
      actor,
      `${asked.kind}.${to === 'done' ? 'approve' : 'refuse'}`,
      { ...asked, reason: decision },
      { request: id, digest },
    );
    if (!(await store.decide(id, { to, approver, decision, at: clock.now(), ...effect })))
      throw new ExchangeError('REQUEST_STATE', { detail: `It is ${(await this.find(actor, id)).state}.` });
    return this.find(actor, id);
  }

  private audit(
    actor: Actor,
    action: string,
    { link, subject, reason }: Pick<LinkRequest, 'link' | 'subject' | 'reason'>,
    after: unknown,
  ): Promise<void> {
    const { audit, clock } = this.options;
    return audit.append({ actor: actorName(actor), action, subject: `link:${link}/${subject}`, reason, after, at: clock.now() });
  }

  /** What was asked for stands in the action that was looked at, and nowhere else. Throws when it could not be done any more. */
  private effectOf(
    { kind, subject, action, author, reason }: LinkRequest,
    approver: string,
  ): Pick<Decision, 'giveUp' | 'letter' | 'agreements'> {
    if (kind === 'discard-letter') return { letter: subject };
    const asked = JSON.parse(action.toString('utf8')) as Pick<RequestedAction, 'messages' | 'change'>;
    if (kind === 'release-key') return { giveUp: (asked.messages ?? []).map(({ messageId }) => messageId) };
    const change = asked.change!;
    const agreements = Agreements.parse(change.agreements);
    this.options.requireSound?.(agreements);
    const { restores, to } = change;
    const made = { author: author.name, approver, reason, ...(restores !== undefined && { restores }), at: this.options.clock.now() };
    return { agreements: { ...to, origin: 'request', ...made, agreements } };
  }
}
