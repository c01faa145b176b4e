import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The key directory and what passed with partners about keys, both append-only; which key signed each outbound frame. */
export class KeyDirectory1764500000000 implements MigrationInterface {
  readonly name = 'KeyDirectory1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE outbox DROP COLUMN kid`);
    await runner.query(`DROP TABLE key_document, key_contact`);
  }
}

const appendOnly = (table: string) => `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`;

const UP = [
  `CREATE TABLE key_document (
    position bigserial PRIMARY KEY,
    party text NOT NULL,
    version integer NOT NULL,
    jws bytea NOT NULL,
    origin text NOT NULL,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
  )`,
  // Version 0 is the operator's word about a compromised key, of which there may be several.
  `CREATE UNIQUE INDEX key_document_version ON key_document (party, version) WHERE version > 0`,
  appendOnly('key_document'),
  `CREATE TABLE key_contact (
    position bigserial PRIMARY KEY,
    link text NOT NULL,
    event text NOT NULL,
    kid text,
    partner_kid text,
    accepts text[] NOT NULL,
    nonce text,
    at timestamptz NOT NULL
  )`,
  appendOnly('key_contact'),
  `ALTER TABLE outbox ADD COLUMN kid text`,
];
