import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Failures gathered by cause: incidents, their messages, what people said and did, and how far the events were followed. */
export class GatherIncidents1764950000000 implements MigrationInterface {
  readonly name = 'GatherIncidents1764950000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE incident_place, incident_note, incident_message, incident');
  }
}

const UP = [
  `CREATE TABLE incident (
    id bigserial PRIMARY KEY,
    fingerprint text NOT NULL,
    stage text NOT NULL,
    link text NOT NULL,
    type text NOT NULL,
    code text NOT NULL,
    path text NOT NULL,
    reason text,
    state text NOT NULL,
    changed_at timestamptz NOT NULL,
    ignored_until timestamptz,
    owner_id text,
    owner text,
    fixed_by text,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    repaired_at timestamptz,
    count bigint NOT NULL,
    messages bigint NOT NULL,
    keys text[] NOT NULL,
    mappings text[] NOT NULL,
    came_back integer NOT NULL,
    came_back_at timestamptz
  )`,
  `CREATE UNIQUE INDEX incident_fingerprint ON incident (fingerprint)`,
  `CREATE INDEX incident_last ON incident (last_at, id)`,
  `CREATE INDEX incident_link ON incident (link)`,
  `CREATE TABLE incident_message (
    incident bigint NOT NULL,
    subject text NOT NULL,
    sender text,
    message_id text,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (incident, subject)
  )`,
  `CREATE INDEX incident_message_subject ON incident_message (subject)`,
  `CREATE TABLE incident_note (
    id bigserial PRIMARY KEY,
    incident bigint NOT NULL,
    kind text NOT NULL,
    value text,
    body text NOT NULL,
    author text NOT NULL,
    at timestamptz NOT NULL
  )`,
  `CREATE INDEX incident_note_incident ON incident_note (incident, id)`,
  `CREATE TRIGGER incident_note_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON incident_note
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  // One row: whoever follows the events holds it, and moves it with what it counted.
  `CREATE TABLE incident_place (
    name text PRIMARY KEY,
    low bigint NOT NULL,
    high bigint NOT NULL,
    transaction bigint NOT NULL
  )`,
  `INSERT INTO incident_place (name, low, high, transaction) VALUES ('events', 0, 0, 0)`,
];
