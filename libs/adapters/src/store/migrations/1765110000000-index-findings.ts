import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * "What was found wrong by this code": messages with any finding, in the order of lists. Those without, nearly all, are in neither
 * index and cost nothing; over the indexes by time a list of one code looks at thousands of sound messages for each hit.
 */
export class IndexFindings1765110000000 implements MigrationInterface {
  readonly name = 'IndexFindings1765110000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX inbox_findings ON inbox (received_at, message_id) WHERE issues <> '[]'::jsonb`);
    await runner.query(`CREATE INDEX delivery_findings ON delivery (created_at, id) WHERE kind = 'message' AND last_code IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX delivery_findings, inbox_findings');
  }
}
