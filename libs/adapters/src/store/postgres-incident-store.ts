import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import {
  absorb,
  failuresOf,
  fingerprintOf,
  IncidentStore,
  type FailedMessage,
  type Failure,
  type Incident,
  type IncidentChange,
  type IncidentFilter,
  type IncidentNote,
  type IncidentRecord,
  type Regrouping,
  type Scope,
} from '#exchange';
import { poolOf } from './data-source.ts';
import { storable } from './encode.ts';
import * as sql from './incident-sql.ts';
import { incidentOf, messageOf, type FailedRow, type IncidentRow, type NoteRow, noteOf } from './incident-rows.ts';
import { placeAfter, readEnd, type Place } from './view/place.ts';
import { inTransaction, rowsOf } from './transaction.ts';

export interface IncidentStoreOptions {
  /** Events looked at in one transaction. */
  readonly batch?: number;
  /** Incidents of one link; what is new beyond is counted without its path: a sender chooses the names in its documents. */
  readonly perLink?: number;
}

/** Incidents on PostgreSQL. Costs the exchange nothing: it reads events that are there already, in batches, by itself. */
export class PostgresIncidentStore extends IncidentStore {
  readonly #pool: Pool;
  readonly #batch: number;
  readonly #perLink: number;

  constructor(dataSource: DataSource, { batch = 5_000, perLink = 2_000 }: IncidentStoreOptions = {}) {
    super();
    this.#pool = poolOf(dataSource);
    this.#batch = batch;
    this.#perLink = perLink;
  }

