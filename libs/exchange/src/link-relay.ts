import { ExchangeError, type Link } from '#model';
import { newMessageId, signedBy, underGoodKey, type KeyDirectory, type Signer } from '#trust';
import type { PassPoint } from './faults.ts';
import type { Signers } from './keys/key-ring.ts';
import type { Clock } from './ports/clock.port.ts';
import type { ExchangeStore, OutboxRow, QueuedItem } from './ports/exchange-store.port.ts';
import type { StopSwitch } from './ports/stop-switch.port.ts';
import type { OutboundItem, SendOutcome, Transport } from './ports/transport.port.ts';
import { nextAttempt } from './retry.ts';
import { askAbout } from './steps/ask.ts';

export interface RelayOptions {
  /** Our own party key, and who signs our questions. */
  readonly gateway: string;
  readonly signers: Signers;
  /** Our own keys as they stand: nothing leaves under one that partners must refuse. */
  readonly directory: KeyDirectory;
  readonly link: Link;
  readonly store: ExchangeStore;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pass: PassPoint;
  /** Told about every failure that the relay survives. */
  readonly report: (error: unknown) => void;
  /** Seconds a message left in doubt by a crash waits for its receipt before it is sent again. */
  readonly inDoubtSeconds: number;
  readonly pollMilliseconds: number;
  /** What is stopped is not sent. Absent: nothing ever is. */
  readonly stops?: Pick<StopSwitch, 'stopped' | 'onChange'>;
}

/** Rows held in memory at most; beyond, new rows wait in the store. */
const MEMORY_WINDOWS = 20;

/**
 * Sends what was committed for one link, at least once, in order of each business key.
 *
 * Two ways lead here. *Direct*: while nothing of the link waits in the store, the pipeline commits rows already counted as
 * being published and hands them over in memory. *Stored*: everything else (retries, other processes' rows, what a crash
 * left, a second message of a busy key) is claimed from the store, which counts the attempt before it is made.
 * A key has at most one message between hand-over and confirm, so a partial failure cannot reorder it.
 */
