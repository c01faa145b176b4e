import type { DataSource } from 'typeorm';
import { poolOf } from './data-source.ts';
import { failure } from './failure.ts';

/** What is kept for a time beside messages. What is still open (fires, waits, is in force) is never among it. */
export const RETAINED = ['alerts', 'dead-letters', 'requests', 'sessions'] as const;
export type Retained = (typeof RETAINED)[number];

/** Tables and the rows of them whose time is over; `$1`: what was over before. The audit trail keeps who did what. */
const OVER: Readonly<Record<Retained, readonly (readonly [table: string, over: string])[]>> = {
  alerts: [
    ['alert', `state = 'resolved' AND resolved_at < $1`],
    ['alert_notice', `state <> 'waiting' AND created_at < $1`],
    ['alert_silence', `coalesce(ended_at, until) < $1`],
  ],
  'dead-letters': [['dead_letter', `state IN ('replayed', 'discarded') AND decided_at < $1`]],
  requests: [['link_request', `state <> 'submitted' AND coalesce(decided_at, expires_at) < $1`]],
  sessions: [
    ['session', `coalesce(ended_at, until) < $1`],
    ['access_token', `coalesce(revoked_at, until) < $1`],
    ['oidc_flow', `until < $1`],
  ],
};

/** Rows a transaction: short enough that nobody waits for it. */
const BATCH = 1_000;

/** Rows whose time is over. */
export async function countOver(dataSource: DataSource, what: Retained, before: Date): Promise<number> {
  let count = 0;
  for (const [table, over] of OVER[what]) {
    const { rows } = await asked(dataSource, `SELECT count(*) AS count FROM ${table} WHERE ${over}`, before);
    count += Number((rows[0] as { count: string }).count);
  }
  return count;
}

/** Removes them, batch by batch, so it may be stopped and called again. Needs the owner of the tables. Answers how many rows went. */
export async function removeOver(dataSource: DataSource, what: Retained, before: Date): Promise<number> {
  let removed = 0;
  for (const [table, over] of OVER[what])
    for (let last = BATCH; last > 0; removed += last) {
      const text = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${over} LIMIT ${BATCH}))`;
      last = (await asked(dataSource, text, before)).rowCount ?? 0;
    }
  return removed;
}

async function asked(dataSource: DataSource, text: string, before: Date) {
  try {
    return await poolOf(dataSource).query(text, [before]);
  } catch (error) {
    throw failure(error);
  }
}
