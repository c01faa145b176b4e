import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The message log with its signed roots and time-stamps, and the audit chain. Rows are only ever added (docs/decisions: two roles). */
export class KeepLog1764200000000 implements MigrationInterface {
  readonly name = 'KeepLog1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit, log_timestamp, log_root, log_entry`);
  }
}

const appendOnly = (table: string) => `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`;

const UP = [
  `CREATE TABLE log_entry (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL,
    link text NOT NULL,
    direction text NOT NULL,
    kind text NOT NULL,
    message_id text NOT NULL,
    link_sequence bigint,
    previous_digest text,
    manifest_digest text,
    jws_digest text NOT NULL
  )`,
  // A receipt that was kept before is not logged twice; the same message signed again after a change of keys is another entry.
  `CREATE UNIQUE INDEX log_entry_message ON log_entry (message_id, jws_digest, direction, link)`,
  `CREATE TABLE log_root (
    sequence bigint PRIMARY KEY,
    closed_at timestamptz NOT NULL,
    last_id bigint NOT NULL,
    jws bytea NOT NULL
  )`,
  `CREATE INDEX log_root_last_id ON log_root (last_id, sequence)`,
  `CREATE TABLE log_timestamp (
    root_sequence bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    token bytea NOT NULL
  )`,
  // before_text and after_text are JSON as text: the chain covers their very spelling.
  `CREATE TABLE audit (
    sequence bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    reason text,
    approver text,
    before_text text,
    after_text text,
    digest text NOT NULL
  )`,
  `CREATE INDEX audit_subject ON audit (subject, sequence)`,
  ...['log_entry', 'log_root', 'log_timestamp', 'audit'].map(appendOnly),
];
