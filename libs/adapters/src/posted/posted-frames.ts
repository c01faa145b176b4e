import {
  isLater,
  type Admission,
  type Admitted,
  type AllowanceStanding,
  type InboundDelivery,
  type InboundOutcome,
  type ReceiveBatch,
} from '#exchange';
import { type ErrorCode, ERRORS, ExchangeError, type Link } from '#model';
import { BatchLane, settledBy } from '../batch-lane.ts';
import { MemoryBudget } from './memory-budget.ts';

export interface PostedFramesOptions {
  /** Holds partners to their limits. Absent: nobody is held to any but the number of open messages. */
  readonly admission?: Pick<Admission, 'admit' | 'standing' | 'most'>;
  readonly batch?: number;
  readonly batchBytes?: number;
  readonly batchMs?: number;
  readonly retryBaseMs?: number;
  readonly retryCapMs?: number;
  /** How long a request waits for its outcome before the partner is asked to come again. */
  readonly answerMs?: number;
  /** Bytes of all requests being received or waiting. */
  readonly memoryBytes?: number;
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

interface Lane {
  link: Link;
  readonly lane: BatchLane<Posted>;
  /** Being committed beside the lane. */
  readonly later: Set<Promise<void>>;
  /** Posted and not yet answered. */
  readonly open: Set<Posted>;
}

/**
 * The way in of links whose partners post frames over HTTP: each request is answered with what became of its frame, after the commit. While
 * the store fails, a frame is offered again in this process until its request's time is up; then the partner sends it again.
 */
export class PostedFrames {
  readonly memory: MemoryBudget;
  readonly #options: PostedFramesOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Of links that are not carried any more; they finish what they took in. */
  readonly #leaving = new Set<Promise<void>>();
  #closed = false;

  constructor(options: PostedFramesOptions) {
    this.#options = options;
    this.memory = new MemoryBudget(options.memoryBytes ?? 256 * 1024 * 1024);
  }

  /** Takes frames of this link in; of one that it carries already, what changed. */
  start(link: Link, receive: ReceiveBatch): void {
    const known = this.#lanes.get(link.id);
    if (known) return void (known.link = link);
    const later = new Set<Promise<void>>();
    const prefetch = (): number => this.#lanes.get(link.id)?.link.limits.prefetch ?? link.limits.prefetch;
    this.#lanes.set(link.id, { link, lane: this.#lane(link.id, prefetch, receive, later), later, open: new Set() });
  }

  /** Takes nothing in any more of links but these; resolves when the batches of the others are settled. */
  async keepOnly(links: ReadonlySet<string>, closeMs = 10_000): Promise<void> {
    for (const [id, lane] of this.#lanes) {
      if (links.has(id)) continue;
      this.#lanes.delete(id);
      const left = endOf(lane, closeMs).finally(() => this.#leaving.delete(left));
      this.#leaving.add(left);
    }
    await Promise.all(this.#leaving);
  }

  #lane(link: string, prefetch: () => number, receive: ReceiveBatch, later: Set<Promise<void>>): BatchLane<Posted> {
    const { batch = 100, batchBytes = 1024 * 1024, batchMs = 4, retryBaseMs, retryCapMs, report, admission } = this.#options;
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
      get batch() {
        return Math.min(batch, prefetch());
      },
      ...(admission && { most: (usual: number) => admission.most(link, usual) }),
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
    return this.#lanes.get(id)?.link;
  }

  /**
   * Takes one posted frame in. Resolves after the commit with what became of it. Rejects with LINK_SUSPENDED while the link is, with LimitReached when the partner sends more
   * than agreed, with OVERLOADED when the gateway stops, with what hindered the commit when there was none in time (STORE_UNAVAILABLE, EVIDENCE_OVERDUE), with STILL_AT_WORK when it takes longer than a request may
   * be open: the partner sends the same bytes again, and hears what became of them.
   */
  take(linkId: string, frame: Buffer, possibleDuplicate: boolean): Promise<InboundOutcome> {
    const box = this.#lanes.get(linkId);
    if (box?.link.suspended) return Promise.reject(new ExchangeError('LINK_SUSPENDED'));
    if (!box || this.#closed) return Promise.reject(new ExchangeError('OVERLOADED'));
    if (box.open.size >= box.link.limits.prefetch) return Promise.reject(new ExchangeError('TOO_MANY_OPEN'));
    let admitted: Admitted | undefined;
    try {
      admitted = this.#options.admission?.admit(linkId, frame);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#push(box, frame, possibleDuplicate).then(
      (outcome) => {
        admitted?.settle([outcome]);
        return outcome;
      },
      (error: unknown) => {
        admitted?.settle();
        throw error;
      },
    );
  }

  /** How the link stands to its limits. */
  standing(linkId: string): AllowanceStanding | undefined {
    return this.#options.admission?.standing(linkId);
  }

  #push(box: Lane, frame: Buffer, possibleDuplicate: boolean): Promise<InboundOutcome> {
    return new Promise<InboundOutcome>((resolve, reject) => {
      const delivery = { link: box.link.id, frame, receivedAt: this.#options.now?.() ?? new Date(), redelivered: possibleDuplicate };
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
      const timer = setTimeout(() => entry.giveUp(entry.aside ? 'STILL_AT_WORK' : entry.hindrance), this.#options.answerMs ?? 25_000);
      box.open.add(entry);
      box.lane.push(entry);
    });
  }

  /** From now on nothing is taken; finishes and answers the batches being handled, and asks requests that only wait to come again. */
  async close(closeMs = 10_000): Promise<void> {
    this.#closed = true;
    await Promise.all([...[...this.#lanes.values()].map((lane) => endOf(lane, closeMs)), ...this.#leaving]);
  }
}

async function endOf({ lane, later, open }: Lane, closeMs: number): Promise<void> {
  const deadline = Date.now() + closeMs;
  await lane.drain(closeMs);
  await settledBy(later, deadline);
  for (const entry of [...open]) entry.giveUp('OVERLOADED');
}
