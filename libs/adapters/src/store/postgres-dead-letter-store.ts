import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import {
  BY_BILL,
  DeadLetterStore,
  type DeadLetter,
  type LetterCount,
  type LetterFacts,
  type LetterState,
  type NewDeadLetter,
  type Scope,
} from '#exchange';
import { poolOf } from './data-source.ts';
import * as sql from './link-sql.ts';
import { rowsOf } from './transaction.ts';

/** Dead letters on PostgreSQL. */
export class PostgresDeadLetterStore extends DeadLetterStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async keep(letter: NewDeadLetter): Promise<void> {
    const { link, way, reason, queue, exchange, routingKey, messageId, type, diedAt, deaths, at, frame } = letter;
    const sha256 = createHash('sha256').update(frame).digest('hex');
    const [id, kind] = [messageId, type].map((text) => (text === undefined ? null : keepable(text)));
    const [from, key] = [exchange, routingKey].map(keepable);
    await this.#rows(sql.KEEP_LETTER, [link, way, reason, queue, from, key, id, kind, sha256, diedAt, deaths, at, frame]);
  }

  override async list(
    { links }: Scope,
    filter: { readonly link?: string; readonly state?: LetterState; readonly before?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]> {
    const { link, state, before, limit } = filter;
    return (await this.#rows<LetterRow>(sql.LIST_LETTERS, [links ?? null, link ?? null, state ?? null, before ?? null, limit])).map(
      letterOf,
    );
  }

  override async find({ links }: Scope, id: string): Promise<(DeadLetter & { readonly frame: Buffer }) | undefined> {
    const [row] = await this.#rows<LetterRow & { readonly frame: Buffer }>(sql.FIND_LETTER, [links ?? null, id]);
    return row && { ...letterOf(row), frame: row.frame };
  }

  override async counts({ links }: Scope): Promise<readonly LetterCount[]> {
    const rows = await this.#rows<Omit<LetterCount, 'count'> & { readonly count: string }>(sql.LETTER_COUNTS, [links ?? null]);
    return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }));
  }

  override async facts(letter: {
    readonly link: string;
    readonly sender: string;
    readonly messageId: string;
    readonly keys: readonly string[];
  }): Promise<LetterFacts> {
    const values = [letter.link, letter.sender, letter.messageId, letter.keys, BY_BILL];
    return (await this.#rows<LetterFacts>(sql.LETTER_FACTS, values))[0] ?? { known: false, newer: false };
  }

  override async settle(
    id: string,
    { outcome, by, at }: { readonly outcome: string; readonly by: string; readonly at: Date },
  ): Promise<boolean> {
    return (await this.#rows(sql.SETTLE_LETTER, [id, outcome, by, at])).length > 0;
  }

  #rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return rowsOf(this.#pool, text, values);
  }
}

/** What PostgreSQL text cannot hold becomes U+FFFD: labels are data of whoever published. */
const keepable = (text: string): string => text.replaceAll('\0', '\ufffd');

interface LetterRow extends Pick<
  DeadLetter,
  'id' | 'link' | 'way' | 'reason' | 'queue' | 'exchange' | 'sha256' | 'deaths' | 'at' | 'state' | 'bytes'
> {
  readonly routing_key: string;
  readonly message_id: string | null;
  readonly type: string | null;
  readonly died_at: Date;
  readonly outcome: string | null;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
}

const letterOf = (row: LetterRow): DeadLetter => ({
  id: row.id,
  link: row.link,
  way: row.way,
  reason: row.reason,
  queue: row.queue,
  exchange: row.exchange,
  routingKey: row.routing_key,
  ...(row.message_id !== null && { messageId: row.message_id }),
  ...(row.type !== null && { type: row.type }),
  sha256: row.sha256,
  bytes: row.bytes,
  diedAt: row.died_at,
  deaths: row.deaths,
  at: row.at,
  state: row.state,
  ...(row.outcome !== null && { outcome: row.outcome }),
  ...(row.decided_by !== null && { decidedBy: row.decided_by }),
  ...(row.decided_at && { decidedAt: row.decided_at }),
});
