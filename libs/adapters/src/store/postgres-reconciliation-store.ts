import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import {
  ReconciliationStore,
  type ContradictingAnswerRow,
  type CountedRange,
  type FoundReconciliation,
  type ReconciliationAnswerRow,
  type ReconciliationDifferences,
  type ReconciliationFilter,
  type ReconciliationRow,
  type ReconciliationState,
  type Scope,
  type SignedAnswer,
} from '#exchange';
import { readReconciliation, sha256, type CountedMessage } from '#trust';
import { poolOf } from './data-source.ts';
import { failure } from './failure.ts';

const STATEMENT = `SELECT r.link, r.day::text AS day, r.at, r.jws`;
const LAST = `${STATEMENT} FROM reconciliation r WHERE r.link = $1 ORDER BY r.day DESC LIMIT 1`;
const FIND = `${STATEMENT}, a.jws AS answer,
  ARRAY (SELECT c.content FROM reconciliation_contradiction c WHERE c.link = r.link AND c.day = r.day) AS contradictions
  FROM reconciliation r LEFT JOIN reconciliation_answer a USING (link, day) WHERE r.link = $1 AND r.day = $2::date`;
const UNANSWERED = `${STATEMENT} FROM reconciliation r
 WHERE r.link = $1 AND NOT EXISTS (SELECT 1 FROM reconciliation_answer a WHERE a.link = r.link AND a.day = r.day) ORDER BY r.day DESC LIMIT $2`;
const LIST = `${STATEMENT}, a.at AS answered_at, a.agreed, a.differences, a.jws AS answer,
  (SELECT json_agg(json_build_object('at', c.at, 'digest', translate(trim(trailing '=' FROM encode(sha256(c.jws), 'base64')), '+/', '-_'),
                                     'agreed', c.agreed, 'differences', c.differences) ORDER BY c.at)
     FROM reconciliation_contradiction c WHERE c.link = r.link AND c.day = r.day) AS contradictions
  FROM reconciliation r LEFT JOIN reconciliation_answer a USING (link, day)
 WHERE ($1::text[] IS NULL OR r.link = ANY ($1)) AND ($2::text IS NULL OR r.link = $2) AND ($3::date IS NULL OR r.day = $3)
 ORDER BY r.day DESC, r.link LIMIT $4`;
const ADD = `INSERT INTO reconciliation (link, day, at, jws) VALUES ($1, $2::date, $3, $4) ON CONFLICT DO NOTHING`;
const ADD_ANSWER = `
WITH added AS (
  INSERT INTO reconciliation_answer (link, day, at, jws, agreed, differences) VALUES ($1, $2::date, $3, $4, $5, $6::jsonb)
  ON CONFLICT DO NOTHING RETURNING link, day, at, agreed
), told AS (
  INSERT INTO event (subject, kind, actor, cause, at)
  SELECT 'link:' || link, 'reconciliation', 'exchange', 'disagreed ' || day, at FROM added WHERE NOT agreed
)
SELECT link FROM added`;

const ADD_CONTRADICTION = `
WITH added AS (
  INSERT INTO reconciliation_contradiction (link, day, content, at, jws, agreed, differences) VALUES ($1, $2::date, $3, $4, $5, $6, $7::jsonb)
  ON CONFLICT DO NOTHING RETURNING link, day, at
)
INSERT INTO event (subject, kind, actor, cause, at)
SELECT 'link:' || link, 'reconciliation', 'exchange', 'contradicted ' || day, at FROM added`;

/** The log is the truth about what was exchanged; `at` narrows the search and sequence numbers decide. */
const FIRST_DAY = `SELECT to_char(min(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day FROM log_entry WHERE link = $1 AND kind = 'message'`;
const ENDS = `
SELECT coalesce(max(link_sequence) FILTER (WHERE direction = 'in'), 0) AS "in",
       coalesce(max(link_sequence) FILTER (WHERE direction = 'out'), 0) AS out
  FROM log_entry WHERE link = $1 AND kind = 'message' AND at >= coalesce($2::timestamptz, '-infinity') AND at < $3`;
const COUNTED = `
SELECT link_sequence AS sequence, manifest_digest FROM log_entry
 WHERE link = $1 AND kind = 'message' AND direction = $2 AND link_sequence > $3 AND link_sequence <= $4
   AND at >= coalesce($5::timestamptz, '-infinity')`;
const ON_THE_WAY = `
SELECT 1 FROM delivery d JOIN outbox o USING (id)
 WHERE d.link = $1 AND d.kind = 'message' AND d.state IN ('ready', 'retrying', 'publishing', 'published', 'unknown') AND o.link_sequence <= $2 LIMIT 1`;

