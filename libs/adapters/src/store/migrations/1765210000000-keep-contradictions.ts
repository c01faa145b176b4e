import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Further answers of a partner to one daily reconciliation that say something else than its first: both signatures are the proof. */
export class KeepContradictions1765210000000 implements MigrationInterface {
  readonly name = 'KeepContradictions1765210000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE reconciliation_contradiction`);
  }
}

const UP = [
  `CREATE TABLE reconciliation_contradiction (
    link text NOT NULL,
    day date NOT NULL,
    content text NOT NULL,
    at timestamptz NOT NULL,
    jws bytea NOT NULL,
    agreed boolean NOT NULL,
    differences jsonb,
    PRIMARY KEY (link, day, content)
  )`,
  `CREATE TRIGGER reconciliation_contradiction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliation_contradiction
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
];
