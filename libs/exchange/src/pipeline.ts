import type { DecodedMessage, Translator } from '#formats';
import { ExchangeError, type Issue } from '#model';
import type { AgreementBook } from './agreement-book.ts';
import { CommitQueue } from './commit-queue.ts';
import type { PassPoint } from './faults.ts';
import type { ForeignTrust } from './foreign-trust.ts';
import { handOver, takeBack } from './hand-over.ts';
import { costOf, type FairTurns } from './order/fair-turns.ts';
import { LateLane } from './order/late-lane.ts';
import { LinkTurns, NONE_BEFORE, type BatchBefore } from './order/link-turns.ts';
import { Outstanding, type OutstandingMessage } from './order/outstanding.ts';
import { documentOf, Reading } from './order/reading.ts';
import { RunFilter } from './order/run-filter.ts';
import type { Aside } from './ports/aside.port.ts';
import type { AuditLog } from './ports/audit-log.port.ts';
import type { Clock } from './ports/clock.port.ts';
import type { BatchCommit, CommitResult, ExchangeStore, LinkHead, QuarantineRow } from './ports/exchange-store.port.ts';
import type { InboundDelivery, InboundOutcome, InboundReply, LaterOutcome, ReceiveBatch } from './ports/transport.port.ts';
import type { Relays } from './relays.ts';
import { FactsReader } from './steps/facts.ts';
import type { StateOrders } from './steps/matters.ts';
import { exceptionUses } from './steps/exceptions.ts';
import { legacyUses, provenRejections, rejections } from './steps/rejections.ts';
import type { KeyExchange } from './keys/key-exchange.ts';
import type { Signers } from './keys/key-ring.ts';
import type { Reconciler } from './proof/reconciler.ts';
import { open, type Opened, type OpenedMessage } from './steps/open.ts';
import { inboxKey, planBatch, type Facts, type Plan } from './steps/plan.ts';
import type { SealOptions } from './steps/seal.ts';
import type { Project, Understood } from './steps/understand.ts';
import { witness } from './steps/witness.ts';
import { bodyKind, signedBy, Signer, underGoodKey, type BodyKind, type KeyDirectory } from '#trust';

export interface PipelineOptions {
  readonly book: AgreementBook;
  readonly directory: KeyDirectory;
  /** Asked for every plan: the key changes while we run. */
  readonly signers: Signers;
  /** Takes in what partners say about keys. */
  readonly keys: Pick<KeyExchange, 'take' | 'catchUp'>;
  /** Takes in what partners answer to a daily reconciliation. Absent: nobody asked. */
  readonly reconciler?: Pick<Reconciler, 'take'>;
  readonly translator: Translator;
  readonly project: Project;
  /** For documents of ASIDE_BYTES and more; absent: those are understood here as well. */
  readonly aside?: Aside;
  readonly store: ExchangeStore;
  readonly relays: Relays;
  /** Whose batch is understood and planned next. Absent: each as it comes. */
  readonly fair?: Pick<FairTurns, 'turn'>;
  readonly clock: Clock;
  /** Foreign signatures of the links that agreed on any (`readForeignTrust`). Absent: none did. */
  readonly foreign?: ForeignTrust;
  /** Throws while nothing may be accepted; what was offered is then offered again. */
  readonly admit?: () => void;
  readonly referenceDataVersion: string;
  /** Which code lists hold states, and how those stand to each other. */
  readonly orders: StateOrders;
  readonly pass: PassPoint;
  /** Before the first repetition of a commit that failed, of what left its batch; a batch is its transport's matter. */
  readonly retryMilliseconds?: number;
  /** Gets one record for each exception of a link that a batch needed, before anything of the batch is committed. */
  readonly audit?: Pick<AuditLog, 'append'>;
  /** Told about every failure that the pipeline survives. */
  readonly report: (error: unknown) => void;
}

/** What is committed together, and what was made of each message in it. */
interface Batch {
  readonly opened: readonly Opened[];
  readonly understood: ReadonlyMap<Opened, Understood>;
}

