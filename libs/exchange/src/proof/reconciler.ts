import type { Link } from '#model';
import {
  agrees,
  derivedMessageId,
  differencesOf,
  matchReconciliation,
  openReconciliationAnswer,
  readReconciliation,
  readReconciliationAnswer,
  RECONCILIATION_RANGE,
  refuse,
  sealReconciliation,
  sha256,
  signedBy,
  sumUp,
  type KeyDirectory,
  type Reconciliation,
  type ReconciliationAnswer,
} from '#trust';
import { keysRow } from '../keys/key-exchange.ts';
import type { Signers } from '../keys/key-ring.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import { StaleBatchError, type ExchangeStore, type OutboxRow } from '../ports/exchange-store.port.ts';
import type { LogStore } from '../ports/message-log.port.ts';
import type {
  FoundReconciliation,
  ReconciliationAnswerRow,
  ReconciliationDifferences,
  ReconciliationRow,
  ReconciliationStore,
} from '../ports/reconciliation-store.port.ts';
import type { InboundDelivery } from '../ports/transport.port.ts';
import type { Relays } from '../relays.ts';
import { leniencyOf, type Opened } from '../steps/open.ts';

export interface ReconcilerOptions {
  readonly gateway: string;
  /** As agreed now; asked at each turn. */
  readonly links: readonly Link[];
  readonly directory: KeyDirectory;
  readonly signers: Signers;
  readonly store: ReconciliationStore;
  readonly log: Pick<LogStore, 'alone' | 'lastRoot'>;
  readonly exchange: Pick<ExchangeStore, 'commit'>;
  readonly relays: Pick<Relays, 'of'>;
  readonly clock: Clock;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly report: (error: unknown) => void;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** What was received before midnight may be committed after it. */
const SETTLED = 15 * MINUTE;
/** A day with messages still on their way is closed at last. */
const PATIENCE = 6 * 60 * MINUTE;
const SEND_AGAIN = 6 * 60 * MINUTE;
/** Answers of a day kept that contradict its first: the alarm is loud enough. */
const MOST_KEPT = 10;
/** Days of a link made, and sent, in one turn: after a long time away the rest comes with the next. */
const AT_ONCE = 31;

/**
 * Closes each day of each link once: states what was sent and received, signed, has it countersigned by the partner, and names
 * what differs. A statement is durable before it is sent and sent until it is answered; made again after a crash it is the same.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  /** When each unanswered statement was last handed over by this process, in spans of SEND_AGAIN. */
  readonly #sent = new Map<string, number>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Closes days that are over and sends what is unanswered, as the one process at it. A link that fails does not hold up others; never rejects. */
  async turn(): Promise<void> {
    const { links, log, report } = this.#options;
    const work = async () => {
      for (const link of links) {
        try {
          for (let made = 0; made < AT_ONCE && (await this.#close(link)); made += 1);
          await this.#send(link);
        } catch (error) {
          report(error);
        }
      }
    };
    await log.alone(work).catch(report);
  }

  /** Makes the statement of the next day of a link; false when there is none to be made yet. */
  async #close(link: Link): Promise<boolean> {
    const { store, clock, gateway, signers, log } = this.#options;
    const last = await store.last(link.id);
    const before = last && readReconciliation(last.jws);
    const day = before ? dayOf(startOf(before.day) + DAY) : await store.firstDay(link.id);
    const end = day === undefined ? Infinity : startOf(day) + DAY;
    const now = clock.now();
    if (day === undefined || now.getTime() < end + SETTLED) return false;
    const since = before && sinceOf(day);
    const ends = await store.ends(link.id, since, new Date(end));
    const sent = rangeTo(before?.sent.last ?? 0, ends.out);
    const received = rangeTo(before?.received.last ?? 0, ends.in);
    if (now.getTime() < end + PATIENCE && (await store.onTheWay(link.id, sent.last))) return false;
    const root = await log.lastRoot();
    const fields = {
      link: link.id,
      from: gateway,
      to: link.partner,
      day,
      sent: sumUp(await store.counted({ link: link.id, direction: 'out', since, ...sent }), sent),
      received: sumUp(await store.counted({ link: link.id, direction: 'in', since, ...received }), received),
      ...(root && { log: { sequence: root.sequence, digest: sha256(root.jws) } }),
    };
    const { jws } = await signedBy(signers.current(), (signer) => sealReconciliation(fields, signer, now));
    await store.add({ link: link.id, day, jws, at: now });
    return true;
  }

  async #send(link: Link): Promise<void> {
    const { store, clock } = this.#options;
    const now = clock.now();
    const span = Math.floor(now.getTime() / SEND_AGAIN);
    const due = (await store.unanswered(link.id, AT_ONCE)).filter((row) => this.#sent.get(keyOf(row)) !== span);
    for (const row of [...due].reverse()) {
      await this.#offer(link, row, span, now);
      this.#sent.set(keyOf(row), span);
    }
  }

  /** The id of the outbox row is that of its span: another process, or this one before a crash, may have offered it already. */
  async #offer(link: Link, { jws }: ReconciliationRow, span: number, now: Date): Promise<void> {
    const { exchange, relays, signers } = this.#options;
    const statement = readReconciliation(jws);
    if (!statement) return;
    const id = derivedMessageId(statement.id, 'send', String(span));
    const row: OutboxRow = {
      ...keysRow(link, id, jws, signers.current().kid, now),
      kind: 'reconciliation',
      orderKey: 'reconciliation',
      type: 'reconciliation',
      priority: 'C',
      state: 'ready',
    };
    relays.of(link.id)?.distrust();
    try {
      await exchange.commit({ inbox: [], quarantine: [], duplicates: [], outbox: [row], receipts: [], moves: [], events: [], heads: [] });
    } catch (error) {
      if (!(error instanceof StaleBatchError)) throw error;
    } finally {
      relays.of(link.id)?.kick();
    }
  }