export class LinkRelay {
  #options: RelayOptions;
  readonly #memory: QueuedItem[] = [];
  readonly #busyKeys = new Set<string>();
  #held = false;
  /** Nothing of this link waits in the store. */
  #direct = false;
  /** Grows whenever a row is left to the store, so that a look at the store can tell whether it is stale. */
  #storedRows = 0;
  /** Rows planned for the store whose commit is under way: the store does not show them yet. */
  #leaving = 0;
  #reserved = 0;
  #stopping = false;
  #wake: (() => void) | undefined;
  #kicked = false;
  #running: Promise<void> | undefined;
  #asking: Promise<void> | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  get held(): boolean {
    return this.#held;
  }

  get #stopped(): boolean {
    const { link, stops } = this.#options;
    return link.suspended || (stops?.stopped(link.id) ?? false);
  }

  /** What was agreed about the link has changed: counts from the next window on. */
  adopt(link: Link, transport: Transport): void {
    this.#options = { ...this.#options, link, transport };
    this.kick();
  }

  start(): void {
    this.#options.stops?.onChange(() => this.kick());
    this.#running ??= this.#run();
  }

  /** Work may be waiting in the store. */
  kick(): void {
    this.#kicked = true;
    this.#wake?.();
  }

  /**
   * Asks, while a batch is planned, whether a row may be committed as `publishing` and handed over directly. A `true`
   * must be followed by `take` (committed) or `giveUp` (not committed) for the same key, a `false` by `leave` (either).
   */
  reserve(orderKey: string | undefined): boolean {
    const { limits, id } = this.#options.link;
    const room = this.#memory.length + this.#reserved < limits.window * MEMORY_WINDOWS;
    const free = orderKey === undefined || !this.#busyKeys.has(orderKey);
    if (
      !this.#held ||
      !this.#direct ||
      this.#stopping ||
      this.#stopped ||
      !room ||
      !free ||
      this.#options.transport.condition(id) === 'down'
    ) {
      this.expect();
      return false;
    }
    if (orderKey !== undefined) this.#busyKeys.add(orderKey);
    this.#reserved += 1;
    return true;
  }

  /**
   * Another process may have stored rows for this link (its chain moved under a plan of ours): nothing goes direct until the
   * store was looked at again, or a row of ours could overtake one of the same key.
   */
  distrust(): void {
    this.#direct = false;
    this.#storedRows += 1;
    this.kick();
  }

  /** A message goes back to the store with a plan, to be sent again: until `leave` nothing goes direct, or it would be overtaken. */
  expect(): void {
    this.#direct = false;
    this.#storedRows += 1;
    this.#leaving += 1;
  }

  /** A row was left to the store: from now on the store shows it, or it was not committed at all. */
  leave(): void {
    this.#leaving -= 1;
    this.kick();
  }

  giveUp(orderKey: string | undefined): void {
    this.#reserved -= 1;
    if (orderKey !== undefined) this.#busyKeys.delete(orderKey);
  }

  take(id: string, row: OutboxRow): void {
    this.#reserved -= 1;
    this.#memory.push({ ...row, id, attempt: 1 });
    this.#wake?.();
  }

  /**
   * Published messages without a receipt become unknown, and unknown ones are asked about: a window of questions at a time, while the
   * link is up. Called now and then; without the hold, or while the questions before are still being signed, it does nothing new.
   */
  resolveUnknown(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const { store, transport, link, clock, gateway, signers, random } = this.#options;
    if (!this.#held || this.#stopping || this.#stopped) return;
    const now = clock.now();
    await store.markUnknown(link.id, new Date(now.getTime() - link.delivery.receiptSeconds * 1000));
    if (transport.condition(link.id) === 'down') return;
    const silent = await store.silent(link.id, link.limits.window, now);
    if (silent.length === 0) return;
    const asked = silent.map((message) => ({ ...message, queryId: newMessageId(now) }));
    await store.commit(await signedBy(signers.current(), (signer) => askAbout(asked, link, { gateway, signer, now, random })));
    this.kick();
  }

  /** Sends a stored receipt once more to a partner that repeated its message, or answers its question. Not kept: the partner can ask again. */
  repeat(item: OutboundItem): void {
    const { transport, link, report } = this.#options;
    if (transport.answersAtOnce || this.#stopped || transport.condition(link.id) === 'down') return;
    transport.send(link, [item]).catch(report);
  }

  /** Finishes the window in flight; rows still in memory stay `publishing` in the store and are found again by the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    await this.#running;
    if (this.#held) await this.#options.store.releaseLink(this.#options.link.id).catch(this.#options.report);
    this.#held = false;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        if (!this.#held) await this.#hold();
        const busy = this.#held && (await this.#turn());
        if (!busy) await this.#rest();
      } catch (error) {
        this.#options.report(error);
        this.#kicked = false;
        await this.#rest();
      }
    }
    await this.#drain();
  }

  async #hold(): Promise<void> {
    const { store, link, clock, inDoubtSeconds } = this.#options;
    this.#held = await store.holdLink(link.id, () => {
      // Another process may send from now on: what we hold in memory is in doubt and belongs to the store again.
      this.#held = false;
      this.#direct = false;
      this.#forget(this.#memory.splice(0));
    });
    if (!this.#held) return;
    await store.recoverInDoubt(link.id, new Date(clock.now().getTime() + inDoubtSeconds * 1000));
    this.#kicked = true;
  }

  /** One window out of memory, else one out of the store. Says whether there may be more at once. */
  async #turn(): Promise<boolean> {
    const { store, link, clock, transport, pass } = this.#options;
    const window = this.#memory.splice(0, link.limits.window);
    if (this.#stopped) return this.#giveBack([...window, ...this.#memory.splice(0)]);
    if (window.length > 0) {
      await this.#send(window);
      return true;
    }
    if (this.#direct && !this.#kicked) return false;
    this.#kicked = false;
    const seen = this.#storedRows;
    const complete = this.#leaving === 0;
    const up = transport.condition(link.id) === 'up';
    const claimed = await store.claimDue(link.id, up ? link.limits.window : 0, clock.now());
    if (claimed.length > 0) {
      pass('claimed');
      await this.#send(claimed);
      return true;
    }
    // A row whose commit is under way is not to be seen yet; going direct now would let a later one of its key overtake it.
    if (up && complete && !this.#direct) this.#direct = (await store.unpublishedKeys(link.id)).size === 0 && seen === this.#storedRows;
    return false;
  }

  /** Stopped: what waits in memory goes back to the store, where no claim takes it before the switch says go. */
  async #giveBack(items: readonly QueuedItem[]): Promise<boolean> {
    const { store, clock } = this.#options;
    this.#direct = false;
    this.#kicked = false;
    if (items.length === 0) return false;
    this.#storedRows += items.length;
    const nextAt = clock.now();
    await this.#persist(() => store.markRetry(items.map(({ id }) => ({ id, nextAt, code: 'STOPPED' }))));
    this.#forget(items);
    return false;
  }

  async #send(window: readonly QueuedItem[]): Promise<void> {
    const { store, transport, link, clock, random, pass } = this.#options;
    pass('before-publish');
    const { fit, held } = await this.#judged(window);
    const outcomes = [...held, ...(fit.length > 0 ? await transport.send(link, fit.map(toOutbound)) : [])];
    pass('after-confirm');
    const failed = outcomes.filter((outcome): outcome is SendOutcome & { sent: false } => !outcome.sent);
    const sent = outcomes.filter((outcome) => outcome.sent).map((outcome) => outcome.id);
    const attempts = new Map(window.map((item) => [item.id, item.attempt]));
    const now = clock.now();
    const retries = failed.map(({ id, code }) => ({ id, code, nextAt: nextAttempt(now, attempts.get(id) ?? 1, link.delivery, random) }));
    if (retries.length > 0) {
      this.#direct = false;
      this.#storedRows += retries.length;
    }
    pass('before-mark');
    await this.#persist(async () => {
      if (sent.length > 0) await store.markPublished(sent, now);
      if (retries.length > 0) await store.markRetry(retries);
    });
    pass('after-mark');
    this.#forget(window);
  }

  /**
   * A message or question whose key was retired or called compromised while it waited would be refused. It stays here, nothing of its
   * business key overtakes it, and at its deadline it is for the operator to replay: its octets stand in the message log, so it is not
   * signed again under the same id. A receipt, answer or statement is what it says, whichever key says it, and is signed again; while
   * that cannot be done it waits too.
   */
  async #judged(window: readonly QueuedItem[]): Promise<{ readonly fit: readonly QueuedItem[]; readonly held: readonly SendOutcome[] }> {
    const { directory, signers, clock, report } = this.#options;
    const now = clock.now();
    const withdrawn = ({ kid }: QueuedItem) =>
      kid !== undefined && WITHDRAWN.has(reasonOf(directory.resolve(kid, { at: now, purpose: 'verify' })));
    const fit: QueuedItem[] = [];
    const renewed: QueuedItem[] = [];
    const held: SendOutcome[] = [];
    for (const item of window) {
      if (!withdrawn(item)) fit.push(item);
      else if (item.kind === 'message' || item.kind === 'query') held.push({ id: item.id, sent: false, code: 'KEY_WITHDRAWN' });
      else renewed.push(item);
    }
    if (renewed.length === 0) return { fit, held };
    try {
      const renew = (signer: Signer) => renewed.map((item) => ({ ...item, frame: underGoodKey(item.frame, { directory, signer, now }) }));
      return { fit: [...fit, ...(await signedBy(signers.current(), renew))], held };
    } catch (error) {
      report(error);
      const code = error instanceof ExchangeError ? error.code : 'SIGNATURE_SERVICE_UNAVAILABLE';
      return { fit, held: [...held, ...renewed.map(({ id }) => ({ id, sent: false as const, code }))] };
    }
  }

  /** The marks must not be lost while the process lives: without them a sent message would be sent again at the next start. */
  async #persist(write: () => Promise<void>): Promise<void> {
    for (let pause = 50; ; pause = Math.min(pause * 2, 5_000)) {
      try {
        return await write();
      } catch (error) {
        this.#options.report(error);
        if (this.#stopping || !this.#held) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  #forget(items: readonly QueuedItem[]): void {
    for (const { orderKey } of items) if (orderKey !== undefined) this.#busyKeys.delete(orderKey);
  }

  async #drain(): Promise<void> {
    while (this.#memory.length > 0 && this.#held && !this.#stopped && this.#options.transport.condition(this.#options.link.id) === 'up') {
      await this.#send(this.#memory.splice(0, this.#options.link.limits.window)).catch((error: unknown) => {
        this.#options.report(error);
        this.#memory.length = 0;
      });
    }
  }

  async #rest(): Promise<void> {
    // Without the hold there is nothing to hurry for, however often we are kicked.
    if (this.#stopping || (this.#held && (this.#kicked || this.#memory.length > 0))) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#kicked = true;
        resolve();
      }, this.#options.pollMilliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

const WITHDRAWN: ReadonlySet<string | undefined> = new Set(['KEY_RETIRED', 'KEY_COMPROMISED']);
const reasonOf = (found: ReturnType<KeyDirectory['resolve']>): string | undefined => (found.ok ? undefined : found.reason);

const toOutbound = (item: QueuedItem): OutboundItem => ({
  id: item.id,
  kind: item.kind,
  messageId: item.messageId,
  type: item.type,
  ...(item.correlationId === undefined ? {} : { correlationId: item.correlationId }),
  frame: item.frame,
  possibleDuplicate: item.attempt > 1,
  createdAt: item.createdAt,
});
