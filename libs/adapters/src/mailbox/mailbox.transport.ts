import {
  isLater,
  type InboundDelivery,
  type InboundOutcome,
  type LinkCondition,
  type MailboxItem,
  type MailboxStore,
  type OutboundItem,
  type ReceiveBatch,
  type SendOutcome,
  Transport,
} from '#exchange';
import { type ErrorCode, ERRORS, ExchangeError, type Link } from '#model';
import { BatchLane, settledBy } from '../batch-lane.ts';
import { MemoryBudget } from './memory-budget.ts';

export interface MailboxTransportOptions {
  readonly batch?: number;
  readonly batchBytes?: number;
  readonly batchMs?: number;
  readonly retryBaseMs?: number;
  readonly retryCapMs?: number;
  /** How long a request waits for its outcome before the partner is asked to come again. */
  readonly answerMs?: number;
  /** Bytes of all requests being received or waiting. */
  readonly memoryBytes?: number;
  /** How often a waiting poller looks by itself: another process may have put something. */
  readonly lookMs?: number;
  readonly closeMs?: number;
  readonly now?: () => Date;
  /** Told about every failure that is survived by trying again. */
  readonly report?: (error: unknown) => void;
}

interface Posted {
  readonly delivery: InboundDelivery;
  /** The request was answered without an outcome. */
  abandoned: boolean;
  /** It left its batch and goes its own way, whether its request is still open or not. */
  aside: boolean;
  /** Why its batch was not committed at the last try. */
  hindrance: ErrorCode;
  readonly settle: (outcome: InboundOutcome) => void;
  readonly giveUp: (code: ErrorCode) => void;
}

interface Box {
  readonly link: Link;
  readonly lane: BatchLane<Posted>;
  /** Being committed beside the lane. */
  readonly later: Set<Promise<void>>;
  /** Posted and not yet answered. */
  readonly open: Set<Posted>;
  readonly pollers: Set<() => void>;
}

/** Pollers of one link that may wait at the same time. One is what a partner needs; more is a mistake or an attack. */
const MAX_POLLERS = 4;

/**
 * Carries links over HTTP (contract: Transport). Out: `send` puts frames into the partner's mailbox and wakes its long poll.
 * In: the controller hands posted frames to `take`, which answers what became of them after the commit. While the store fails,
 * a frame is offered again in this process until its request's time is up; then the partner sends it again.
 */
export class MailboxTransport extends Transport {
  readonly kind = 'mailbox';
  override readonly answersAtOnce = true;
  readonly memory: MemoryBudget;
  private readonly boxes = new Map<string, Box>();
  private readonly upListeners: ((link: string) => void)[] = [];
  private closed = false;

  constructor(
    private readonly store: MailboxStore,
    private readonly options: MailboxTransportOptions = {},
  ) {
    super();
    this.memory = new MemoryBudget(options.memoryBytes ?? 256 * 1024 * 1024);
  }

  async start(links: readonly Link[], receive: ReceiveBatch): Promise<void> {
    for (const link of links.filter(({ transport }) => transport === this.kind)) {
      const later = new Set<Promise<void>>();
      this.boxes.set(link.id, { link, lane: this.lane(link, receive, later), later, open: new Set(), pollers: new Set() });
      for (const listener of this.upListeners) listener(link.id);
    }
  }

  private lane(link: Link, receive: ReceiveBatch, later: Set<Promise<void>>): BatchLane<Posted> {
    const { batch = 100, batchBytes = 1024 * 1024, batchMs = 4, retryBaseMs, retryCapMs, report } = this.options;
    const handle = async (entries: readonly Posted[], next: () => void): Promise<void> => {
      const replies = await receive(
        entries.map(({ delivery }) => delivery),
        next,
      );
      if (replies.length !== entries.length) throw new ExchangeError('INTERNAL', { detail: 'Not one outcome a delivery.' });
      entries.forEach((entry, i) => {
        const reply = replies[i]!;
        if (!isLater(reply)) return entry.settle(reply);
        entry.aside = true;
        const end = reply.later.then(entry.settle, () => entry.giveUp('OVERLOADED')).finally(() => later.delete(end));
        later.add(end);
      });
    };
    return new BatchLane(handle, {
      batch: Math.min(batch, link.limits.prefetch),
      batchBytes,
      waitMs: batchMs,
      retryBaseMs,
      retryCapMs,
      sizeOf: ({ delivery }) => delivery.frame.length,
      wanted: ({ abandoned }) => !abandoned,
      onRetry: (entries, error) => {
        if (error instanceof ExchangeError && ERRORS[error.code].status === 503) for (const entry of entries) entry.hindrance = error.code;
        report?.(error);
      },
    });
  }