  /**
   * Takes a partner's answer in; kept with its signature when it resolves. One that fits no statement of ours is unproven, one
   * that came before changes nothing. Throws when the store is unreachable, so that it is offered again.
   */
  async take(delivery: InboundDelivery, link: Link, now: Date): Promise<Opened> {
    const { directory, gateway, store, audit } = this.#options;
    const jws = Buffer.from(delivery.frame);
    const opened = openReconciliationAnswer(jws, directory, { now, from: link.partner, to: gateway, leniency: leniencyOf(link, now) });
    if (!opened.ok) return { kind: 'unproven', delivery, ...opened };
    const { answer } = opened;
    const row = await store.find(link.id, answer.day);
    const statement = row && readReconciliation(row.jws);
    const matched = statement ? matchReconciliation(answer, statement, row.jws) : refuse('ANSWER_OTHER_QUESTION', 'ANSWER_INVALID');
    if (!matched.ok || !statement) return { kind: 'unproven', delivery, ...refuse('ANSWER_OTHER_QUESTION', 'ANSWER_INVALID') };
    if (row?.answer) return (await this.#again(row, statement, answer, jws, now), { kind: 'reconciliation', delivery, link });
    const { agreed, differences } = await this.#judge(statement, answer);
    // Before the answer: what cannot be audited is offered again, and audited twice at worst.
    await audit.append({
      actor: `partner:${link.partner}`,
      action: agreed ? 'reconciliation.agree' : 'reconciliation.disagree',
      subject: `link:${link.id}`,
      after: { day: answer.day, statement: sha256(row!.jws), answer: sha256(jws), ...(differences && { differences }) },
      at: now,
    });
    await store.addAnswer({ link: link.id, day: answer.day, jws, at: now, agreed, ...(differences && { differences }) });
    return { kind: 'reconciliation', delivery, link };
  }

  /**
   * One more answer to a statement that has one: the first stays. One that says something else, signed by the same partner, is an alarm:
   * it is kept too, as an event of the link and a record with the digests of both, once for each content. The day is contradicted from
   * then on, whatever comes later.
   */
  async #again(row: FoundReconciliation, statement: Reconciliation, answer: ReconciliationAnswer, jws: Buffer, at: Date): Promise<void> {
    const { store, audit } = this.#options;
    const { link, day, contradictions } = row;
    const first = row.answer as Buffer;
    const content = contentOf(answer);
    const kept = readReconciliationAnswer(first);
    if (!kept || contentOf(kept) === content || contradictions.includes(content) || contradictions.length >= MOST_KEPT) return;
    const { agreed, differences } = await this.#judge(statement, answer);
    const digests = { first: sha256(first), answer: sha256(jws) };
    await audit.append({
      actor: `partner:${answer.from}`,
      action: 'reconciliation.contradict',
      subject: `link:${link}`,
      after: { day, ...digests, sent: sumOf(answer.sent), received: sumOf(answer.received), ...(differences && { differences }) },
      at,
    });
    await store.addContradiction({ link, day, content, jws, at, agreed, ...(differences && { differences }) });
  }

  /** What an answer of the partner says of our statement. */
  async #judge(statement: Reconciliation, answer: ReconciliationAnswer): Promise<Pick<ReconciliationAnswerRow, 'agreed' | 'differences'>> {
    const agreed = agrees(statement.sent, answer.received) && agrees(statement.received, answer.sent);
    return agreed ? { agreed } : { agreed, differences: await this.#differences(statement, answer) };
  }

  async #differences(statement: Reconciliation, answer: ReconciliationAnswer): Promise<ReconciliationDifferences> {
    const { store } = this.#options;
    const { link, day, sent, received } = statement;
    // The first statement has everything before it.
    const since = sent.after === 0 && received.after === 0 ? undefined : sinceOf(day);
    const out = await store.counted({ link, direction: 'out', since, after: sent.after, last: sent.last });
    const inward = await store.counted({ link, direction: 'in', since, after: received.after, last: received.last });
    return { out: differencesOf(out, answer.received), in: differencesOf(inward, answer.sent) };
  }
}

/** What an answer says, whenever and however often it was signed. */
const contentOf = ({ sent, received }: ReconciliationAnswer): string => sha256(Buffer.from(JSON.stringify([sumOf(sent), sumOf(received)])));
const sumOf = ({ after, last, count, root }: ReconciliationAnswer['sent']) => ({ after, last, count, root });

const keyOf = ({ link, day }: ReconciliationRow): string => `${link} ${day}`;
const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
/** Nothing above the end of the day before was kept earlier, but for what was on its way into the store around midnight. */
const sinceOf = (day: string): Date => new Date(startOf(day) - DAY);
const rangeTo = (after: number, end: number) => ({ after, last: Math.min(Math.max(after, end), after + RECONCILIATION_RANGE) });
