import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is remembered of a matter beyond its messages: states told of declarations, customs envelopes not closed out. */
export class RememberMatters1764400000000 implements MigrationInterface {
  readonly name = 'RememberMatters1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE status_notice (
      subject text NOT NULL,
      list_id text NOT NULL,
      code text NOT NULL,
      notice_time text,
      notice_at timestamptz,
      sender text NOT NULL,
      message_id text NOT NULL,
      received_at timestamptz NOT NULL,
      PRIMARY KEY (subject, list_id, code)
    )`);
    await runner.query(`CREATE TABLE customs_envelope (
      sender text NOT NULL,
      id text NOT NULL,
      message_id text NOT NULL,
      valid_until timestamptz NOT NULL,
      document jsonb NOT NULL,
      received_at timestamptz NOT NULL,
      closed_at timestamptz,
      reminded text,
      PRIMARY KEY (sender, id)
    )`);
    await runner.query(`CREATE INDEX customs_envelope_id ON customs_envelope (id)`);
    await runner.query(`CREATE INDEX customs_envelope_open ON customs_envelope (valid_until) WHERE closed_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE customs_envelope, status_notice`);
  }
}
