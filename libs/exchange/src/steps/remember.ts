import type { Issue } from '#model';
import { issue } from '#model';
import type { AgreementBook } from '../agreement-book.ts';
import type { BatchCommit, EnvelopeRow, EventRow, InboxKey, StatusNoticeRow } from '../ports/exchange-store.port.ts';
import {
  checkAnswer,
  envelopeOf,
  inboxSubject,
  nextState,
  validUntil,
  type EnvelopeAnswer,
  type Matter,
  type StateOrders,
} from './matters.ts';
import type { Understood } from './understand.ts';

/** What the store knows of the matters of a batch. */
export interface KnownMatters {
  readonly notices: readonly StatusNoticeRow[];
  readonly envelopes: readonly EnvelopeRow[];
}

export interface RememberOptions {
  readonly book: AgreementBook;
  readonly orders: StateOrders;
  readonly gateway: string;
}

/** What a message turned out to be beside what was known before it. */
export interface Remembered {
  /** Canonical pointers, but for `located`. */
  readonly issues: readonly Issue[];
  readonly located: readonly Issue[];
  /** A later state of what it tells was known before it. */
  readonly superseded: boolean;
}

const NOTHING: Remembered = { issues: [], located: [], superseded: false };

/**
 * What a batch adds to what is known of matters: states of declarations, customs envelopes and their close-outs. Later
 * messages of the batch see what earlier ones added. A state is never overwritten: notices are kept and ranked.
 */
export class MatterLedger {
  readonly #known: KnownMatters;
  readonly #options: RememberOptions;
  readonly #notices: StatusNoticeRow[] = [];
  readonly #envelopes: EnvelopeRow[] = [];
  readonly #closings: NonNullable<BatchCommit['closings']>[number][] = [];
  readonly #events: EventRow[] = [];

  constructor(known: KnownMatters, options: RememberOptions) {
    this.#known = known;
    this.#options = options;
  }

  /** How a routed message stands to what is known; nothing is remembered of it yet. */
  examine({ matters = [] }: Understood, key: InboxKey, receivedAt: Date): Remembered {
    if (matters.length === 0) return NOTHING;
    const issues: Issue[] = [];
    const located: Issue[] = [];
    let superseded = false;
    for (const matter of matters) {
      if (matter.kind === 'notice') {
        if (!this.#next(matter, key, receivedAt)?.superseded) continue;
        superseded = true;
        if (located.every(({ pointer }) => pointer !== matter.pointer)) located.push(issue('STATE_SUPERSEDED', matter.pointer));
      } else if (matter.kind === 'answer') {
        const envelope = this.#envelopeOf(matter.answer, key.sender);
        if (envelope) issues.push(...checkAnswer(envelope, matter.answer));
      }
    }
    return { issues, located, superseded };
  }

  /** Takes in what a message says that goes on its way. */
  remember({ matters = [] }: Understood, key: InboxKey, receivedAt: Date): void {
    for (const matter of matters) {
      if (matter.kind === 'notice') this.#rememberNotice(matter, key, receivedAt);
      else if (matter.kind === 'envelope') {
        const end = validUntil(matter.envelope);
        if (end) this.#envelopes.push({ ...key, id: matter.envelope.id, validUntil: end, document: matter.envelope, receivedAt });
      } else this.#close(matter.answer, key, receivedAt);
    }
  }

  finish(): Required<Pick<BatchCommit, 'notices' | 'envelopes' | 'closings' | 'events'>> {
    return { notices: this.#notices, envelopes: this.#envelopes, closings: this.#closings, events: this.#events };
  }

  #row({ notice }: Matter & { kind: 'notice' }, key: InboxKey, receivedAt: Date): StatusNoticeRow {
    return { ...notice, ...key, receivedAt };
  }

  #next(matter: Matter & { kind: 'notice' }, key: InboxKey, receivedAt: Date) {
    return nextState([...this.#known.notices, ...this.#notices], this.#row(matter, key, receivedAt), this.#options.orders);
  }

  #rememberNotice(matter: Matter & { kind: 'notice' }, key: InboxKey, receivedAt: Date): void {
    const next = this.#next(matter, key, receivedAt);
    if (!next) return;
    const { subject, code } = matter.notice;
    this.#notices.push(this.#row(matter, key, receivedAt));
    this.#events.push({
      subject,
      kind: 'declaration-state',
      to: next.to,
      actor: key.sender,
      at: receivedAt,
      ...(next.from === undefined ? {} : { from: next.from }),
      cause: next.superseded ? `superseded ${code} ${key.messageId}` : key.messageId,
    });
  }

  #envelopeOf(answer: EnvelopeAnswer, sender: string): EnvelopeRow | undefined {
    const { book } = this.#options;
    const own = new Map([...this.#known.envelopes, ...this.#envelopes].map((row) => [`${row.sender}\n${row.id}`, row]));
    for (const { sender: issuer, id, at } of this.#closings) {
      const row = own.get(`${issuer}\n${id}`);
      if (row) own.set(`${issuer}\n${id}`, { ...row, closedAt: row.closedAt ?? at });
    }
    return envelopeOf([...own.values()], answer, sender, (from, type) => book.routes(from, type).map(({ to }) => to));
  }

  #close(answer: EnvelopeAnswer, key: InboxKey, at: Date): void {
    if (answer.type !== 'CustomsEnvelopeCloseOut') return;
    const envelope = this.#envelopeOf(answer, key.sender);
    if (!envelope || envelope.closedAt) return;
    this.#closings.push({ sender: envelope.sender, id: envelope.id, at });
    this.#events.push({
      subject: inboxSubject(envelope),
      kind: 'customs-envelope',
      to: 'closed',
      actor: key.sender,
      cause: key.messageId,
      at,
    });
  }
}
