import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import { BY_BILL, type BatchCommit, type CommitResult, type OutboundMove, type QuestionRow, StaleBatchError, logRowsOf } from '#exchange';
import { ExchangeError } from '#model';
import {
  indexable,
  packAnswers,
  packEnvelopes,
  packEvents,
  packEvidence,
  packInbox,
  packLog,
  packNotices,
  packOutbox,
  packQuarantine,
  packReceipts,
  packUsage,
  type Packed,
} from './encode.ts';
import { answered } from './failure.ts';
import * as sql from './sql.ts';

export interface CommitOptions {
  /** Epoch under which this process holds a link, if it does. */
  readonly epochOf: (link: string) => string | undefined;
  /** How long to keep asking what became of a COMMIT whose answer was lost. */
  readonly resolveMilliseconds: number;
}

/**
 * Writes a batch in one transaction and one round trip: all statements are sent before the first answer is awaited, every
 * refusal is an error raised by the server, and COMMIT of a failed transaction is a rollback. When the connection breaks
 * the outcome is looked up, not guessed (reliability: commit outcome unknown).
 */
export async function commitBatch(pool: Pool, batch: BatchCommit, options: CommitOptions): Promise<CommitResult> {
  const id = randomUUID();
  const statements = plan(id, batch, options.epochOf);
  const client = await pool.connect();
  let results: QueryResult[];
  try {
    results = await inOneTransaction(client, statements);
    client.release(false);
  } catch (error) {
    const lost = !answered(error);
    client.release(lost);
    if (!lost) throw error;
    if (!(await wasCommitted(pool, id, options.resolveMilliseconds))) throw error;
    return { outboxIds: await storedIds(pool, batch) };
  }
  const outboxIds = new Map<string, string>();
  for (const { rows } of results as QueryResult<{ message_id?: string; id?: string }>[]) {
    for (const { message_id, id: outboxId } of rows)
      if (message_id !== undefined && outboxId !== undefined) outboxIds.set(message_id, outboxId);
  }
  return { outboxIds };
}

async function inOneTransaction(client: PoolClient, statements: readonly QueryConfig[]): Promise<QueryResult[]> {
  const answers = await Promise.allSettled(
    [{ text: 'BEGIN' }, ...statements, { text: 'COMMIT' }].map((statement) => client.query(statement)),
  );
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed) throw failed.reason;
  return answers.map((answer) => (answer as PromiseFulfilledResult<QueryResult>).value);
}

function plan(id: string, batch: BatchCommit, epochOf: CommitOptions['epochOf']): QueryConfig[] {
  const statements: QueryConfig[] = [{ name: 'lb-batch', text: sql.BATCH, values: [id] }];
  const all = (name: string, text: string, packed: readonly Packed[]) => {
    for (const values of packed) statements.push({ name, text, values: [...values] });
  };
  const heads = headsStatement(batch, epochOf);
  if (heads) statements.push(heads);
  all('lb-inbox', sql.INBOX, packInbox(batch.inbox));
  if (batch.inbox.length > 0) statements.push({ name: 'lb-usage', text: sql.USAGE, values: [packUsage(batch.inbox)] });
  all('lb-outbox', sql.OUTBOX, packOutbox(batch.outbox));
  all('lb-receipts', sql.RECEIPTS, packReceipts(batch.receipts));
  const log = logRowsOf(batch);
  if (log.length > 0) statements.push({ name: 'lb-log', text: sql.LOG, values: [packLog(log)] });
  all('lb-quarantine', sql.QUARANTINE, packQuarantine(batch.quarantine));
  all('lb-evidence', sql.EVIDENCE, packEvidence(batch.evidence ?? []));
  if (batch.duplicates.length > 0) statements.push(duplicatesStatement(batch));
  for (const moves of rounds(batch.moves)) statements.push(movesStatement(moves));
  if (batch.questions && batch.questions.length > 0) statements.push(questionsStatement(batch.questions));
  all('lb-answers', sql.ANSWERS, packAnswers(batch.answers ?? []));
  if (batch.replay)
    statements.push({
      name: 'lb-replay',
      text: 'SELECT take_replay_step($1)',
      values: [JSON.stringify({ ...batch.replay, byBill: BY_BILL })],
    });
  if (batch.events.length > 0) statements.push({ name: 'lb-events', text: sql.EVENTS, values: [packEvents(batch.events)] });
  if (batch.notices?.length) statements.push({ name: 'lb-notices', text: sql.NOTICES, values: [packNotices(batch.notices)] });
  if (batch.envelopes?.length) statements.push({ name: 'lb-envelopes', text: sql.ENVELOPES, values: [packEnvelopes(batch.envelopes)] });
  if (batch.closings?.length) statements.push(closingsStatement(batch.closings));
  const wake = [
    ...new Set(batch.outbox.filter(({ state, link }) => state === 'ready' && epochOf(link) === undefined).map(({ link }) => link)),
  ];
  if (wake.length > 0) statements.push({ name: 'lb-notify', text: sql.NOTIFY, values: [wake] });
  return statements;
}

