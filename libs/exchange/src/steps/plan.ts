import type { Issue, Link, OutboundState } from '#model';
import { issue } from '#model';
import {
  derivedMessageId,
  matchAnswer,
  matchReceipt,
  ownQuery,
  refuse,
  sealAnswer,
  type Receipt,
  type ReceiptLevel,
  type ReceiptStatus,
  type VerifiedMessage,
} from '#trust';
import type { AgreementBook } from '../agreement-book.ts';
import { NO_KEYS } from '../business-keys.ts';
import type {
  AnswerRow,
  AskedQuestion,
  BatchCommit,
  EventRow,
  InboxKey,
  InboxRow,
  KnownMessage,
  LinkHead,
  OutboxRow,
  OutboundExpectation,
  OutboundMove,
  QuarantineRow,
  ReceiptExpectation,
  ReceiptRow,
} from '../ports/exchange-store.port.ts';
import type { CarriedEvidence } from '../ports/foreign-signature.port.ts';
import type { InboundDelivery, InboundOutcome } from '../ports/transport.port.ts';
import { subjectIdOf } from './exceptions.ts';
import type { CarriedReceipt, Opened } from './open.ts';
import { MatterLedger, type KnownMatters, type Remembered } from './remember.ts';
import type { StateOrders } from './matters.ts';
import { receiptIdFor, sealOnward, sealReceiptRows, sha256Hex, subjectOf, type SealedRow, type SealOptions } from './seal.ts';
import type { Understood } from './understand.ts';
import type { Witnessed } from './witness.ts';

/** What the store knows that a batch depends on. */
export interface Facts {
  readonly known: ReadonlyMap<string, KnownMessage>;
  readonly expectations: ReadonlyMap<string, OutboundExpectation>;
  /** Receipts kept already: one that comes again changes nothing. */
  readonly receipts: ReadonlySet<string>;
  /** Questions of ours by id, for the answers of this batch. */
  readonly questions: ReadonlyMap<string, AskedQuestion>;
  /** What we issued about the messages that partners ask about, by `inboxKey`. */
  readonly issued: ReadonlyMap<string, readonly Buffer[]>;
  readonly matters: KnownMatters;
  /** Read and moved on by every plan. */
  readonly heads: Map<string, LinkHead>;
}

export interface PlanOptions extends SealOptions {
  readonly book: AgreementBook;
  /** Whether the link's relay takes a row at once (`LinkRelay.reserve`). */
  readonly reserve: (link: string, orderKey: string | undefined) => boolean;
  /** Told before a row goes back to the store to be sent again (`LinkRelay.expect`). */
  readonly expect: (link: string) => void;
  readonly understood: (opened: Opened & { kind: 'message' }) => Understood;
  readonly orders: StateOrders;
  /** A kept artefact of ours as it goes out again: under a key that verifies (`underGoodKey`). */
  readonly renew: (jws: Buffer) => Buffer;
  /** Findings with canonical pointers as findings about the sender's own document. */
  readonly locate: (opened: Opened & { kind: 'message' }, issues: readonly Issue[]) => readonly Issue[];
}

/** A batch, ready to commit: what changes, and what each delivery is told afterwards. */
export interface Plan {
  readonly commit: BatchCommit;
  /** What partners truly signed and nothing of ours fits: on record before the commit. */
  readonly rejected?: readonly QuarantineRow[];
  readonly outcomes: readonly InboundOutcome[];
  /** Links to which a message goes back that was sent before (`LinkRelay.expect`). */
  readonly returning?: readonly string[];
  /** Stored receipts to send once more, and answers to questions, to links that are not answered at once. */
  readonly repeats: readonly {
    readonly link: string;
    readonly kind: 'receipt' | 'answer';
    readonly messageId: string;
    readonly body: Buffer;
  }[];
}

export const inboxKey = ({ sender, messageId }: InboxKey): string => `${sender}/${messageId}`;

