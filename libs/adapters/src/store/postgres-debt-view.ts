import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { COUNTED, DebtView, type AgreementBook, type Debt, type DebtCount, type DebtFilter, type DebtLevel, type Scope } from '#exchange';
import type { Link } from '#model';
import { poolOf } from './data-source.ts';
import { failure } from './failure.ts';

/** The debts board on the journal's own tables: one walk of a partial index a link, merged. */
export class PostgresDebtView extends DebtView {
  readonly #pool: Pool;
  readonly #book: AgreementBook;

  constructor(dataSource: DataSource, book: AgreementBook) {
    super();
    this.#pool = poolOf(dataSource);
    this.#book = book;
  }

  override async debts(scope: Scope, { link, side, after, limit }: DebtFilter): Promise<readonly Debt[]> {
    const links = this.#linksOf(scope).filter((id) => link === undefined || id === link);
    const kinds = side === undefined ? ['message', 'receipt'] : [side === 'ours' ? 'receipt' : 'message'];
    const rows = await this.#rows<DebtRow>(DEBTS, [links, after ?? '0', kinds, limit]);
    return rows.flatMap((row) => {
      const of = this.#book.link(row.link);
      return of ? [this.#debt(row, of)] : [];
    });
  }

  override async counts(scope: Scope): Promise<readonly DebtCount[]> {
    const rows = await this.#rows<{ link: string; theirs: string; ours: string }>(COUNTS, [this.#linksOf(scope), COUNTED]);
    return rows.map(({ link, theirs, ours }) => ({
      link,
      partner: this.#book.link(link)?.partner ?? '',
      theirs: Number(theirs),
      ours: Number(ours),
    }));
  }

  #linksOf(scope: Scope): string[] {
    return this.#book.links.map(({ id }) => id).filter((id) => scope.coversLink(id));
  }

  #debt(row: DebtRow, { partner, delivery }: Link): Debt {
    const ours = row.kind === 'receipt';
    const [debtor, creditor] = ours ? [this.#book.gateway, partner] : [partner, this.#book.gateway];
    const since = row.published_at ?? row.created_at;
    return {
      position: row.id,
      link: row.link,
      debtor,
      creditor,
      owed: ours ? highest(row.levels) : (OWED_AFTER[row.state] ?? 'R1'),
      messageId: ours ? (row.correlation_id ?? row.message_id) : row.message_id,
      type: row.type,
      state: row.state,
      since,
      due: (row.state === 'valid' ? row.answer_due : undefined) ?? new Date(since.getTime() + delivery.receiptSeconds * 1000),
      asked: row.asked,
    };
  }

  async #rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as Row[];
    } catch (error) {
      throw failure(error);
    }
  }
}

/** What is still owed about a message in this state; before, it is R1. */
const OWED_AFTER: Readonly<Record<string, DebtLevel>> = { stored: 'R2', valid: 'R3' };
const highest = (levels: readonly string[] | null): DebtLevel => (levels?.at(-1) as DebtLevel | undefined) ?? 'R1';

interface DebtRow {
  readonly id: string;
  readonly link: string;
  readonly kind: 'message' | 'receipt';
  readonly state: string;
  readonly asked: number;
  readonly published_at: Date | null;
  readonly created_at: Date;
  readonly answer_due: Date | null;
  readonly message_id: string;
  readonly correlation_id: string | null;
  readonly type: string;
  readonly levels: string[] | null;
}

/** The predicate of the index `delivery_owed`, word for word, so that it is used. */
export const OWED = `((d.kind = 'message' AND (d.state IN ('unknown', 'missing', 'stored') OR (d.state = 'valid' AND d.answer_due IS NOT NULL)))
        OR (d.kind = 'receipt' AND d.state IN ('ready', 'retrying', 'expired')))`;

const DEBTS = `
SELECT o.id, o.link, o.kind, owed.state, owed.asked, owed.published_at, o.created_at, owed.answer_due, o.message_id, o.correlation_id,
       coalesce(i.type, o.type) AS type, r.levels
  FROM (SELECT w.* FROM unnest($1::text[]) AS l (link)
         CROSS JOIN LATERAL (SELECT d.id, d.state, d.asked, d.published_at, d.answer_due FROM delivery d
                              WHERE d.link = l.link AND d.id > $2::bigint AND ${OWED} AND d.kind = ANY ($3::text[])
                              ORDER BY d.id LIMIT $4) AS w
         ORDER BY w.id LIMIT $4) AS owed
  JOIN outbox o USING (id)
  LEFT JOIN receipt r ON o.kind = 'receipt' AND r.receipt_id = o.message_id
  LEFT JOIN inbox i ON i.sender = r.about_sender AND i.message_id = r.about_message_id
 ORDER BY o.id`;

const COUNTS = `
SELECT l.link, coalesce(sum((w.kind = 'message')::integer), 0) AS theirs, coalesce(sum((w.kind = 'receipt')::integer), 0) AS ours
  FROM unnest($1::text[]) AS l (link)
  LEFT JOIN LATERAL (SELECT d.kind FROM delivery d WHERE d.link = l.link AND ${OWED} LIMIT $2) AS w ON true
 GROUP BY l.link ORDER BY l.link`;
