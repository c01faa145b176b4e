import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the documents of a message were removed; its frame then holds the signed manifest alone. */
export class PurgeDocuments1764600000000 implements MigrationInterface {
  readonly name = 'PurgeDocuments1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['inbox', 'outbox']) await runner.query(`ALTER TABLE ${table} ADD COLUMN purged_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['inbox', 'outbox']) await runner.query(`ALTER TABLE ${table} DROP COLUMN purged_at`);
  }
}
