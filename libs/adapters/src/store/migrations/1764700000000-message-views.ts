import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What lists, search and timelines need over millions of messages. Every list walks one index from its newest end; so each
 * filter that a person uses alone has an index in the order of the list:
 *
 * - time, link, type: plain indexes ending in the time;
 * - states: only what is not settled, a small part of the journal, ordered by time (`inbox_notable`, `delivery_notable`).
 *   The deliveries get their message's time for that, so that the order needs no look at the outbox;
 * - business keys: the GIN indexes of the first migration.
 *
 * Without CONCURRENTLY: migrations run in a transaction before the gateway accepts anything.
 */
export class MessageViews1764700000000 implements MigrationInterface {
  readonly name = 'MessageViews1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE inbox ADD COLUMN key_groups jsonb`,
  `COMMENT ON COLUMN inbox.key_groups IS 'Places in business_keys (from 0) that belong together: one consignment, one note.'`,
  `CREATE INDEX inbox_link ON inbox (link, received_at)`,
  `CREATE INDEX inbox_type ON inbox (type, received_at)`,
  `CREATE INDEX inbox_notable ON inbox (received_at, message_id) WHERE state IN ('received', 'refused', 'parked', 'quarantined')`,
  // Most conversations have one inbound message, which gives them their id: found by that.
  `CREATE INDEX inbox_conversation ON inbox (conversation_id) WHERE conversation_id <> message_id`,

  `CREATE INDEX outbox_link ON outbox (link, created_at) WHERE kind = 'message'`,
  `CREATE INDEX outbox_type ON outbox (type, created_at) WHERE kind = 'message'`,

  `ALTER TABLE delivery ADD COLUMN created_at timestamptz`,
  `UPDATE delivery d SET created_at = o.created_at FROM outbox o WHERE o.id = d.id`,
  `ALTER TABLE delivery ALTER COLUMN created_at SET NOT NULL`,
  `CREATE INDEX delivery_notable ON delivery (created_at, id)
     WHERE kind = 'message' AND state NOT IN ('stored', 'valid', 'accepted', 'closed')`,

  `CREATE INDEX quarantine_claimed ON quarantine (claimed_message_id) WHERE claimed_message_id IS NOT NULL`,
];

const DOWN = [
  `DROP INDEX quarantine_claimed, delivery_notable, outbox_type, outbox_link, inbox_conversation, inbox_notable, inbox_type, inbox_link`,
  `ALTER TABLE delivery DROP COLUMN created_at`,
  `ALTER TABLE inbox DROP COLUMN key_groups`,
];
