import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import {
  AlertReadings,
  AlertStore,
  gatherNotice,
  silencedBy,
  type Alert,
  type AlertChanges,
  type AlertFilter,
  type FailureCount,
  type NewAlert,
  type Notice,
  type NoticePlan,
  type Scope,
  type Silence,
} from '#exchange';
import { alertOf, noticeOf, silenceOf, type AlertRow, type NoticeRow, type SilenceRow } from './alert-rows.ts';
import * as sql from './alert-sql.ts';
import { poolOf } from './data-source.ts';
import { storable } from './encode.ts';
import { inTransaction, rowsOf } from './transaction.ts';

/** Alerts on PostgreSQL. */
export class PostgresAlertStore extends AlertStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override turn(
    now: Date,
    intervalSeconds: number,
    notices: NoticePlan,
    decide: (open: readonly Alert[]) => Promise<AlertChanges>,
  ): Promise<'busy' | 'done'> {
    return inTransaction(this.#pool, async (client) => {
      const [taken] = (await client.query<{ may_tell: boolean }>(sql.TAKE, [now, intervalSeconds, notices.pauseSeconds])).rows;
      if (!taken) return 'busy';
      const { added, changed, dropped } = await decide((await client.query<AlertRow>(sql.OPEN)).rows.map(alertOf));
      if (dropped.length > 0) await client.query(sql.DROP, [dropped]);
      if (changed.length > 0) await client.query(sql.RENEW, [packed(changed)]);
      if (added.length > 0) await client.query(sql.ADD, [packed(added)]);
      const told = taken.may_tell && (await tell(client, now, notices));
      await client.query(sql.TURNED, [now, told]);
      return 'done';
    });
  }

  override takeNotice(now: Date, again: (attempt: number) => Date, only?: string): Promise<Notice | undefined> {
    return inTransaction(this.#pool, async (client) => {
      const [due] = (await client.query<{ id: string; attempt: number }>(sql.DUE, [now, only ?? null])).rows;
      if (!due) return undefined;
      const attempt = due.attempt + 1;
      return noticeOf((await client.query<NoticeRow>(sql.TRY, [due.id, attempt, again(attempt)])).rows[0]!);
    });
  }

  override async settleNotice(id: string, at: Date, failure?: { readonly code: string; readonly giveUp: boolean }): Promise<void> {
    await this.#rows(sql.SETTLE, [id, at, failure?.code ?? null, failure?.giveUp ?? false]);
  }

  override async addNotices(notices: readonly Pick<Notice, 'id' | 'channel' | 'content' | 'createdAt'>[]): Promise<void> {
    for (const { id, channel, content, createdAt } of notices)
      await this.#rows(sql.ADD_NOTICE, [id, channel, storable(JSON.stringify(content)), createdAt]);
  }

  override async notices(limit: number): Promise<readonly Notice[]> {
    return (await this.#rows<NoticeRow>(sql.NOTICES, [limit])).map(noticeOf);
  }

  override async list({ links }: Scope, { states, before, limit }: AlertFilter): Promise<readonly Alert[]> {
    return (await this.#rows<AlertRow>(sql.LIST, [links ?? null, states ?? null, before ?? null, limit])).map(alertOf);
  }

  override async find({ links }: Scope, id: string): Promise<Alert | undefined> {
    const [row] = await this.#rows<AlertRow>(sql.FIND, [links ?? null, id]);
    return row && alertOf(row);
  }

  override async acknowledge(id: string, by: string, at: Date, reason: string): Promise<boolean> {
    return (await this.#rows(sql.ACKNOWLEDGE, [id, by, at, reason])).length > 0;
  }

  override async silences({ links }: Scope, now: Date): Promise<readonly Silence[]> {
    return (await this.#rows<SilenceRow>(sql.LIST_SILENCES, [links ?? null, now])).map(silenceOf);
  }

  override async silence({ rule, link, until, reason, by, at }: Omit<Silence, 'id'>): Promise<Silence> {
    return silenceOf((await this.#rows<SilenceRow>(sql.SILENCE, [rule ?? null, link ?? null, until, reason, by, at]))[0]!);
  }

  override async endSilence({ links }: Scope, id: string, at: Date): Promise<boolean> {
    return (await this.#rows(sql.END_SILENCE, [links ?? null, id, at])).length > 0;
  }

  #rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return rowsOf(this.#pool, text, values);
  }
}

/** Makes one notice a channel of what nobody was told. True: there is something to tell. */
async function tell(client: PoolClient, now: Date, { channels, lines }: NoticePlan): Promise<boolean> {
  const silences = (await client.query<SilenceRow>(sql.SILENCES, [now])).rows.map(silenceOf);
  const untold = (await client.query<AlertRow>(sql.UNTOLD)).rows.map(alertOf);
  const isSilent = (alert: Alert): boolean => silences.some((silence) => silencedBy(silence, alert));
  // What still fires when its silence ends is told then; what has ended meanwhile is nobody's business any more.
  const over = untold.filter((alert) => alert.state === 'resolved' && isSilent(alert));
  const heard = untold.filter((alert) => !isSilent(alert));
  const content = gatherNotice(heard, lines);
  const settled = [...over, ...heard].map(({ id }) => id);
  if (settled.length > 0) await client.query(sql.TOLD, [settled]);
  if (!content) return false;
  const text = storable(JSON.stringify(content));
  for (const channel of channels) await client.query(sql.ADD_NOTICE, [randomUUID(), channel, text, now]);
  return true;
}

const packed = (alerts: readonly (Alert | NewAlert)[]): string =>
  storable(
    JSON.stringify(
      alerts.map((one) => ({
        id: 'id' in one ? one.id : undefined,
        r: one.rule,
        m: one.measure,
        v: one.severity,
        s: one.subject,
        l: one.link,
        x: one.value,
        b: one.limit,
        st: one.state,
        si: one.since,
        f: one.firedAt,
        c: one.clearSince,
        re: one.resolvedAt,
      })),
    ),
  );

/** Messages of a link looked at, each way. */
const NEWEST = 2_000;

export class PostgresAlertReadings extends AlertReadings {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async failures(links: readonly string[], since: Date): Promise<readonly FailureCount[]> {
    const rows = await rowsOf<{ link: string; seen: string; failed: string }>(this.#pool, sql.FAILURES, [links, since, NEWEST]);
    return rows.map(({ link, seen, failed }) => ({ link, seen: Number(seen), failed: Number(failed) }));
  }

  override async atRisk(links: readonly string[], until: Date): Promise<readonly { readonly link: string; readonly count: number }[]> {
    const rows = await rowsOf<{ link: string; count: string }>(this.#pool, sql.AT_RISK, [links, until, NEWEST]);
    return rows.map(({ link, count }) => ({ link, count: Number(count) }));
  }
}
