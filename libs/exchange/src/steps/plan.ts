import type { Issue, Link, OutboundState } from '#model';
import { issue } from '#model';
import { matchReceipt, refuse, type Receipt, type ReceiptStatus, type VerifiedMessage } from '#trust';
import type { AgreementBook } from '../agreement-book.ts';
import type {
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
import type { InboundOutcome } from '../ports/transport.port.ts';
import type { Opened } from './open.ts';
import { receiptIdFor, sealOnward, sealReceiptRows, sha256Hex, subjectOf, type SealedRow, type SealOptions } from './seal.ts';
import type { Understood } from './understand.ts';

/** What the store knows that a batch depends on. */
export interface Facts {
  readonly known: ReadonlyMap<string, KnownMessage>;
  readonly expectations: ReadonlyMap<string, OutboundExpectation>;
  /** Receipts kept already: one that comes again changes nothing. */
  readonly receipts: ReadonlySet<string>;
  /** Read and moved on by every plan. */
  readonly heads: Map<string, LinkHead>;
}

export interface PlanOptions extends SealOptions {
  readonly book: AgreementBook;
  /** Whether the link's relay takes a row at once (`LinkRelay.reserve`). */
  readonly reserve: (link: string, orderKey: string | undefined) => boolean;
  readonly understood: (opened: Opened & { kind: 'message' }) => Understood;
}

/** A batch, ready to commit: what changes, and what each delivery is told afterwards. */
export interface Plan {
  readonly commit: BatchCommit;
  readonly outcomes: readonly InboundOutcome[];
  /** Stored receipts to send once more to links that are not answered at once. */
  readonly repeats: readonly { readonly link: string; readonly messageId: string; readonly receipt: Buffer }[];
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
  readonly #duplicates: InboxKey[] = [];
  readonly #outbox: OutboxRow[] = [];
  readonly #receipts = new Map<string, ReceiptRow>();
  readonly #moves: OutboundMove[] = [];
  readonly #events: EventRow[] = [];
  readonly #repeats: Plan['repeats'][number][] = [];
  readonly #known: Map<string, KnownMessage>;
  readonly #firstHeads = new Map<string, LinkHead>();

  constructor(facts: Facts, options: PlanOptions) {
    this.#facts = facts;
    this.#options = options;
    this.#known = new Map(facts.known);
  }

  add(opened: Opened): InboundOutcome {
    if (opened.kind === 'receipt') return this.#receipt(opened);
    if (opened.kind === 'message') return this.#message(opened);
    const { delivery, code, reason, claimedMessageId } = opened;
    const claimed = claimedMessageId === undefined ? {} : { claimedMessageId };
    return this.#isolate({ link: delivery.link, frame: delivery.frame, code, reason, receivedAt: delivery.receivedAt, ...claimed });
  }

  finish(): Pick<Plan, 'commit' | 'repeats'> {
    const heads = [...this.#firstHeads.values()].map((expected) => ({ expected, next: this.#facts.heads.get(expected.link) ?? expected }));
    const commit = {
      inbox: this.#inbox,
      quarantine: this.#quarantine,
      duplicates: this.#duplicates,
      outbox: this.#outbox,
      receipts: [...this.#receipts.values()],
      moves: this.#moves,
      events: this.#events,
      heads,
    };
    return { commit, repeats: this.#repeats };
  }

  #isolate(row: Omit<QuarantineRow, 'sha256'>): InboundOutcome {
    const sha256 = sha256Hex(row.frame);
    this.#quarantine.push({ ...row, sha256 });
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
      return this.#isolate({
        link: link.id,
        frame: delivery.frame,
        code: 'ID_CONFLICT',
        reason: 'ID_CONFLICT',
        claimedMessageId: messageId,
        receivedAt: delivery.receivedAt,
      });
    }
    this.#duplicates.push(key);
    if (known.receipt) this.#repeats.push({ link: link.id, messageId: receiptIdFor(messageId, from.party), receipt: known.receipt });
    return { verdict: 'duplicate', messageId, ...(known.receipt ? { receipt: known.receipt } : {}) };
  }

  #accept(opened: Opened & { kind: 'message' }, key: InboxKey): InboundOutcome {
    const { message, link, delivery, untimely } = opened;
    const { manifest } = message;
    const understood = untimely ? refusedUnread(untimely, manifest) : this.#options.understood(opened);
    const { state, issues } = understood;
    const status: ReceiptStatus = state === 'refused' ? 'refused' : 'valid';
    const receipt = this.#issue(
      subjectOf(message),
      link,
      {
        levels: ['R1', 'R2'],
        status,
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
      kid: message.kid,
      frame: delivery.frame,
      conversationId: manifest.conversationId,
      test: manifest.test,
      priority: manifest.priority,
      state,
      issues,
      receivedAt: delivery.receivedAt,
      type: understood.type,
      businessKeys: understood.keys.all,
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
    for (const onward of understood.onward) this.#send(message, link, onward);
    this.#known.set(inboxKey(key), { ...key, manifestDigest: message.manifestDigest, state, receipt });
    return { verdict: state === 'routed' ? 'accepted' : state, messageId: key.messageId, receipt };
  }

  #send(source: VerifiedMessage, sourceLink: Link, onward: Understood['onward'][number]): void {
    const { id } = onward.link;
    const head = this.#facts.heads.get(id) ?? { link: id, sequence: 0, manifestDigest: '' };
    if (!this.#firstHeads.has(id)) this.#firstHeads.set(id, head);
    const { row, next } = sealOnward(source, sourceLink.id, onward, head, this.#options);
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
  #receipt({ receipt, link, delivery }: Opened & { kind: 'receipt' }): InboundOutcome {
    const { messageId } = receipt.about;
    if (this.#facts.receipts.has(receipt.receiptId) || this.#receipts.has(receipt.receiptId)) return { verdict: 'receipt', messageId };
    const expected = this.#facts.expectations.get(messageId);
    const matched = expected && expected.link === link.id ? matchReceipt(receipt, expected) : refuse('RECEIPT_OTHER_MESSAGE');
    if (!expected || !matched.ok) {
      return this.#isolate({
        link: link.id,
        frame: delivery.frame,
        code: 'RECEIPT_INVALID',
        reason: matched.ok ? 'RECEIPT_OTHER_MESSAGE' : matched.reason,
        claimedMessageId: messageId,
        receivedAt: delivery.receivedAt,
      });
    }
    this.#receipts.set(receipt.receiptId, {
      receiptId: receipt.receiptId,
      direction: 'received',
      issuer: receipt.issuer,
      aboutSender: this.#options.gateway,
      aboutMessageId: messageId,
      levels: receipt.levels,
      status: receipt.status,
      jws: delivery.frame,
      at: delivery.receivedAt,
    });
    this.#moves.push({ messageId, to: stateAfter(receipt), cause: `${receipt.levels.join(' ')} ${receipt.status}` });
    if (receipt.levels.includes('R3') && expected.answerTo) this.#passBack(receipt, expected.answerTo);
    return { verdict: 'receipt', messageId };
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

  #event(subject: string, to: string, cause: string | undefined, at: Date, from?: string): void {
    this.#events.push({
      subject,
      kind: 'state',
      to,
      actor: this.#options.gateway,
      at,
      ...(from ? { from } : {}),
      ...(cause ? { cause } : {}),
    });
  }
}

/** A parked message is valid to its sender: what we could not do is our own matter. */
const warnings = (issues: readonly Issue[]) => issues.filter(({ severity }) => severity === 'warning');

function refusedUnread(untimely: Issue, manifest: VerifiedMessage['manifest']): Understood {
  const found = issue(untimely.code, '/manifest');
  return { state: 'refused', issues: [found], type: manifest.messageType.type, keys: { all: [] }, onward: [] };
}

function stateAfter({ levels, status }: Receipt): OutboundState {
  if (status === 'refused') return 'refused';
  if (levels.includes('R3')) return 'accepted';
  return levels.includes('R2') ? 'valid' : 'stored';
}
