import type { Link } from '#model';
import { sealQuery, type Signer } from '#trust';
import type { BatchCommit, OutboxRow, QuestionRow, SilentMessage } from '../ports/exchange-store.port.ts';
import { nextAttempt } from '../retry.ts';

/** A message to ask about, and the id of the question. */
export type AskedMessage = SilentMessage & { readonly queryId: string };

export interface AskOptions {
  readonly gateway: string;
  readonly signer: Signer;
  readonly now: Date;
  readonly random: () => number;
}

/** Longest pause between two questions about one message. */
const ASK_CAP_SECONDS = 3_600;

/**
 * Asks about messages whose receipt stayed out: one signed question each, as a row of the same link, so that it travels behind the
 * message and a "no" means that the receiver has handled what came before it. Asked again, at growing intervals, until it is
 * answered; every question is a new one, and only the last about a message is open.
 */
export function askAbout(silent: readonly AskedMessage[], link: Link, options: AskOptions): BatchCommit {
  const outbox: OutboxRow[] = [];
  const questions: QuestionRow[] = [];
  for (const message of silent) {
    const { row, question } = questionAbout(message, link, options);
    outbox.push(row);
    questions.push(question);
  }
  return { inbox: [], quarantine: [], duplicates: [], outbox, receipts: [], moves: [], events: [], heads: [], questions };
}

function questionAbout(message: AskedMessage, link: Link, options: AskOptions): { row: OutboxRow; question: QuestionRow } {
  const { gateway, signer, now, random } = options;
  const { messageId, manifestDigest, asked, queryId } = message;
  const { jws } = sealQuery({ queryId, from: gateway, to: link.partner, about: { messageId, manifestDigest } }, signer, now);
  const row: OutboxRow = {
    messageId: queryId,
    link: link.id,
    kind: 'query',
    type: 'query',
    correlationId: messageId,
    businessKeys: [],
    frame: jws,
    kid: signer.kid,
    priority: 'A',
    test: link.test,
    state: 'ready',
    deadline: new Date(now.getTime() + link.delivery.deadlineHours * 3_600_000),
    createdAt: now,
  };
  const pace = { ...link.delivery, retryBaseSeconds: link.delivery.receiptSeconds, retryCapSeconds: ASK_CAP_SECONDS };
  return { row, question: { queryId, messageId, nextAt: nextAttempt(now, asked + 1, pace, random) } };
}
