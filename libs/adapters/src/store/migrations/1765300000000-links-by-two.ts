import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What two persons decide about links, and letters that the broker gave up. */
export class LinksByTwo1765300000000 implements MigrationInterface {
  readonly name = 'LinksByTwo1765300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dead_letter, link_request');
  }
}

const UP = [
  `CREATE TABLE link_request (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL,
    link text NOT NULL,
    subject text NOT NULL,
    reason text NOT NULL,
    author_id text NOT NULL,
    author text NOT NULL,
    request text NOT NULL,
    action bytea NOT NULL,
    digest text NOT NULL,
    approver_id text,
    approver text,
    decision text,
    decided_at timestamptz,
    results text[] NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  // Pressing twice is one request.
  `CREATE UNIQUE INDEX link_request_token ON link_request (author_id, request)`,
  // At most one open request about one thing, whoever asks.
  `CREATE UNIQUE INDEX link_request_open ON link_request (kind, link, subject) WHERE state = 'submitted'`,
  `CREATE INDEX link_request_at ON link_request (at)`,
  `CREATE TABLE dead_letter (
    id bigserial PRIMARY KEY,
    link text NOT NULL,
    way text NOT NULL,
    reason text NOT NULL,
    queue text NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    message_id text,
    type text,
    sha256 text NOT NULL,
    died_at timestamptz NOT NULL,
    deaths integer NOT NULL,
    at timestamptz NOT NULL,
    state text NOT NULL,
    outcome text,
    decided_by text,
    decided_at timestamptz,
    frame bytea NOT NULL
  )`,
  // The broker may hand a letter over twice; one death is one row.
  `CREATE UNIQUE INDEX dead_letter_once ON dead_letter (link, queue, sha256, died_at, deaths)`,
  `CREATE INDEX dead_letter_open ON dead_letter (link, id) WHERE state = 'open'`,
];