/** Turns opened deliveries and the store's facts into one commit. Signs, decides duplicates and conflicts; changes nothing but `facts.heads`. */
export function planBatch(opened: readonly Opened[], facts: Facts, options: PlanOptions): Plan {
  const planner = new Planner(facts, options);
  return { outcomes: opened.map((one) => planner.add(one)), ...planner.finish() };
}

class Planner {
  readonly #facts: Facts;
  readonly #options: PlanOptions;
  readonly #inbox: InboxRow[] = [];
  readonly #quarantine: QuarantineRow[] = [];
  readonly #rejected: QuarantineRow[] = [];
  readonly #duplicates: InboxKey[] = [];
  readonly #outbox: OutboxRow[] = [];
  readonly #receipts = new Map<string, ReceiptRow>();
  readonly #moves: OutboundMove[] = [];
  readonly #events: EventRow[] = [];
  readonly #answers = new Map<string, AnswerRow>();
  readonly #evidence: CarriedEvidence[] = [];
  readonly #repeats: Plan['repeats'][number][] = [];
  readonly #known: Map<string, KnownMessage>;
  readonly #firstHeads = new Map<string, LinkHead>();
  readonly #ledger: MatterLedger;

  constructor(facts: Facts, options: PlanOptions) {
    this.#facts = facts;
    this.#options = options;
    this.#known = new Map(facts.known);
    this.#ledger = new MatterLedger(facts.matters, options);
  }

  add(opened: Opened): InboundOutcome {
    if (opened.kind === 'keys') {
      if (opened.reply) this.#queue(opened.reply);
      return { verdict: 'keys' };
    }
    if (opened.kind === 'reconciliation') return { verdict: 'reconciliation' };
    if (opened.kind !== 'unproven')
      for (const kind of opened.leniency ?? [])
        this.#event(`link:${opened.link.id}`, kind, subjectIdOf(opened), opened.delivery.receivedAt, undefined, 'exception');
    if (opened.kind === 'receipt') return this.#receipt(opened, opened.delivery);
    if (opened.kind === 'query') return this.#query(opened);
    if (opened.kind === 'answer') return this.#answer(opened);
    if (opened.kind === 'message') return this.#message(opened);
    const { delivery, code, reason, claimedMessageId, witnessed } = opened;
    const claimed = claimedMessageId === undefined ? {} : { claimedMessageId };
    const row = { link: delivery.link, frame: delivery.frame, code, reason, receivedAt: delivery.receivedAt, ...claimed };
    this.#witnessed(`quarantine:${sha256Hex(delivery.frame)}`, witnessed);
    return this.#isolate(row);
  }

