import { setImmediate as breathe } from 'node:timers/promises';
import { ExchangeError, issue } from '#model';
import type { AgreementBook } from './agreement-book.ts';
import { CommitQueue } from './commit-queue.ts';
import type { PassPoint } from './faults.ts';
import type { Clock } from './ports/clock.port.ts';
import type { CommitResult, ExchangeStore, LinkHead } from './ports/exchange-store.port.ts';
import type { InboundDelivery, InboundOutcome, OutboundItem } from './ports/transport.port.ts';
import type { Relays } from './relays.ts';
import { open, type Opened } from './steps/open.ts';
import { inboxKey, planBatch, type Facts, type Plan } from './steps/plan.ts';
import { understand, type Project, type Understood } from './steps/understand.ts';
import type { Translator } from '#formats';
import type { KeyDirectory, Signer } from '#trust';

export interface PipelineOptions {
  readonly book: AgreementBook;
  readonly directory: KeyDirectory;
  readonly signer: Signer;
  readonly translator: Translator;
  readonly project: Project;
  readonly store: ExchangeStore;
  readonly relays: Relays;
  readonly clock: Clock;
  readonly referenceDataVersion: string;
  readonly pass: PassPoint;
  /** Told about every failure that the pipeline survives. */
  readonly report: (error: unknown) => void;
}

type OpenedMessage = Opened & { kind: 'message' };

/**
 * Everything that happens to what arrives, in order:
 *
 *     receive → verify → keep → decode → check → route → translate → seal → [one commit] → ack → publish → confirm → [one commit]
 *
 * `receive` is handed to the transports. It resolves after the commit, so the transport acknowledges only what is stored;
 * the relays publish and confirm. Nothing is published that is not committed, nothing is acknowledged that is not kept.
 */
export class InboundPipeline {
  readonly #options: PipelineOptions;
  readonly #commits: CommitQueue<Plan, CommitResult>;
  /** Ends of the outbound chains as the last plan left them. */
  readonly #heads = new Map<string, LinkHead>();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#commits = new CommitQueue(async ({ commit }) => {
      options.pass('before-commit');
      const result = await options.store.commit(commit);
      options.pass('after-commit');
      return result;
    });
  }

  /** Loads the chains' ends; call once before the first delivery. */
  async start(): Promise<void> {
    await this.#loadHeads();
  }

  readonly receive = async (deliveries: readonly InboundDelivery[]): Promise<readonly InboundOutcome[]> => {
    const { pass, book, directory, clock } = this.#options;
    pass('received');
    const now = clock.now();
    const opened = deliveries.map((delivery) => open(delivery, { book, directory, now }));
    pass('verified');
    let facts = await this.#facts(opened);
    const understood = await this.#understandNew(opened, facts);
    pass('translated');
    const { plan, result } = await this.#commits.run(
      () => this.#plan(opened, facts, understood, now),
      async () => {
        this.#options.relays.distrust();
        await this.#loadHeads();
        facts = await this.#facts(opened);
        return this.#plan(opened, facts, understood, now);
      },
      (dropped) => this.#discard(dropped),
    );
    this.#handOver(plan, result);
    return plan.outcomes;
  };

  #plan(opened: readonly Opened[], facts: Facts, understood: Map<Opened, Understood>, now: Date): Plan {
    const { book, signer, referenceDataVersion, relays, pass } = this.#options;
    const plan = planBatch(opened, facts, {
      gateway: book.gateway,
      book,
      signer,
      now,
      referenceDataVersion,
      reserve: (link, orderKey) => relays.of(link)?.reserve(orderKey) ?? false,
      understood: (one) => understood.get(one) ?? this.#understand(one),
    });
    pass('planned');
    return plan;
  }

  /** The slow part, done while earlier batches are being committed. Lets other work in now and then. */
  async #understandNew(opened: readonly Opened[], facts: Facts): Promise<Map<Opened, Understood>> {
    const understood = new Map<Opened, Understood>();
    let bytes = 0;
    for (const one of opened) {
      if (one.kind !== 'message' || one.untimely || facts.known.has(keyOf(one))) continue;
      understood.set(one, this.#understand(one));
      bytes += one.delivery.frame.length;
      if (bytes > 256 * 1024) {
        bytes = 0;
        await breathe();
      }
    }
    return understood;
  }

  #understand({ message, link }: OpenedMessage): Understood {
    const [document] = message.parts;
    try {
      return understand(document?.bytes ?? Buffer.alloc(0), link, this.#options);
    } catch (error) {
      // A fault of ours in one message must not hold up the link: it is kept and waits for a person.
      this.#options.report(error);
      const found = error instanceof ExchangeError ? error.issues : [issue('INTERNAL', '')];
      return { state: 'parked', issues: found, type: message.manifest.messageType.type, keys: { all: [] }, onward: [] };
    }
  }

  async #facts(opened: readonly Opened[]): Promise<Facts> {
    const { store } = this.#options;
    const messages = opened.filter((one) => one.kind === 'message');
    const receipts = opened.filter((one) => one.kind === 'receipt');
    const keys = messages.map(({ message: { manifest } }) => ({ sender: manifest.from.party, messageId: manifest.messageId }));
    const [known, expectations, kept] = await Promise.all([
      keys.length > 0 ? store.known(keys) : [],
      receipts.length > 0 ? store.expectations(receipts.map(({ receipt }) => receipt.about.messageId)) : new Map<string, never>(),
      receipts.length > 0 ? store.knownReceipts(receipts.map(({ receipt }) => receipt.receiptId)) : new Set<string>(),
    ]);
    return { known: new Map(known.map((message) => [inboxKey(message), message])), expectations, receipts: kept, heads: this.#heads };
  }

  async #loadHeads(): Promise<void> {
    const heads = await this.#options.store.heads(this.#options.book.links.map(({ id }) => id));
    this.#heads.clear();
    for (const head of heads) this.#heads.set(head.link, head);
  }

  /** Only now may anything leave: it is committed. */
  #handOver({ commit, repeats }: Plan, { outboxIds }: CommitResult): void {
    const { relays } = this.#options;
    for (const row of commit.outbox) {
      const relay = relays.of(row.link);
      const id = outboxIds.get(row.messageId);
      if (row.state === 'ready') relay?.leave();
      else if (id !== undefined) relay?.take(id, row);
      else relay?.kick();
    }
    for (const { link, messageId, receipt } of repeats) relays.of(link)?.repeat(repeatItem(messageId, receipt, this.#options.clock.now()));
  }

  #discard({ commit }: Plan): void {
    for (const row of commit.outbox) {
      const relay = this.#options.relays.of(row.link);
      if (row.state === 'publishing') relay?.giveUp(row.orderKey);
      else relay?.leave();
    }
  }
}

const keyOf = ({ message: { manifest } }: OpenedMessage) => inboxKey({ sender: manifest.from.party, messageId: manifest.messageId });

const repeatItem = (messageId: string, receipt: Buffer, createdAt: Date): OutboundItem => ({
  id: `repeat:${messageId}`,
  kind: 'receipt',
  messageId,
  type: 'receipt',
  frame: receipt,
  possibleDuplicate: true,
  createdAt,
});
