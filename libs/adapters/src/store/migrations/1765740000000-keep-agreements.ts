import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every version of the agreements; the newest is in force in every gateway process. */
export class KeepAgreements1765740000000 implements MigrationInterface {
  readonly name = 'KeepAgreements1765740000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE agreement_version (
      version integer PRIMARY KEY,
      digest text NOT NULL,
      origin text NOT NULL,
      author text NOT NULL,
      approver text,
      reason text NOT NULL,
      restores integer,
      at timestamptz NOT NULL,
      agreements text NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE agreement_version');
  }
}