  finish(): Pick<Plan, 'commit' | 'rejected' | 'repeats'> {
    const heads = [...this.#firstHeads.values()].map((expected) => ({ expected, next: this.#facts.heads.get(expected.link) ?? expected }));
    const { events, ...remembered } = this.#ledger.finish();
    const commit = {
      inbox: this.#inbox,
      quarantine: this.#quarantine,
      duplicates: this.#duplicates,
      outbox: this.#outbox,
      receipts: [...this.#receipts.values()],
      moves: this.#moves,
      ...(this.#answers.size > 0 ? { answers: [...this.#answers.values()] } : {}),
      evidence: this.#evidence,
      events: [...this.#events, ...events],
      ...remembered,
      heads,
    };
    return { commit, repeats: this.#repeats, ...(this.#rejected.length > 0 && { rejected: this.#rejected }) };
  }

  #witnessed(subject: string, findings: readonly Witnessed[] = []): void {
    for (const found of findings) this.#evidence.push({ ...found, subject });
  }

  /** `proven`: a partner signed it. */
  #isolate(row: Omit<QuarantineRow, 'sha256'>, proven = false): InboundOutcome {
    const sha256 = sha256Hex(row.frame);
    this.#quarantine.push({ ...row, sha256 });
    if (proven) this.#rejected.push({ ...row, sha256 });
    this.#event(`quarantine:${sha256}`, 'quarantined', row.reason, row.receivedAt);
    // A conflict is told: its sender was authenticated. Everything else is answered alike.
    return row.code === 'ID_CONFLICT' ? { verdict: 'quarantined', code: row.code } : { verdict: 'quarantined' };
  }

  #message(opened: Opened & { kind: 'message' }): InboundOutcome {
    const { message, link, delivery } = opened;
    const { messageId, from } = message.manifest;
    const key = { sender: from.party, messageId };
    const known = this.#known.get(inboxKey(key));
    if (!known) return this.#accept(opened, key);
    if (known.manifestDigest !== message.manifestDigest) {
      const { frame, receivedAt } = delivery;
      const code = 'ID_CONFLICT';
      return this.#isolate({ link: link.id, frame, code, reason: code, claimedMessageId: messageId, receivedAt }, true);
    }
    this.#duplicates.push(key);
    if (!known.receipt) return { verdict: 'duplicate', messageId };
    const receipt = this.#options.renew(known.receipt);
    this.#repeats.push({ link: link.id, kind: 'receipt', messageId: receiptIdFor(messageId, from.party), body: receipt });
    return { verdict: 'duplicate', messageId, receipt };
  }

  #accept(opened: Opened & { kind: 'message' }, key: InboxKey): InboundOutcome {
    const { message, link, delivery, refusal } = opened;
    const { manifest } = message;
    const read = refusal ? refusedUnread(refusal, manifest) : this.#options.understood(opened);
    const beside = this.#ledger.examine(read, key, delivery.receivedAt);
    const understood = this.#besideWhatIsKnown(opened, read, beside);
    const { state } = understood;
    const issues = opened.warnings ? [...understood.issues, ...opened.warnings] : understood.issues;
    const receipt = this.#issue(
      subjectOf(message),
      link,
      {
        ...levelsOf(understood),
        issues: state === 'parked' ? warnings(issues) : issues,
        receiptId: receiptIdFor(key.messageId, key.sender),
      },
      manifest,
    );
    this.#inbox.push({
      ...key,
      link: link.id,
      manifestDigest: message.manifestDigest,
      jwsDigest: message.jwsDigest,
      linkSequence: manifest.link.sequence,
      ...(manifest.link.previous !== undefined && { previousDigest: manifest.link.previous }),
      kid: message.kid,
      frame: delivery.frame,
      conversationId: manifest.conversationId,
      test: manifest.test,
      priority: manifest.priority,
      state,
      issues,
      receivedAt: delivery.receivedAt,
      type: understood.type,
      businessKeys: understood.keys.index,
      keyGroups: understood.keys.groups,
      ...(understood.keys.order === undefined ? {} : { orderKey: understood.keys.order }),
      ...(understood.functionCode === undefined ? {} : { functionCode: understood.functionCode }),
      ...(understood.canonicalType === undefined ? {} : { canonicalType: understood.canonicalType }),
      ...(understood.mapping === undefined ? {} : { mapping: understood.mapping }),
    });
    this.#event(
      `in:${key.sender}/${key.messageId}`,
      state,
      issues.find(({ severity }) => severity === 'error')?.code,
      delivery.receivedAt,
      'received',
    );
    this.#witnessed(`in:${key.sender}/${key.messageId}`, opened.witnessed);
    for (const onward of understood.onward) this.#send(message, link, onward, beside.superseded);
    if (state === 'routed') this.#ledger.remember(understood, key, delivery.receivedAt);
    this.#known.set(inboxKey(key), { ...key, manifestDigest: message.manifestDigest, state, receipt });
    return { verdict: state === 'routed' ? 'accepted' : state, messageId: key.messageId, receipt };
  }

  #besideWhatIsKnown(opened: Opened & { kind: 'message' }, read: Understood, { issues, located }: Remembered): Understood {
    if (issues.length === 0 && located.length === 0) return read;
    const all = [...read.issues, ...located, ...this.#options.locate(opened, issues)];
    const refused = issues.some(({ severity }) => severity === 'error');
    return refused ? { ...read, state: 'refused', issues: all, onward: [] } : { ...read, issues: all };
  }

  #send(source: VerifiedMessage, sourceLink: Link, onward: Understood['onward'][number], superseded: boolean): void {
    const { id } = onward.link;
    const head = this.#facts.heads.get(id) ?? { link: id, sequence: 0, manifestDigest: '' };
    if (!this.#firstHeads.has(id)) this.#firstHeads.set(id, head);
    const { row, next } = sealOnward(source, sourceLink, onward, head, superseded, this.#options);
    this.#facts.heads.set(id, next);
    this.#queue(row);
  }

  #queue(row: SealedRow): void {
    const direct = this.#options.reserve(row.link, row.orderKey);
    this.#outbox.push({ ...row, state: direct ? 'publishing' : 'ready' });
  }

  #issue(
    about: ReturnType<typeof subjectOf>,
    link: Link,
    answer: Parameters<typeof sealReceiptRows>[1],
    { priority, test }: { priority: 'A' | 'B' | 'C'; test: boolean },
  ): Buffer {
    const to = { link: link.id, priority, test, deadlineHours: link.delivery.deadlineHours };
    const { kept, row } = sealReceiptRows(about, answer, to, this.#options);
    this.#receipts.set(kept.receiptId, kept);
    this.#queue(row);
    return kept.jws;
  }

  /** A partner's receipt about a message of ours. It moves that message; a business answer is passed back to the source. */
  #receipt({ receipt, link }: Opened & { kind: 'receipt' }, delivery: InboundDelivery): InboundOutcome {
    const { messageId } = receipt.about;
    const fits = this.#fits(receipt, link);
    if (!fits.ok) return this.#misfit('RECEIPT_INVALID', fits.reason, messageId, delivery);
    this.#settle({ receipt, jws: delivery.frame }, delivery.receivedAt);
    return { verdict: 'receipt', messageId };
  }

  /** Authentic, and about nothing we sent: a security matter, kept for a person. */
  #misfit(code: 'RECEIPT_INVALID' | 'ANSWER_INVALID', reason: string, messageId: string, delivery: InboundDelivery): InboundOutcome {
    const { link, frame, receivedAt } = delivery;
    return this.#isolate({ link, frame, code, reason, claimedMessageId: messageId, receivedAt }, true);
  }

  #fits(receipt: Receipt, link: Link): ReturnType<typeof matchReceipt> {
    const expected = this.#facts.expectations.get(receipt.about.messageId);
    return expected && expected.link === link.id ? matchReceipt(receipt, expected) : refuse('RECEIPT_OTHER_MESSAGE');
  }

  /** Keeps a receipt that fits and moves its message; one kept before changes nothing. */
  #settle({ receipt, jws }: CarriedReceipt, at: Date): void {
    const { messageId } = receipt.about;
    const expected = this.#facts.expectations.get(messageId);
    if (!expected || this.#facts.receipts.has(receipt.receiptId) || this.#receipts.has(receipt.receiptId)) return;
    this.#receipts.set(receipt.receiptId, {
      receiptId: receipt.receiptId,
      link: expected.link,
      direction: 'received',
      issuer: receipt.issuer,
      aboutSender: this.#options.gateway,
      aboutMessageId: messageId,
      levels: receipt.levels,
      status: receipt.status,
      jws,
      at,
    });
    this.#moves.push({ messageId, to: stateAfter(receipt), cause: `${receipt.levels.join(' ')} ${receipt.status}` });
    if (receipt.levels.includes('R3') && expected.answerTo) this.#passBack(receipt, expected.answerTo);
  }

  /** A partner asks before it sends again: every receipt of ours about its message, or a signed no. Asked about other content: no. */
  #query({ asked, link, delivery }: Opened & { kind: 'query' }): InboundOutcome {
    const { about, from, queryId } = asked.query;
    const key = inboxKey({ sender: from, messageId: about.messageId });
    const known = this.#known.get(key);
    const same = known?.manifestDigest === about.manifestDigest;
    const issued = this.#facts.issued.get(key) ?? (known?.receipt ? [known.receipt] : []);
    const answer = sealAnswer(asked, same ? issued.map((jws) => this.#options.renew(jws)) : [], this.#options.signer, this.#options.now);
    if (known) this.#event(`in:${key}`, same ? 'held' : 'not held', `asked ${queryId}`, delivery.receivedAt, undefined, 'query');
    this.#repeats.push({ link: link.id, kind: 'answer', messageId: derivedMessageId(queryId, 'answer', link.partner), body: answer });
    return { verdict: 'asked', messageId: about.messageId, answer };
  }

  /** Counts only while its question is open: a late, repeated or replayed answer is taken and changes nothing. */
  #answer({ answer, receipts, link, delivery }: Opened & { kind: 'answer' }): InboundOutcome {
    const { queryId, have } = answer;
    const { messageId } = answer.about;
    const question = this.#facts.questions.get(queryId);
    const query = question?.link === link.id ? ownQuery(question.jws) : undefined;
    const matched = query ? matchAnswer(answer, query) : refuse('ANSWER_OTHER_QUESTION', 'ANSWER_INVALID');
    if (!matched.ok) return this.#misfit('ANSWER_INVALID', matched.reason, messageId, delivery);
    for (const { receipt } of receipts) {
      const fits = receipt.about.messageId === messageId ? this.#fits(receipt, link) : refuse('RECEIPT_OTHER_MESSAGE');
      if (!fits.ok) return this.#misfit('ANSWER_INVALID', fits.reason, messageId, delivery);
    }
    // A receipt counts whenever it comes; only the "no" depends on the question.
    for (const carried of receipts) this.#settle(carried, delivery.receivedAt);
    if (!question?.open || this.#answers.has(queryId)) return { verdict: 'answered', messageId };
    const resend = !have && link.delivery.notHeld === 'resend';
    if (resend) this.#options.expect(link.id);
    this.#answers.set(queryId, { queryId, link: link.id, messageId, have, resend, jws: delivery.frame, at: delivery.receivedAt });
    return { verdict: 'answered', messageId };
  }

  /** Our own R3 to whoever sent the source message: the destination's answer, under our signature. */
  #passBack(receipt: Receipt, source: NonNullable<ReceiptExpectation['answerTo']>): void {
    const link = this.#options.book.link(source.link);
    if (!link) return;
    const receiptId = receiptIdFor(source.messageId, source.from, 'R3', receipt.receiptId);
    const issues: Issue[] = receipt.issues.map(({ code, severity, pointer, message }) => ({
      code: code as Issue['code'],
      severity,
      pointer,
      message,
    }));
    this.#issue(
      source,
      link,
      { levels: ['R3'], status: receipt.status, issues, receiptId, answer: receipt.about.messageId },
      { priority: 'B', test: link.test },
    );
  }

  #event(subject: string, to: string, cause: string | undefined, at: Date, from?: string, kind = 'state'): void {
    this.#events.push({
      subject,
      kind,
      to,
      actor: this.#options.gateway,
      at,
      ...(from ? { from } : {}),
      ...(cause ? { cause } : {}),
    });
  }
}

/** What we sign about a message is what we know of it: R2 only where it was judged. */
function levelsOf({ state, unjudged }: Understood): { readonly levels: readonly ReceiptLevel[]; readonly status: ReceiptStatus } {
  if (state === 'refused') return { levels: ['R1', 'R2'], status: 'refused' };
  return unjudged ? { levels: ['R1'], status: 'stored' } : { levels: ['R1', 'R2'], status: 'valid' };
}

/** A parked message is valid to its sender: what we could not do is our own matter. */
const warnings = (issues: readonly Issue[]) => issues.filter(({ severity }) => severity === 'warning');

function refusedUnread(refusal: Issue, manifest: VerifiedMessage['manifest']): Understood {
  const found = issue(refusal.code, refusal.pointer || '/manifest');
  return { state: 'refused', issues: [found], type: manifest.messageType.type, keys: NO_KEYS, onward: [] };
}

function stateAfter({ levels, status }: Receipt): OutboundState {
  if (status === 'refused') return 'refused';
  if (levels.includes('R3')) return 'accepted';
  return levels.includes('R2') ? 'valid' : 'stored';
}