  /** The link of this id, if it is one of ours. */
  link(id: string): Link | undefined {
    return this.boxes.get(id)?.link;
  }

  /**
   * Takes one posted frame in. Resolves after the commit with what became of it. Rejects with OVERLOADED when too much waits
   * already, with what hindered the commit when there was none in time (STORE_UNAVAILABLE, EVIDENCE_OVERDUE), with STILL_AT_WORK when it takes longer than a request may
   * be open: the partner sends the same bytes again, and hears what became of them.
   */
  take(linkId: string, frame: Buffer, possibleDuplicate: boolean): Promise<InboundOutcome> {
    const box = this.boxes.get(linkId);
    if (!box || this.closed || box.open.size >= box.link.limits.prefetch) return Promise.reject(new ExchangeError('OVERLOADED'));
    return new Promise<InboundOutcome>((resolve, reject) => {
      const delivery = { link: linkId, frame, receivedAt: this.options.now?.() ?? new Date(), redelivered: possibleDuplicate };
      const end = (): void => {
        clearTimeout(timer);
        box.open.delete(entry);
      };
      const entry: Posted = {
        delivery,
        abandoned: false,
        aside: false,
        hindrance: 'STORE_UNAVAILABLE',
        settle: (outcome) => {
          end();
          resolve(outcome);
        },
        giveUp: (code) => {
          end();
          entry.abandoned = true;
          reject(new ExchangeError(code));
        },
      };
      const timer = setTimeout(() => entry.giveUp(entry.aside ? 'STILL_AT_WORK' : entry.hindrance), this.options.answerMs ?? 25_000);
      box.open.add(entry);
      box.lane.push(entry);
    });
  }

  async send(link: Link, items: readonly OutboundItem[]): Promise<readonly SendOutcome[]> {
    const box = this.boxes.get(link.id);
    if (!box || this.closed) return items.map(({ id }) => ({ id, sent: false, code: 'LINK_UNREACHABLE' }));
    try {
      await this.store.put(
        link.id,
        items.map(({ id, messageId, kind }) => ({ outboxId: id, messageId, kind })),
      );
    } catch (error) {
      this.options.report?.(error);
      return items.map(({ id }) => ({ id, sent: false, code: 'STORE_UNAVAILABLE' }));
    }
    this.wake(box);
    return items.map(({ id }) => ({ id, sent: true }));
  }

  /**
   * What waits in a mailbox after a position, at once or as soon as something is there, at the latest after `waitMs` (then
   * empty). Rejects with RATE_LIMITED when too many requests wait on this mailbox already.
   */
  async fetch(
    linkId: string,
    after: string | undefined,
    limit: number,
    waitMs: number,
    gone: AbortSignal,
  ): Promise<readonly MailboxItem[]> {
    const box = this.boxes.get(linkId);
    if (!box) return [];
    if (box.pollers.size >= MAX_POLLERS) throw new ExchangeError('RATE_LIMITED');
    const end = Date.now() + waitMs;
    for (;;) {
      let woken = false;
      const poller = { wake: (): void => void (woken = true) };
      const wake = (): void => poller.wake();
      // Listening before looking: what is put between the two wakes us.
      box.pollers.add(wake);
      try {
        const items = await this.store.fetch(linkId, after, limit);
        const left = end - Date.now();
        if (items.length > 0 || left <= 0 || this.closed || gone.aborted) return items;
        if (!woken) await this.waitForWake(poller, Math.min(left, this.options.lookMs ?? 1_000), gone);
      } finally {
        box.pollers.delete(wake);
      }
      if (this.closed || gone.aborted) return [];
    }
  }

  private waitForWake(poller: { wake: () => void }, milliseconds: number, gone: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      gone.addEventListener('abort', done);
      poller.wake = done;
    });
  }

  acknowledge(linkId: string, messageIds: readonly string[]): Promise<number> {
    return this.store.acknowledge(linkId, messageIds);
  }

  private wake(box: Box): void {
    for (const wake of box.pollers) wake();
  }

  condition(link: string): LinkCondition {
    return this.boxes.has(link) && !this.closed ? 'up' : 'down';
  }

  onUp(listener: (link: string) => void): void {
    this.upListeners.push(listener);
  }

  /** Finishes and answers the batches being handled; requests that only wait are told to come again, pollers get an empty answer. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.boxes.values()].map((box) => this.closeBox(box)));
  }

  private async closeBox(box: Box): Promise<void> {
    this.wake(box);
    const deadline = Date.now() + (this.options.closeMs ?? 10_000);
    await box.lane.drain(deadline - Date.now());
    await settledBy(box.later, deadline);
    for (const entry of [...box.open]) entry.giveUp('OVERLOADED');
  }
}
