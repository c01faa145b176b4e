import {
  type AllowanceStanding,
  type InboundOutcome,
  type LinkCondition,
  type MailboxItem,
  type MailboxStore,
  type OutboundItem,
  type ReceiveBatch,
  type SendOutcome,
  Transport,
} from '#exchange';
import { ExchangeError, type Link } from '#model';
import type { MemoryBudget } from '../posted/memory-budget.ts';
import { PostedFrames, type PostedFramesOptions } from '../posted/posted-frames.ts';

export interface MailboxTransportOptions extends PostedFramesOptions {
  /** How often a waiting poller looks by itself: another process may have put something. */
  readonly lookMs?: number;
  readonly closeMs?: number;
}

interface Box {
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
  private readonly posted: PostedFrames;
  private readonly boxes = new Map<string, Box>();
  private readonly upListeners: ((link: string) => void)[] = [];
  private receive: ReceiveBatch = () => Promise.reject(new ExchangeError('OVERLOADED'));
  private closed = false;

  constructor(
    private readonly store: MailboxStore,
    private readonly options: MailboxTransportOptions = {},
  ) {
    super();
    this.posted = new PostedFrames(options);
  }

  get memory(): MemoryBudget {
    return this.posted.memory;
  }

  async start(links: readonly Link[], receive: ReceiveBatch): Promise<void> {
    this.receive = receive;
    await this.follow(links);
  }

  async follow(links: readonly Link[]): Promise<void> {
    const mine = links.filter(({ transport }) => transport === this.kind);
    const named = new Set(mine.map(({ id }) => id));
    for (const [id, box] of this.boxes) {
      if (named.has(id)) continue;
      this.boxes.delete(id);
      this.wake(box);
    }
    for (const link of mine) {
      this.posted.start(link, this.receive);
      if (this.boxes.has(link.id)) continue;
      this.boxes.set(link.id, { pollers: new Set() });
      for (const listener of this.upListeners) listener(link.id);
    }
    await this.posted.keepOnly(named, this.options.closeMs);
  }

  /** The link of this id, if it is one of ours. */
  link(id: string): Link | undefined {
    return this.posted.link(id);
  }

  /** Takes one posted frame in; see PostedFrames. */
  take(linkId: string, frame: Buffer, possibleDuplicate: boolean): Promise<InboundOutcome> {
    return this.posted.take(linkId, frame, possibleDuplicate);
  }

  /** How the link stands to its limits. */
  standing(linkId: string): AllowanceStanding | undefined {
    return this.posted.standing(linkId);
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
   * empty). Rejects with LINK_SUSPENDED while the link is, with RATE_LIMITED when too many requests wait on this mailbox already.
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
      if (this.link(linkId)?.suspended) throw new ExchangeError('LINK_SUSPENDED');
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
      if (this.closed || gone.aborted || this.boxes.get(linkId) !== box) return [];
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
    for (const box of this.boxes.values()) this.wake(box);
    await this.posted.close(this.options.closeMs);
  }
}
