import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is not settled, by link: "what did this partner get refused?", and every such list of somebody who may see one partner.
 * Over the indexes by time alone such a list looks at everybody's trouble to find one partner's. Settled messages are in none of
 * these indexes and cost nothing.
 */
export class NotableByLink1764850000000 implements MigrationInterface {
  readonly name = 'NotableByLink1764850000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX inbox_notable_link ON inbox (link, received_at, message_id) WHERE state IN ('received', 'refused', 'parked', 'quarantined')`,
    );
    await runner.query(
      `CREATE INDEX delivery_notable_link ON delivery (link, created_at, id)
         WHERE kind = 'message' AND state NOT IN ('stored', 'valid', 'accepted', 'closed')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX delivery_notable_link, inbox_notable_link');
  }
}
