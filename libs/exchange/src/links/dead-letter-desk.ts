import { ExchangeError, issue } from '#model';
import { actorName, type Actor } from '../access/actor.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { DeadLetter, DeadLetterStore, DeadQueue, DeadQueues, LetterCount, LetterState } from '../ports/dead-letter-store.port.ts';
import { isLater, type ReceiveBatch } from '../ports/transport.port.ts';
import type { ReplayDesk } from '../replay/replay-desk.ts';
import type { ReplayVerdict, VerdictReason } from '../replay/verdict.ts';
import { claimedMessage, judgeLetter, type ClaimedMessage } from './dead-letter-verdict.ts';

export interface DeadLetterDeskOptions {
  readonly store: DeadLetterStore;
  readonly queues: DeadQueues;
  /** The pipeline: a partner's letter is taken in as if it had just arrived. */
  readonly receive: ReceiveBatch;
  readonly replays: Pick<ReplayDesk, 'plan' | 'verdict'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
}

/** Dead letters of one link: what the broker counts and what the table holds. */
export interface DeadLetterQueue extends DeadQueue {
  /** Open letters in the table, by the broker's reasons. */
  readonly letters: readonly Omit<LetterCount, 'link'>[];
  readonly kept: number;
  /** Letters the broker counts that the table does not have: 0 unless somebody keeps us from taking them. Absent where nobody could count. */
  readonly difference?: number;
}

export interface ShownLetter {
  readonly letter: DeadLetter;
  /** What it says it is; absent where it is no message. */
  readonly claims?: ClaimedMessage;
  readonly verdict: ReplayVerdict;
  readonly reasons: readonly VerdictReason[];
}

/** What people do about letters that the broker gave up, each within their scope. */
export class DeadLetterDesk {
  constructor(private readonly options: DeadLetterDeskOptions) {}

  /** The broker's own count against the table, one line a link. */
  async queues(actor: Actor): Promise<readonly DeadLetterQueue[]> {
    const counts = await this.options.store.counts(actor.scope);
    return this.options.queues
      .standing()
      .filter(({ link }) => actor.scope.coversLink(link))
      .map((queue) => {
        const letters = counts.filter(({ link }) => link === queue.link).map(({ link: _, ...count }) => count);
        const kept = letters.reduce((sum, { count }) => sum + count, 0);
        return { ...queue, letters, kept, ...(queue.count !== undefined && { difference: queue.count }) };
      });
  }

  list(
    actor: Actor,
    filter: { readonly link?: string; readonly state?: LetterState; readonly before?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]> {
    return this.options.store.list(actor.scope, filter);
  }

  async show(actor: Actor, id: string): Promise<ShownLetter> {
    const { frame, ...letter } = await this.find(actor, id);
    const claims = claimedMessage(frame);
    return { letter, ...(claims && { claims }), ...(await this.judge(actor, letter, claims)) };
  }

  /** The octets as they lay at the broker. Audited before they are shown. */
  async frame(actor: Actor, id: string): Promise<Buffer> {
    const { frame } = await this.find(actor, id);
    const { audit, clock } = this.options;
    await audit.append({ actor: actorName(actor), action: 'payload.view', subject: `dead-letter:${id}`, at: clock.now() });
    return frame;
  }

  /**
   * Sends a letter on: a partner's is taken in under its own id as if it had just arrived; ours becomes a replay plan of the same bytes.
   * What is pointless or harmful is refused with the verdict. Done twice it has the effect of once.
   */
  async replay(actor: Actor, id: string, request: string, reason: string): Promise<{ letter: DeadLetter; outcome: string }> {
    const { frame, ...letter } = await this.find(actor, id);
    if (letter.state !== 'open') throw new ExchangeError('REQUEST_STATE', { detail: `The letter is ${letter.state}.` });
    const claims = claimedMessage(frame);
    const { verdict, reasons } = await this.judge(actor, letter, claims);
    if (!claims || verdict === 'pointless' || verdict === 'harmful')
      throw new ExchangeError('REPLAY_EMPTY', { issues: [issue('REPLAY_EMPTY', `dead-letter:${id}`, reasons.join(' '))] });
    const { audit, clock, store } = this.options;
    const by = actorName(actor);
    await audit.append({
      actor: by,
      action: 'dead-letter.replay',
      subject: `dead-letter:${id}`,
      reason,
      after: { verdict, reasons },
      at: clock.now(),
    });
    const outcome = letter.way === 'in' ? await this.takeIn(letter.link, frame) : await this.planAgain(actor, claims, request, reason);
    await store.settle(id, { outcome, by, at: clock.now() });
    return { letter: withoutFrame(await this.find(actor, id)), outcome };
  }

  private async takeIn(link: string, frame: Buffer): Promise<string> {
    const [reply] = await this.options.receive([{ link, frame, receivedAt: this.options.clock.now(), redelivered: true }]);
    if (!reply) throw new ExchangeError('INTERNAL', { detail: 'A delivery was not answered.' });
    return (isLater(reply) ? await reply.later : reply).verdict;
  }

  private async planAgain(actor: Actor, { messageId }: ClaimedMessage, request: string, reason: string): Promise<string> {
    const wish = { kind: 'redeliver' as const, messages: [`out:${messageId}`], request, reason, canary: 0, rate: 5, maxFailures: 0 };
    return `plan ${(await this.options.replays.plan(actor, wish)).id}`;
  }

  private async judge(
    actor: Actor,
    { link, way }: Pick<DeadLetter, 'link' | 'way'>,
    claims: ClaimedMessage | undefined,
  ): Promise<Pick<ShownLetter, 'verdict' | 'reasons'>> {
    const { store, replays, clock } = this.options;
    if (way === 'in' || !claims) {
      const facts = claims ? await store.facts({ link, ...claims }) : { known: false, newer: false };
      return judgeLetter(claims, facts, clock.now());
    }
    const [line] = await replays.verdict(actor, { kind: 'redeliver', messages: [`out:${claims.messageId}`] });
    return line ? { verdict: line.verdict, reasons: line.reasons } : { verdict: 'pointless', reasons: ['UNREADABLE'] };
  }

  private async find(actor: Actor, id: string): Promise<DeadLetter & { readonly frame: Buffer }> {
    const found = await this.options.store.find(actor.scope, id);
    if (!found) throw new ExchangeError('NOT_FOUND');
    return found;
  }
}

const withoutFrame = ({ frame: _, ...letter }: DeadLetter & { readonly frame: Buffer }): DeadLetter => letter;
