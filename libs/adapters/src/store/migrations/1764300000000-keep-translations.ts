import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The signed statement how an outbound message was made stands beside it: a compact JWS of about 1,200 letters, never changed. */
export class KeepTranslations1764300000000 implements MigrationInterface {
  readonly name = 'KeepTranslations1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE outbox ADD COLUMN translation text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE outbox DROP COLUMN translation`);
  }
}