/** A batch's place behind the one before it on its link, with what was read of the store already. `next` once its plan is made. */
interface Turn {
  readonly facts: Facts;
  readonly before: BatchBefore;
  readonly next: () => void;
}

/**
 * Everything that happens to what arrives, in order:
 *
 *     receive → verify → keep → decode → check → route → translate → seal → [one commit] → ack → publish → confirm → [one commit]
 *
 * `receive` is handed to the transports. It resolves after the commit, so the transport acknowledges only what is stored;
 * the relays publish and confirm. Nothing is published that is not committed, nothing is acknowledged that is not kept.
 *
 * A large document leaves its batch: it is understood aside and committed by itself, and what comes behind it on its link goes
 * on. Only what may share an order key with it stays behind it (docs/decisions/2026-11-23-large-documents-aside.md).
 */
export class InboundPipeline {
  readonly #options: PipelineOptions;
  readonly #commits: CommitQueue<Plan, CommitResult>;
  readonly #reading: Reading;
  readonly #facts: FactsReader;
  readonly #outstanding = new Outstanding();
  readonly #turns = new LinkTurns();
  readonly #late: LateLane<{ readonly one: OpenedMessage; readonly understood: Understood | undefined }, InboundOutcome>;
  /** Ends of the outbound chains as the last plan left them. */
  readonly #heads = new Map<string, LinkHead>();
  /** Deliveries on record already, should their plan be made again. */
  readonly #audited = new WeakSet<Buffer>();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#reading = new Reading(options);
    this.#facts = new FactsReader(options.store);
    this.#commits = new CommitQueue(async ({ commit, rejected = [] }) => {
      if (rejected.length > 0) await this.#auditProven(rejected);
      options.pass('before-commit');
      const result = await options.store.commit(commit);
      options.pass('after-commit');
      return result;
    });
    this.#late = new LateLane(
      (entries) => {
        const read = entries.flatMap(({ one, understood }) => (understood ? [[one, understood] as const] : []));
        return this.#commit({ opened: entries.map(({ one }) => one), understood: new Map<Opened, Understood>(read) });
      },
      { report: options.report, ...(options.retryMilliseconds !== undefined && { pauseMilliseconds: options.retryMilliseconds }) },
    );
  }

  /** Loads the chains' ends; call once before the first delivery. */
  async start(): Promise<void> {
    await this.#loadHeads();
  }

  /** Ends the repetitions of commits that fail; what was not committed comes again from its transport. Call after the transports closed. */
  close(): void {
    this.#late.close(new ExchangeError('STORE_UNAVAILABLE', { detail: 'The gateway stops.' }));
  }

  readonly receive: ReceiveBatch = async (deliveries, next = () => undefined) => {
    let endTurn = (): void => undefined;
    const passOn = () => {
      endTurn();
      next();
    };
    try {
      return await this.#receive(deliveries, passOn, (end) => (endTurn = end));
    } finally {
      endTurn();
    }
  };

  async #receive(
    deliveries: readonly InboundDelivery[],
    next: () => void,
    began: (end: () => void) => void,
  ): Promise<readonly InboundReply[]> {
    const { pass, clock, fair } = this.#options;
    const link = deliveries[0]?.link ?? '';
    const before = this.#turns.before(link);
    this.#options.admit?.();
    pass('received');
    const now = clock.now();
    const claimed = await this.#open(deliveries, now, before);
    pass('verified');
    // What speaks of other messages is held against all that came before it. A message stands for itself: one that came twice in a
    // row makes a plan that the store finds stale.
    if (claimed.some(({ kind }) => kind !== 'message')) await before.committed;
    const facts = await this.#facts.about(claimed, this.#heads);
    const opened = await this.#witness(claimed, facts, now);
    await this.#audit(claimed, opened, now);
    // Only messages are work that links compete for; a receipt waits for nobody.
    const messages = opened.flatMap(({ kind, delivery: { frame } }) => (kind === 'message' ? [frame] : []));
    if (fair && messages.length > 0) began(await fair.turn(link, costOf(messages)));
    const understood = new Map<Opened, Understood>();
    const later = new Map<Opened, (committed: Promise<unknown>) => Promise<InboundOutcome>>();
    for (const one of opened) {
      const leave = one.kind === 'message' && !one.refusal && (await this.#read(one, facts, understood));
      if (leave) later.set(one, leave);
    }
    pass('translated');
    const rest = opened.filter((one) => !later.has(one));
    const batch = { opened: rest, understood };
    const committed = rest.length > 0 ? this.#commit(batch, { facts, before, next }) : before.committed.then(() => []);
    this.#turns.follow(link, committed);
    if (rest.length === 0) next();
    const outcomes = [...later].map(([one, begin]) => [one, { later: begin(committed) }] as const);
    // Whoever asks is told; nobody has to.
    for (const [, { later: outcome }] of outcomes) outcome.catch(() => undefined);
    const settled = await committed;
    const replies = new Map<Opened, InboundReply>(outcomes);
    rest.forEach((one, i) => replies.set(one, settled[i] as InboundOutcome));
    return opened.map((one) => replies.get(one) as InboundOutcome | LaterOutcome);
  }

  /**
   * Commits work of the gateway's own in turn with what arrives, on the same chains and to the same relays. `prepare` reads what the
   * work rests on and answers undefined when there is nothing (any more) to do; `make` makes the commit of it, without waiting. Both
   * are done again when it turned out stale. Says whether anything was committed.
   */
  async submit<T>(prepare: () => Promise<T | undefined>, make: (facts: T, sealing: OwnWork) => BatchCommit): Promise<boolean> {
    const first = await prepare();
    if (first === undefined) return false;
    let [facts, now] = [first as T | undefined, this.#options.clock.now()];
    const { plan, result } = await this.#inTurn(
      (signer) => this.#own(facts, make, signer, now),
      async () => ([facts, now] = [await prepare(), this.#options.clock.now()]),
    );
    handOver(plan, result, this.#options.relays, this.#options.clock.now());
    return plan.commit !== NOTHING;
  }

  #own<T>(facts: T | undefined, make: (facts: T, sealing: OwnWork) => BatchCommit, signer: Signer, now: Date): Plan {
    if (facts === undefined) return { commit: NOTHING, outcomes: [], repeats: [] };
    const { book, referenceDataVersion, relays } = this.#options;
    const before = new Map(this.#heads);
    const made = make(facts, { gateway: book.gateway, signer, referenceDataVersion, now, heads: this.#heads });
    const heads = [...this.#heads.values()].flatMap((next) => {
      const expected = before.get(next.link) ?? { link: next.link, sequence: 0, manifestDigest: '' };
      return expected.sequence === next.sequence ? [] : [{ expected, next }];
    });
    for (const { link } of made.outbox) relays.of(link)?.expect();
    const returning = made.replay?.redeliver === undefined ? [] : made.replay.links;
    for (const link of returning) relays.of(link)?.expect();
    return { commit: { ...made, heads }, outcomes: [], repeats: [], returning };
  }

  /** Asks for verdicts on foreign signatures, of new messages on links that have them. Others do not wait. */
  async #witness(claimed: readonly Opened[], facts: Facts, now: Date): Promise<readonly Opened[]> {
    const { foreign } = this.#options;
    if (!foreign?.size || !claimed.some(({ delivery }) => foreign.has(delivery.link))) return claimed;
    const isNew = (one: OpenedMessage) => !facts.known.has(keyOf(one));
    return Promise.all(claimed.map((one) => (one.kind === 'message' && isNew(one) ? witness(one, foreign, now) : one)));
  }

  /**
   * Verifies a batch. What partners say about keys takes effect before the deliveries behind it are judged. A key we do not
   * know as good may have been announced to another process: the directory is brought up to date once before such a delivery
   * is called unproven.
   */
  async #open(deliveries: readonly InboundDelivery[], now: Date, before: BatchBefore): Promise<readonly Opened[]> {
    const { book, directory, keys, reconciler } = this.#options;
    const takers: Partial<Record<BodyKind, Pick<KeyExchange, 'take'>>> = { keys, ...(reconciler && { reconciliation: reconciler }) };
    const opened: Opened[] = [];
    let upToDate = false;
    for (const delivery of deliveries) {
      const taker = takers[bodyKind(delivery.frame)];
      const link = taker && book.link(delivery.link);
      if (link) await before.committed;
      const judge = () => (link ? taker.take(delivery, link, now) : open(delivery, { book, directory, now }));
      let one = await judge();
      if (one.kind === 'unproven' && STALE_KEY.has(one.reason) && !upToDate) {
        upToDate = true;
        if (await keys.catchUp()) one = await judge();
      }
      opened.push(one);
    }
    return opened;
  }

  /**
   * Understands a small message now. One that has to leave its batch is answered with what is then to be done, once it is known
   * whether the rest of its batch was committed.
   */
  async #read(one: OpenedMessage, facts: Facts, understood: Map<Opened, Understood>) {
    const [link, id] = [one.link.id, keyOf(one)];
    // The same message again, while it is on its way: known when that is committed.
    if (this.#outstanding.same(link, id))
      return this.#leave(
        this.#outstanding.open(link, id, () => false),
        one,
        undefined,
      );
    if (facts.known.has(id)) return undefined;
    if (this.#reading.isLarge(one)) {
      const filter = RunFilter.of(documentOf(one));
      const mayHold = async (key: string) => (await filter).mayHold(key);
      return this.#leave(this.#outstanding.open(link, id, mayHold), one, this.#reading.aside(one));
    }
    const read = this.#reading.here(one);
    await this.#reading.breathe(one);
    const keys = orderKeysOf(read);
    if (!this.#outstanding.any(link) || !(await this.#outstanding.blocks(link, keys))) {
      understood.set(one, read);
      return undefined;
    }
    return this.#leave(
      this.#outstanding.open(link, id, (key) => keys.includes(key)),
      one,
      Promise.resolve(read),
    );
  }

  #leave(place: OutstandingMessage, one: OpenedMessage, reading: Promise<Understood> | undefined) {
    reading?.catch(() => undefined);
    return async (committed: Promise<unknown>): Promise<InboundOutcome> => {
      try {
        await committed;
      } catch (error) {
        // The whole batch is offered again.
        place.left();
        throw error;
      }
      try {
        const understood = await reading;
        const keys = understood ? orderKeysOf(understood) : [];
        place.mayHold = (key) => keys.includes(key);
        await place.turn(keys);
        const done = this.#late.push({ one, understood });
        place.enqueued();
        const outcome = await done;
        place.left();
        return outcome;
      } catch (error) {
        place.gaveUp(error);
        throw error;
      }
    };
  }

  async #commit(batch: Batch, turn: Partial<Turn> = {}): Promise<readonly InboundOutcome[]> {
    const { before = NONE_BEFORE, next } = turn;
    const now = this.#options.clock.now();
    let facts = await this.#facts.withMatters(turn.facts ?? (await this.#facts.about(batch.opened, this.#heads)), batch.understood, before);
    const committing = this.#inTurn(
      (signer) => {
        before.check();
        return this.#plan(batch, facts, now, signer);
      },
      async () => {
        await before.committed;
        facts = await this.#facts.withMatters(await this.#facts.about(batch.opened, this.#heads), batch.understood, before);
      },
      before.committed,
    );
    next?.();
    const { plan, result } = await committing;
    handOver(plan, result, this.#options.relays, this.#options.clock.now());
    return plan.outcomes;
  }

  /**
   * Plans and commits in turn with all others; `refresh` reads what the plan rests on anew. With a key in memory the plan is made at
   * once. A key that is not here takes its time: the plan waits for its turn and for `ready`, and when no signature can be had nothing
   * is committed.
   */
  #inTurn(make: (signer: Signer) => Plan, refresh: () => Promise<unknown>, ready = Promise.resolve()) {
    const { signers, relays } = this.#options;
    const discard = (dropped: Plan) => takeBack(dropped, relays);
    const replan = async () => {
      relays.distrust();
      await this.#loadHeads();
      await refresh();
      return this.#signed(make);
    };
    const signer = signers.current();
    if (signer instanceof Signer) return this.#commits.run(() => make(signer), replan, discard);
    return this.#commits.runSlowly(() => ready.then(() => this.#signed(make)), replan, discard);
  }

  #signed(make: (signer: Signer) => Plan): Promise<Plan> {
    const before = [...this.#heads.values()];
    return signedBy(this.#options.signers.current(), make, (dropped) => {
      takeBack(dropped, this.#options.relays);
      this.#setHeads(before);
    });
  }

  #plan({ opened, understood }: Batch, facts: Facts, now: Date, signer: Signer): Plan {
    const { book, directory, referenceDataVersion, relays, orders, pass } = this.#options;
    const plan = planBatch(opened, facts, {
      gateway: book.gateway,
      book,
      signer,
      renew: (jws) => underGoodKey(jws, { directory, signer, now }),
      now,
      referenceDataVersion,
      orders,
      reserve: (link, orderKey) => relays.of(link)?.reserve(orderKey) ?? false,
      expect: (link) => relays.of(link)?.expect(),
      understood: (one) => understood.get(one) ?? this.#reading.here(one),
      locate: (one, issues) => this.#locate(one, issues),
    });
    pass('planned');
    return plan;
  }

  /** Reads the document once more, which only a message pays for that contradicts what is known. */
  #locate(one: OpenedMessage, issues: readonly Issue[]): readonly Issue[] {
    if (issues.length === 0) return issues;
    const { id: link, charsets, limits } = one.link;
    const decoded = this.#options.translator.decode(documentOf(one), { charsets, maxBytes: limits.messageBytes, link });
    const [first] = decoded.messages as readonly (DecodedMessage | undefined)[];
    return issues.map((found) => ({ ...found, pointer: first?.locate(found.pointer) ?? found.pointer }));
  }

  /** What cannot be audited is not let pass: a rejection here offers the same deliveries again. */
  async #audit(claimed: readonly Opened[], opened: readonly Opened[], now: Date): Promise<void> {
    const { audit } = this.#options;
    if (!audit) return;
    for (const record of [...exceptionUses(claimed, now), ...legacyUses(opened, now), ...rejections(opened, now)])
      await audit.append(record);
  }

  /** Only the plan knows what contradicts what: messages of one batch each other, or one that another batch has just committed. */
  async #auditProven(rejected: readonly QuarantineRow[]): Promise<void> {
    const { audit, book, clock } = this.#options;
    const fresh = rejected.filter(({ frame }) => !this.#audited.has(frame));
    for (const record of provenRejections(fresh, (link) => book.link(link)?.partner, clock.now())) await audit?.append(record);
    for (const { frame } of fresh) this.#audited.add(frame);
  }

  async #loadHeads(): Promise<void> {
    this.#setHeads(await this.#options.store.heads(this.#options.book.links.map(({ id }) => id)));
  }

  #setHeads(heads: readonly LinkHead[]): void {
    this.#heads.clear();
    for (const head of heads) this.#heads.set(head.link, head);
  }
}

/** Messages are kept in order by these: what it is about itself, and what is made of it. */
const orderKeysOf = ({ keys, onward }: Understood): string[] => [
  ...new Set([keys, ...onward.map((one) => one.keys)].flatMap(({ order }) => (order === undefined ? [] : [order]))),
];

/** Refusals that a newer key document could turn. */
const STALE_KEY: ReadonlySet<string> = new Set(['KEY_UNKNOWN', 'KEY_PENDING', 'KEY_EXPIRED']);

/** What signs work of our own, and the chains it extends: whoever seals a message moves its head on. */
export interface OwnWork extends SealOptions {
  readonly heads: Map<string, LinkHead>;
}

export const NOTHING: BatchCommit = {
  inbox: [],
  quarantine: [],
  duplicates: [],
  outbox: [],
  receipts: [],
  moves: [],
  events: [],
  heads: [],
};

const keyOf = ({ message: { manifest } }: OpenedMessage) => inboxKey({ sender: manifest.from.party, messageId: manifest.messageId });
