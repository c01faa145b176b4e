import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of foreign signatures. One row a subject and scheme, written in the commit of the message, never changed. */
export class CreateCarriedEvidence1764350000000 implements MigrationInterface {
  readonly name = 'CreateCarriedEvidence1764350000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE carried_evidence');
  }
}

const UP = [
  `CREATE TABLE carried_evidence (
    subject text NOT NULL,
    scheme text NOT NULL,
    link text NOT NULL,
    key_name text,
    certificate_digest text,
    algorithm text,
    verdict text NOT NULL,
    reason text,
    at timestamptz NOT NULL,
    bytes_digest text NOT NULL,
    signature bytea NOT NULL,
    PRIMARY KEY (subject, scheme)
  )`,
  `CREATE TRIGGER carried_evidence_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON carried_evidence
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
];