function headsStatement({ heads, outbox }: BatchCommit, epochOf: CommitOptions['epochOf']): QueryConfig | undefined {
  const held = [...new Set(outbox.filter(({ state }) => state === 'publishing').map(({ link }) => link))];
  if (heads.length === 0 && held.length === 0) return undefined;
  const epochs = held.map((link) => {
    const epoch = epochOf(link);
    if (epoch === undefined) throw new StaleBatchError('A row is planned for our own relay, but the link is not held any more.');
    return epoch;
  });
  return {
    name: 'lb-heads',
    text: sql.HEADS,
    values: [
      heads.map(({ expected }) => expected.link),
      heads.map(({ expected }) => expected.sequence),
      heads.map(({ expected }) => expected.manifestDigest),
      heads.map(({ next }) => next.sequence),
      heads.map(({ next }) => next.manifestDigest),
      held,
      epochs,
    ],
  };
}

function duplicatesStatement({ duplicates }: BatchCommit): QueryConfig {
  const counted = new Map<string, { sender: string; messageId: string; count: number }>();
  for (const { sender, messageId } of duplicates) {
    const key = `${sender} ${messageId}`;
    counted.set(key, { sender, messageId, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  const rows = [...counted.values()];
  return {
    name: 'lb-duplicates',
    text: sql.DUPLICATES,
    values: [rows.map((row) => row.sender), rows.map((row) => row.messageId), rows.map((row) => row.count)],
  };
}

const questionsStatement = (questions: readonly QuestionRow[]): QueryConfig => ({
  name: 'lb-questions',
  text: sql.QUESTIONS,
  values: [questions.map(({ queryId }) => queryId), questions.map(({ messageId }) => messageId), questions.map(({ nextAt }) => nextAt)],
});

const closingsStatement = (closings: NonNullable<BatchCommit['closings']>): QueryConfig => ({
  name: 'lb-closings',
  text: sql.CLOSINGS,
  values: [closings.map(({ sender }) => sender), closings.map(({ id }) => indexable(id)), closings.map(({ at }) => at)],
});

const movesStatement = (moves: readonly OutboundMove[]): QueryConfig => ({
  name: 'lb-moves',
  text: sql.MOVES,
  values: [moves.map(({ messageId }) => messageId), moves.map(({ to }) => to), moves.map(({ cause }) => cause)],
});

/** A statement moves a row once: the second receipt about one message in a batch goes into a second statement. */
function rounds(moves: readonly OutboundMove[]): OutboundMove[][] {
  const seen = new Map<string, number>();
  const split: OutboundMove[][] = [];
  for (const move of moves) {
    const round = seen.get(move.messageId) ?? 0;
    seen.set(move.messageId, round + 1);
    (split[round] ??= []).push(move);
  }
  return split;
}

/**
 * Finds out whether the transaction with this batch id committed, by writing the id ourselves: that waits for the old
 * transaction if it still runs, finds its row if it committed, and otherwise leaves a row that it can no longer pass.
 */
async function wasCommitted(pool: Pool, id: string, milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds;
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    try {
      return (await pool.query(sql.BATCH_TOMBSTONE, [id])).rowCount === 0;
    } catch (cause) {
      // Given up: the offer will be repeated, and the inbox then tells a committed message as a duplicate.
      if (Date.now() > end) throw new ExchangeError('STORE_UNAVAILABLE', { detail: 'The outcome of a commit is not known yet.', cause });
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}

async function storedIds(pool: Pool, batch: BatchCommit): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ message_id: string; id: string }>('SELECT message_id, id FROM outbox WHERE message_id = ANY ($1)', [
    batch.outbox.map(({ messageId }) => messageId),
  ]);
  return new Map(rows.map((row) => [row.message_id, row.id]));
}
