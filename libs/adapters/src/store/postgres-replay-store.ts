import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import {
  BY_BILL,
  ReplayStore,
  type InboxKey,
  type LeasedPlan,
  type NewReplayPlan,
  type PlanChange,
  type PlanCounts,
  type PlanState,
  type ReplayCandidate,
  type ReplayEdit,
  type ReplayItem,
  type PlanKind,
  type ReplayPlan,
  type Scope,
} from '#exchange';
import { ExchangeError } from '#model';
import { poolOf } from './data-source.ts';
import * as sql from './replay-sql.ts';
import { candidateOf, itemOf, planOf, type CandidateRow, type ItemRow, type PlanRow } from './replay-rows.ts';
import { inTransaction, rowsOf } from './transaction.ts';

const ENDS: readonly PlanState[] = ['stopped', 'done', 'refused', 'expired'];

/** Replay plans on PostgreSQL. Every method may reject with STORE_UNAVAILABLE. */
export class PostgresReplayStore extends ReplayStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async candidates(scope: Scope, ids: readonly string[], kind: PlanKind): Promise<readonly ReplayCandidate[]> {
    const wanted = ids.map(keyOf);
    const rows = await this.#rows<CandidateRow>(sql.CANDIDATES, [
      wanted.map(({ sender }) => sender),
      wanted.map(({ messageId }) => messageId),
      scope.links ?? null,
      kind === 'retranslate',
      BY_BILL,
    ]);
    return rows.map(candidateOf);
  }

  override async sources(keys: readonly InboxKey[]): Promise<ReadonlyMap<string, { readonly frame: Buffer; readonly link: string }>> {
    const rows = await this.#rows<{ sender: string; message_id: string; link: string; frame: Buffer }>(
      `SELECT DISTINCT i.sender, i.message_id, i.link, i.frame FROM unnest($1::text[], $2::text[]) AS k (sender, message_id)
         JOIN inbox i USING (sender, message_id)`,
      [keys.map(({ sender }) => sender), keys.map(({ messageId }) => messageId)],
    );
    return new Map(rows.map(({ sender, message_id, frame, link }) => [`in:${sender}/${message_id}`, { frame, link }]));
  }

  override async create(plan: NewReplayPlan): Promise<string> {
    return inTransaction(this.#pool, async (client) => {
      const kept = await client.query<{ id: string }>(sql.CREATE, [
        plan.id,
        plan.author.id,
        plan.author.name,
        plan.request,
        plan.kind,
        plan.state,
        plan.reason,
        plan.action,
        plan.digest,
        plan.needsSecondPerson,
        plan.links,
        plan.to ?? null,
        plan.canary,
        plan.rate,
        plan.maxFailures,
        plan.at,
        plan.expiresAt,
        plan.query ?? null,
      ]);
      if (kept.rowCount === 0) {
        const before = await client.query<{ id: string }>('SELECT id FROM replay_plan WHERE author_id = $1 AND request = $2', [
          plan.author.id,
          plan.request,
        ]);
        return before.rows[0]?.id ?? plan.id;
      }
      const taken = await client.query(sql.CREATE_ITEMS, [plan.id, JSON.stringify(plan.items)]);
      if (taken.rowCount !== plan.items.length) throw new ExchangeError('REPLAY_TAKEN');
      if (plan.edit)
        await client.query('INSERT INTO replay_edit (plan, original_digest, digest, payload) VALUES ($1, $2, $3, $4)', [
          plan.id,
          plan.edit.originalDigest,
          plan.edit.digest,
          plan.edit.payload,
        ]);
      return plan.id;
    });
  }

  override async requested(authorId: string, request: string): Promise<string | undefined> {
    const text = 'SELECT id FROM replay_plan WHERE author_id = $1 AND request = $2';
    return (await this.#rows<{ id: string }>(text, [authorId, request]))[0]?.id;
  }

  override async plan(scope: Scope, id: string): Promise<ReplayPlan | undefined> {
    const [row] = await this.#rows<PlanRow>('SELECT * FROM replay_plan WHERE id = $1 AND ($2::text[] IS NULL OR links <@ $2)', [
      id,
      scope.links ?? null,
    ]);
    return row && planOf(row);
  }

  override async list(
    scope: Scope,
    { state, before, limit }: { readonly state?: PlanState; readonly before?: Date; readonly limit: number },
  ): Promise<readonly (ReplayPlan & { readonly counts: PlanCounts })[]> {
    const rows = await this.#rows<PlanRow>(sql.LIST, [scope.links ?? null, state ?? null, before ?? null, limit]);
    return Promise.all(rows.map(async (row) => ({ ...planOf(row), counts: await this.counts(row.id) })));
  }

  override async items(id: string, after: number, limit: number): Promise<readonly ReplayItem[]> {
    return (await this.#rows<ItemRow>(sql.ITEMS, [id, after, limit])).map(itemOf);
  }

  override async counts(id: string): Promise<PlanCounts> {
    const rows = await this.#rows<{ state: string; count: string }>(sql.COUNTS, [id]);
    const none = { waiting: 0, sent: 0, failed: 0, skipped: 0, excluded: 0, dropped: 0, good: 0, bad: 0, open: 0, unknown: 0 };
    return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])) };
  }

  override async edit(id: string): Promise<ReplayEdit | undefined> {
    const [row] = await this.#rows<{ original_digest: string; digest: string; payload: Buffer }>(
      'SELECT original_digest, digest, payload FROM replay_edit WHERE plan = $1',
      [id],
    );
    return row && { originalDigest: row.original_digest, digest: row.digest, payload: row.payload };
  }

  override async move(id: string, change: PlanChange): Promise<boolean> {
    const { from, to, at, cause, approver, decision, expiresAt, report, tolerate } = change;
    return inTransaction(this.#pool, async (client) => {
      const moved = await client.query(sql.MOVE, [
        id,
        from,
        to,
        at,
        cause ?? null,
        approver?.id ?? null,
        approver?.name ?? null,
        decision ?? null,
        expiresAt ?? null,
        report ?? null,
        ENDS.includes(to),
      ]);
      if (moved.rowCount === 0) return false;
      if (tolerate) await client.query(sql.TOLERATE, [id]);
      if (ENDS.includes(to)) await client.query(sql.DROP, [id]);
      return true;
    });
  }

  override async lease(holder: string, now: Date, until: Date, restUntil: Date): Promise<LeasedPlan | undefined> {
    const [row] = await this.#rows<PlanRow>(sql.LEASE, [holder, now, until, restUntil]);
    if (!row) return undefined;
    const [counts, [next]] = await Promise.all([this.counts(row.id), this.#rows<ItemRow>(sql.NEXT_ITEM, [row.id])]);
    const { waiting, sent, failed, skipped, good, bad, open, unknown } = counts;
    return {
      plan: planOf(row),
      progress: {
        waiting,
        sent,
        failed,
        skipped,
        good,
        bad,
        open,
        unknown,
        tolerated: row.tolerated,
        canary: row.canary,
        maxFailures: row.max_failures,
      },
      ...(next ? { next: itemOf(next) } : {}),
    };
  }

  override async expire(now: Date): Promise<number> {
    return (await this.#rows(sql.EXPIRE_PLANS, [now])).length;
  }

  #rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return rowsOf(this.#pool, text, values);
  }
}

/** `out:<id>`, `in:<sender>/<id>`, `<sender>/<id>` or `<id>`; the empty sender means our own messages only, null any. */
function keyOf(id: string): { readonly sender: string | null; readonly messageId: string } {
  if (id.startsWith('out:')) return { sender: '', messageId: id.slice(4) };
  const bare = id.startsWith('in:') ? id.slice(3) : id;
  const slash = bare.indexOf('/');
  return slash < 0 ? { sender: null, messageId: bare } : { sender: bare.slice(0, slash), messageId: bare.slice(slash + 1) };
}
