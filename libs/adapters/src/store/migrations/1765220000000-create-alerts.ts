import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Alerts, who is told of them, and when nobody is. */
export class CreateAlerts1765220000000 implements MigrationInterface {
  readonly name = 'CreateAlerts1765220000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE alert_turn, alert_silence, alert_notice, alert');
  }
}

const UP = [
  `CREATE TABLE alert (
    id bigserial PRIMARY KEY,
    rule text NOT NULL,
    measure text NOT NULL,
    severity text NOT NULL,
    subject text NOT NULL,
    link text,
    value double precision NOT NULL,
    bound double precision NOT NULL,
    state text NOT NULL,
    since timestamptz NOT NULL,
    fired_at timestamptz,
    clear_since timestamptz,
    resolved_at timestamptz,
    acknowledged_by text,
    acknowledged_at timestamptz,
    acknowledged_reason text,
    told text
  )`,
  // One alert of a rule about a subject at a time, whoever works.
  `CREATE UNIQUE INDEX alert_open ON alert (rule, subject) WHERE state <> 'resolved'`,
  `CREATE INDEX alert_untold ON alert (id) WHERE state <> 'pending' AND told IS DISTINCT FROM state`,
  `CREATE INDEX alert_state ON alert (state, id)`,
  `CREATE TABLE alert_notice (
    id uuid PRIMARY KEY,
    channel text NOT NULL,
    content jsonb NOT NULL,
    state text NOT NULL,
    attempt integer NOT NULL,
    next_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    code text
  )`,
  `CREATE INDEX alert_notice_due ON alert_notice (next_at) WHERE state = 'waiting'`,
  `CREATE INDEX alert_notice_created ON alert_notice (created_at)`,
  `CREATE TABLE alert_silence (
    id bigserial PRIMARY KEY,
    rule text,
    link text,
    until timestamptz NOT NULL,
    reason text NOT NULL,
    author text NOT NULL,
    at timestamptz NOT NULL,
    ended_at timestamptz
  )`,
  `CREATE INDEX alert_silence_until ON alert_silence (until)`,
  // One row: whoever looks at the rules holds it; it says when that and when people were told last.
  `CREATE TABLE alert_turn (
    name text PRIMARY KEY,
    at timestamptz NOT NULL,
    told_at timestamptz NOT NULL
  )`,
  `INSERT INTO alert_turn (name, at, told_at) VALUES ('rules', '-infinity', '-infinity')`,
];
