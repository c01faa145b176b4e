import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a partner says about itself when it answers: the software that runs there, and its clock. */
export class HearSoftware1765730000000 implements MigrationInterface {
  readonly name = 'HearSoftware1765730000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE key_contact ADD COLUMN software text, ADD COLUMN said_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE key_contact DROP COLUMN software, DROP COLUMN said_at');
  }
}
