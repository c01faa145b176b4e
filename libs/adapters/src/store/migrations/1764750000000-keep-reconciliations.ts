import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The daily reconciliations, statement and answer with their signatures, both append-only. The log grows with time, so a block
 * index finds the entries of a day and costs a commit nothing to speak of.
 */
export class KeepReconciliations1764750000000 implements MigrationInterface {
  readonly name = 'KeepReconciliations1764750000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX log_entry_at`);
    await runner.query(`DROP TABLE reconciliation_answer, reconciliation`);
  }
}

const appendOnly = (table: string) => `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`;

const UP = [
  `CREATE TABLE reconciliation (
    link text NOT NULL,
    day date NOT NULL,
    at timestamptz NOT NULL,
    jws bytea NOT NULL,
    PRIMARY KEY (link, day)
  )`,
  appendOnly('reconciliation'),
  `CREATE TABLE reconciliation_answer (
    link text NOT NULL,
    day date NOT NULL,
    at timestamptz NOT NULL,
    jws bytea NOT NULL,
    agreed boolean NOT NULL,
    differences jsonb,
    PRIMARY KEY (link, day)
  )`,
  appendOnly('reconciliation_answer'),
  `CREATE INDEX log_entry_at ON log_entry USING brin (at)`,
];
