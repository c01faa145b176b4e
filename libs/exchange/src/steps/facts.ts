import type { ExchangeStore, LinkHead } from '../ports/exchange-store.port.ts';
import type { BatchBefore } from '../order/link-turns.ts';
import { answeredEnvelopes, subjectsOf } from './matters.ts';
import type { Opened } from './open.ts';
import { inboxKey, type Facts } from './plan.ts';
import type { Understood } from './understand.ts';

/** Reads from the store what the plan of a batch rests on; a batch that speaks of something asks for it, and for nothing else. */
export class FactsReader {
  readonly #store: ExchangeStore;

  constructor(store: ExchangeStore) {
    this.#store = store;
  }

  /** `heads`: the ends of the outbound chains, which the plan moves on. */
  async about(opened: readonly Opened[], heads: Map<string, LinkHead>): Promise<Facts> {
    const store = this.#store;
    const messages = opened.filter((one) => one.kind === 'message');
    const answers = opened.filter((one) => one.kind === 'answer');
    const receipts = opened.flatMap((one) =>
      one.kind === 'receipt' ? [one.receipt] : one.kind === 'answer' ? one.receipts.map(({ receipt }) => receipt) : [],
    );
    const asked = opened.flatMap((one) =>
      one.kind === 'query' ? [{ sender: one.asked.query.from, messageId: one.asked.query.about.messageId }] : [],
    );
    const keys = messages.map(({ message: { manifest } }) => ({ sender: manifest.from.party, messageId: manifest.messageId }));
    const [known, expectations, kept, questions, issued] = await Promise.all([
      keys.length + asked.length > 0 ? store.known([...keys, ...asked]) : [],
      receipts.length > 0 ? store.expectations(receipts.map(({ about }) => about.messageId)) : new Map<string, never>(),
      receipts.length > 0 ? store.knownReceipts(receipts.map(({ receiptId }) => receiptId)) : new Set<string>(),
      answers.length > 0 ? store.questions(answers.map(({ answer }) => answer.queryId)) : new Map<string, never>(),
      asked.length > 0 ? store.issuedReceipts(asked) : new Map<string, never>(),
    ]);
    return {
      known: new Map(known.map((message) => [inboxKey(message), message])),
      expectations,
      receipts: kept,
      questions,
      issued,
      matters: { notices: [], envelopes: [] },
      heads,
    };
  }

  /** Adds what is known of the matters a batch speaks of, once the batch before it is kept. */
  async withMatters(facts: Facts, understood: ReadonlyMap<Opened, Understood>, before: BatchBefore): Promise<Facts> {
    const matters = [...understood.values()].flatMap(({ matters: spoken = [] }) => spoken);
    if (matters.length === 0) return facts;
    await before.committed;
    const [subjects, ids] = [subjectsOf(matters), answeredEnvelopes(matters)];
    const [notices, envelopes] = await Promise.all([
      subjects.length > 0 ? this.#store.notices(subjects) : [],
      ids.length > 0 ? this.#store.envelopes(ids) : [],
    ]);
    return { ...facts, matters: { notices, envelopes } };
  }
}
