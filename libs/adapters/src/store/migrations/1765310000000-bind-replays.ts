import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The documents that a planned message becomes, and the query that described a set. */
export class BindReplays1765310000000 implements MigrationInterface {
  readonly name = 'BindReplays1765310000000';

  async up(runner: QueryRunner): Promise<void> {
    // Plans from before name no documents: let them end, and plan again.
    await runner.query(`ALTER TABLE replay_plan ADD COLUMN query text`);
    await runner.query(`ALTER TABLE replay_item ADD COLUMN becomes text[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE replay_item DROP COLUMN becomes`);
    await runner.query(`ALTER TABLE replay_plan DROP COLUMN query`);
  }
}