  override follow(): Promise<'busy' | 'more' | 'done'> {
    return inTransaction(this.#pool, async (client) => {
      const [row] = (await client.query<Record<keyof Place, string>>(sql.TAKE)).rows;
      if (!row) return 'busy';
      const place = { low: BigInt(row.low), high: BigInt(row.high), transaction: BigInt(row.transaction) };
      const { end, oldest } = await readEnd(async (text) => (await client.query(text)).rows);
      // A transaction that may hold a number at or below `high` still runs.
      if (oldest < place.transaction) return 'done';
      const [walked] = (await client.query<{ last: string | null; seen: string }>(sql.WALK, [place.low, place.high, this.#batch])).rows;
      const more = Number(walked?.seen) === this.#batch;
      if (walked?.last != null) await this.#gather(client, place.low, BigInt(walked.last));
      const next = placeAfter(place, end, more ? BigInt(walked?.last ?? place.high) : undefined);
      await client.query(sql.MOVE_ON, [next.low, next.high, next.transaction]);
      return more ? 'more' : 'done';
    });
  }

  override async settle(now: Date, cleanSince: Date): Promise<number> {
    return (await this.#rows(sql.SETTLE, [now, cleanSince])).length;
  }

  override async list({ links }: Scope, { states, after, limit, now }: IncidentFilter): Promise<readonly Incident[]> {
    const values = [links ?? null, states ?? null, after?.lastAt ?? null, after?.id ?? null, limit, now];
    return (await this.#rows<IncidentRow>(sql.LIST, values)).map(incidentOf);
  }

  override async find({ links }: Scope, id: string, now: Date): Promise<Incident | undefined> {
    const [row] = await this.#rows<IncidentRow>(sql.FIND, [links ?? null, id, now]);
    return row && incidentOf(row);
  }

  override async parts({ links }: Scope, id: string, now: Date): Promise<readonly Incident[]> {
    return (await this.#rows<IncidentRow>(sql.PARTS, [links ?? null, id, now])).map(incidentOf);
  }

  override async days(ids: readonly string[], now: Date): Promise<readonly number[]> {
    return (await this.#rows<{ days: number[] }>(sql.DAYS, [ids, now]))[0]?.days ?? [];
  }

  override async notes(ids: readonly string[]): Promise<readonly IncidentNote[]> {
    return (await this.#rows<NoteRow>(sql.NOTES, [ids])).map(noteOf);
  }

  override async failing(ids: readonly string[], limit: number): Promise<readonly string[]> {
    return (await this.#rows<{ subject: string }>(sql.FAILING, [ids, limit])).map(({ subject }) => subject);
  }

  override async standing(ids: readonly string[], limit: number): Promise<number> {
    return Number((await this.#rows<{ count: string }>(sql.STANDING, [ids, limit]))[0]?.count ?? 0);
  }

  override change(
    id: string,
    { to, ignoredUntil, owner, fixedBy, leftStanding, kind, value, text, author, at }: IncidentChange,
  ): Promise<void> {
    return inTransaction(this.#pool, async (client) => {
      const whose = [owner !== undefined, owner?.id ?? null, owner?.name ?? null];
      await client.query(sql.CHANGE, [id, to ?? null, at, ignoredUntil ?? null, ...whose, fixedBy ?? null, leftStanding ?? null]);
      await client.query(sql.ADD_NOTE, [id, kind, value ?? null, text, author, at]);
    });
  }

  override regroup(what: 'merge' | 'split', part: string, head: string, { text, author, at }: Regrouping): Promise<boolean> {
    return inTransaction(this.#pool, async (client) => {
      const { rowCount } = await client.query(what === 'merge' ? sql.MERGE : sql.SPLIT, [part, head]);
      if (rowCount === 0) return false;
      for (const [id, other] of [
        [part, head],
        [head, part],
      ])
        await client.query(sql.ADD_NOTE, [id, what, other, text, author, at]);
      return true;
    });
  }

  /** Counts what failed among these events. */
  async #gather(client: PoolClient, after: bigint, until: bigint): Promise<void> {
    const rows = (await client.query<FailedRow>(sql.FAILED, [after, until])).rows;
    const found = rows.map((row): FailedMessage => messageOf(row)).flatMap(failuresOf);
    if (found.length === 0) return;
    const { failures, known } = await this.#bounded(client, found);
    const ids = new Map([...known].map(([fingerprint, { id }]) => [fingerprint, id]));
    const members = await this.#members(client, failures, ids);
    const now = new Map<string, IncidentRecord>(known);
    const counted = new Map<string, { fingerprint: string; subject: string; first: Date; last: Date; count: number }>();
    const returned: { fingerprint: string; at: Date }[] = [];
    for (const one of failures) {
      const { fingerprint, subject, at } = one;
      const key = `${fingerprint} ${subject}`;
      const before = now.get(fingerprint);
      const absorbed = absorb(before, one, members.has(key) || counted.has(key));
      if (before && absorbed.cameBack > before.cameBack) returned.push({ fingerprint, at });
      now.set(fingerprint, absorbed);
      const seen = counted.get(key) ?? { fingerprint, subject, first: at, last: at, count: 0 };
      counted.set(key, { ...seen, first: at < seen.first ? at : seen.first, last: at > seen.last ? at : seen.last, count: seen.count + 1 });
    }
    const touched = [...new Set(failures.map(({ fingerprint }) => fingerprint))].map((one) => now.get(one) as IncidentRecord);
    const added = await client.query<{ id: string; fingerprint: string }>(sql.ADD, [
      packed(touched.filter((one) => !ids.has(one.fingerprint))),
    ]);
    await client.query(sql.RENEW, [packed(touched.filter((one) => ids.has(one.fingerprint)))]);
    for (const { id, fingerprint } of added.rows) ids.set(fingerprint, id);
    await client.query(sql.ADD_MESSAGES, [
      JSON.stringify(
        [...counted.values()].map(({ fingerprint, subject, first, last, count }) => ({
          i: ids.get(fingerprint),
          s: subject,
          ...idsOf(subject),
          f: first,
          l: last,
          n: count,
        })),
      ),
    ]);
    await client.query(sql.ADD_HOURS, [JSON.stringify(hoursOf(failures, ids))]);
    await client.query(sql.LIFT, [[...ids.values()]]);
    for (const { fingerprint, at } of returned) {
      const back = [ids.get(fingerprint)];
      back.push(...(await client.query<{ id: string }>(sql.REOPEN, [back[0], at])).rows.map(({ id }) => id));
      for (const id of back) await client.query(sql.ADD_NOTE, [id, 'state', 'open', 'came back', 'gateway', at]);
    }
  }

  /** The incidents that these belong to; where a link has too many, new ones lose their path. */
  async #bounded(client: PoolClient, found: readonly Failure[]): Promise<{ failures: readonly Failure[]; known: Map<string, Incident> }> {
    const lookUp = async (some: readonly Failure[]) => {
      const rows = await client.query<IncidentRow>(sql.KNOWN, [[...new Set(some.map(({ fingerprint }) => fingerprint))]]);
      return new Map(rows.rows.map((row) => [row.fingerprint, incidentOf(row)]));
    };
    const known = await lookUp(found);
    const fresh = found.filter(({ fingerprint }) => !known.has(fingerprint));
    if (fresh.length === 0) return { failures: found, known };
    const links = await client.query<{ link: string; count: string }>(sql.PER_LINK, [[...new Set(found.map(({ link }) => link))]]);
    const counts = new Map(links.rows.map(({ link, count }) => [link, Number(count)]));
    const made = new Set<string>();
    const failures = found.map((one) => {
      if (known.has(one.fingerprint) || made.has(one.fingerprint)) return one;
      const count = counts.get(one.link) ?? 0;
      if (count >= this.#perLink) return { ...one, path: '*', fingerprint: fingerprintOf({ ...one, path: '*' }) };
      counts.set(one.link, count + 1);
      made.add(one.fingerprint);
      return one;
    });
    return { failures, known: await lookUp(failures) };
  }

  async #members(client: PoolClient, failures: readonly Failure[], ids: ReadonlyMap<string, string>): Promise<ReadonlySet<string>> {
    const asked = failures.filter(({ fingerprint }) => ids.has(fingerprint));
    const byId = new Map([...ids].map(([fingerprint, id]) => [id, fingerprint]));
    const { rows } = await client.query<{ incident: string; subject: string }>(sql.MEMBERS, [
      asked.map(({ fingerprint }) => ids.get(fingerprint)),
      asked.map(({ subject }) => subject),
    ]);
    return new Set(rows.map(({ incident, subject }) => `${byId.get(incident) ?? ''} ${subject}`));
  }

  #rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return rowsOf(this.#pool, text, values);
  }
}

/** Failures of each incident by the full hour in which they happened. */
function hoursOf(failures: readonly Failure[], ids: ReadonlyMap<string, string>): readonly { i: string | undefined; h: Date; n: number }[] {
  const counted = new Map<string, { i: string | undefined; h: Date; n: number }>();
  for (const { fingerprint, at } of failures) {
    const h = new Date(at.getTime() - (at.getTime() % 3_600_000));
    const key = `${fingerprint} ${h.getTime()}`;
    const before = counted.get(key);
    counted.set(key, { i: ids.get(fingerprint), h, n: (before?.n ?? 0) + 1 });
  }
  return [...counted.values()];
}

/** Sender and message id of a subject, for the lists; quarantined bytes have neither. */
function idsOf(subject: string): { readonly d?: string; readonly m?: string } {
  if (subject.startsWith('out:')) return { m: subject.slice(4) };
  const slash = subject.indexOf('/');
  return subject.startsWith('in:') ? { d: subject.slice(3, slash), m: subject.slice(slash + 1) } : {};
}

const packed = (records: readonly IncidentRecord[]): string =>
  storable(
    JSON.stringify(
      records.map((one) => ({
        f: one.fingerprint,
        sg: one.stage,
        l: one.link,
        t: one.type,
        c: one.code,
        p: one.path,
        rs: one.reason,
        s: one.state,
        ca: one.changedAt,
        fa: one.firstAt,
        la: one.lastAt,
        oa: one.openedAt,
        ra: one.repairedAt,
        n: one.count,
        m: one.messages,
        k: one.keys,
        g: one.mappings,
        b: one.cameBack,
        ba: one.cameBackAt,
      })),
    ),
  );