interface StateRow extends ReconciliationRow {
  readonly answered_at: Date | null;
  readonly agreed: boolean | null;
  readonly differences: ReconciliationDifferences | null;
  readonly answer: Buffer | null;
  readonly contradictions:
    readonly (Omit<SignedAnswer, 'at' | 'differences'> & { at: string; differences: ReconciliationDifferences | null })[] | null;
}

/** Daily reconciliations in PostgreSQL. */
export class PostgresReconciliationStore extends ReconciliationStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async last(link: string): Promise<ReconciliationRow | undefined> {
    return (await this.#rows<ReconciliationRow>(LAST, [link]))[0];
  }

  override async find(link: string, day: string): Promise<FoundReconciliation | undefined> {
    const [row] = await this.#rows<FoundReconciliation & { answer: Buffer | null }>(FIND, [link, day]);
    if (!row) return undefined;
    const { answer, ...statement } = row;
    return { ...statement, ...(answer && { answer }) };
  }

  override async addContradiction({ link, day, content, at, jws, agreed, differences }: ContradictingAnswerRow): Promise<void> {
    const told = differences ? JSON.stringify(differences) : null;
    await this.#rows(ADD_CONTRADICTION, [link, day, content, at, jws, agreed, told]);
  }

  override async firstDay(link: string): Promise<string | undefined> {
    return (await this.#rows<{ day: string | null }>(FIRST_DAY, [link]))[0]?.day ?? undefined;
  }

  override async ends(link: string, since: Date | undefined, before: Date): Promise<{ readonly in: number; readonly out: number }> {
    const [row] = await this.#rows<{ in: string; out: string }>(ENDS, [link, since ?? null, before]);
    return { in: Number(row?.in ?? 0), out: Number(row?.out ?? 0) };
  }

  override async counted({ link, direction, after, last, since }: CountedRange): Promise<readonly CountedMessage[]> {
    const rows = await this.#rows<{ sequence: string; manifest_digest: string }>(COUNTED, [link, direction, after, last, since ?? null]);
    return rows.map(({ sequence, manifest_digest }) => ({ sequence: Number(sequence), manifestDigest: manifest_digest }));
  }

  override async onTheWay(link: string, last: number): Promise<boolean> {
    return (await this.#rows(ON_THE_WAY, [link, last])).length > 0;
  }

  override async add({ link, day, at, jws }: ReconciliationRow): Promise<void> {
    await this.#rows(ADD, [link, day, at, jws]);
  }

  override unanswered(link: string, limit: number): Promise<readonly ReconciliationRow[]> {
    return this.#rows<ReconciliationRow>(UNANSWERED, [link, limit]);
  }

  override async addAnswer({ link, day, at, jws, agreed, differences }: ReconciliationAnswerRow): Promise<boolean> {
    const told = differences ? JSON.stringify(differences) : null;
    return (await this.#rows(ADD_ANSWER, [link, day, at, jws, agreed, told])).length > 0;
  }

  override async list(scope: Scope, { link, day, limit }: ReconciliationFilter): Promise<readonly ReconciliationState[]> {
    return (await this.#rows<StateRow>(LIST, [scope.links ?? null, link ?? null, day ?? null, limit])).map(stateOf);
  }

  async #rows<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as Row[];
    } catch (error) {
      throw failure(error);
    }
  }
}

function stateOf({ link, day, at, jws, answered_at, agreed, differences, answer, contradictions }: StateRow): ReconciliationState {
  const statement = readReconciliation(jws);
  const further = (contradictions ?? []).map(({ differences: found, ...one }) => answerOf({ ...one, at: new Date(one.at) }, found));
  return {
    link,
    day,
    state: further.length > 0 ? 'contradicted' : agreed === null ? 'open' : agreed ? 'agreed' : 'disagreed',
    sent: statement?.sent.count ?? 0,
    received: statement?.received.count ?? 0,
    made: at,
    ...(answered_at && { answered: answered_at }),
    ...(differences && { differences }),
    ...(further.length > 0 && answer && answered_at
      ? { answers: [answerOf({ at: answered_at, digest: sha256(answer), agreed: agreed === true }, differences), ...further] }
      : {}),
  };
}

const answerOf = (answer: Omit<SignedAnswer, 'differences'>, differences: ReconciliationDifferences | null): SignedAnswer => ({
  ...answer,
  ...(differences && { differences }),
});
