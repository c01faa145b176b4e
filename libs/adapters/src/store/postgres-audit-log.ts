import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { AuditLog, type AuditEntry, type AuditFilter, type AuditRecord, type StoredAudit } from '#exchange';
import { auditDigest, type ChainedAudit } from '#trust';
import { poolOf } from './data-source.ts';
import { storable } from './encode.ts';
import { failure } from './failure.ts';
import * as sql from './log-sql.ts';

/** The audit chain in PostgreSQL. One entry at a time among all processes; what people do is rare beside messages. */
export class PostgresAuditLog extends AuditLog {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async append(record: AuditRecord): Promise<void> {
    const client = await this.#pool.connect().catch((error: unknown) => Promise.reject(failure(error)));
    try {
      await client.query('BEGIN');
      await client.query(sql.AUDIT_TURN);
      const { rows } = await client.query<{ sequence: string; digest: string }>(sql.AUDIT_END);
      const entry = chained(record, Number(rows[0]?.sequence ?? 0) + 1);
      const { sequence, at, actor, action, subject, reason, approver, before, after } = entry;
      const digest = auditDigest(entry, rows[0]?.digest ?? '');
      await client.query(sql.ADD_AUDIT, [sequence, at, actor, action, subject, reason, approver, before, after, digest]);
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      client.release(true);
      throw failure(error);
    }
  }

  override async list({ actor, action, subject, from, to, before, limit }: AuditFilter): Promise<readonly AuditEntry[]> {
    try {
      const { rows } = await this.#pool.query<sql.AuditRow>(sql.AUDIT_LIST, [actor, action, subject, from, to, before, limit]);
      return rows.map((row) => told(sql.auditOf(row)));
    } catch (error) {
      throw failure(error);
    }
  }
}

function chained({ at, actor, action, subject, reason, approver, before, after }: AuditRecord, sequence: number): ChainedAudit {
  return {
    sequence,
    at: at.toISOString(),
    actor: text(actor),
    action: text(action),
    subject: text(subject),
    ...(reason !== undefined && reason !== '' && { reason: text(reason) }),
    ...(approver !== undefined && { approver: text(approver) }),
    ...(before !== undefined && { before: storable(JSON.stringify(before)) }),
    ...(after !== undefined && { after: storable(JSON.stringify(after)) }),
  };
}

/** What PostgreSQL can keep as it is, or the digest would not fit what is read back. */
const text = (value: string): string => Buffer.from(value).toString().replaceAll('\0', '\ufffd');

function told({ at, before, after, ...entry }: StoredAudit): AuditEntry {
  return {
    ...entry,
    at: new Date(at),
    ...(before !== undefined && { before: JSON.parse(before) as unknown }),
    ...(after !== undefined && { after: JSON.parse(after) as unknown }),
  };
}
