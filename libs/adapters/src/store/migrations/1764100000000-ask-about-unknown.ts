import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Questions about unknown messages, their signed answers, and what the debts board reads. */
export class AskAboutUnknown1764100000000 implements MigrationInterface {
  readonly name = 'AskAboutUnknown1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE answer`);
    await runner.query(`DROP INDEX delivery_unknown, delivery_owed`);
    await runner.query(`ALTER TABLE delivery DROP COLUMN query_id, DROP COLUMN asked, DROP COLUMN answer_due`);
  }
}

const UP = [
  `ALTER TABLE delivery ADD COLUMN query_id text, ADD COLUMN asked integer NOT NULL DEFAULT 0, ADD COLUMN answer_due timestamptz`,
  `COMMENT ON COLUMN delivery.query_id IS 'The one open question about this message; an answer to any other changes nothing.'`,
  `UPDATE delivery SET next_at = now() WHERE state = 'unknown'`,
  `CREATE INDEX delivery_unknown ON delivery (link, next_at) WHERE state = 'unknown'`,
  // Only what somebody owes: a message answered in time, and a receipt that left at once, never enter it.
  `CREATE INDEX delivery_owed ON delivery (link, id)
     WHERE (kind = 'message' AND (state IN ('unknown', 'missing', 'stored') OR (state = 'valid' AND answer_due IS NOT NULL)))
        OR (kind = 'receipt' AND state IN ('ready', 'retrying', 'expired'))`,
  `CREATE TABLE answer (
    query_id text PRIMARY KEY,
    link text NOT NULL,
    message_id text NOT NULL,
    have boolean NOT NULL,
    at timestamptz NOT NULL,
    jws bytea NOT NULL
  )`,
  `CREATE INDEX answer_message ON answer (message_id)`,
  `CREATE TRIGGER answer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON answer
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
];
