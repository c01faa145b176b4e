import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions of partners' mappings, the documents they are tried on, and where they stand. */
export class MappingVersions1765720000000 implements MigrationInterface {
  readonly name = 'MappingVersions1765720000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mapping_assignment, mapping_sample, mapping_version');
  }
}

const UP = [
  `CREATE TABLE mapping_version (
    id uuid PRIMARY KEY,
    mapping text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    base text NOT NULL,
    text text NOT NULL,
    codelists json NOT NULL,
    links text[] NOT NULL,
    reason text NOT NULL,
    author_id text NOT NULL,
    author text NOT NULL,
    request text NOT NULL,
    mapping_digest text NOT NULL,
    action bytea NOT NULL,
    digest text NOT NULL,
    at timestamptz NOT NULL,
    approver_id text,
    approver text,
    decision text,
    decided_at timestamptz,
    corpus json,
    shadow json,
    shadow_turn timestamptz
  )`,
  `CREATE UNIQUE INDEX mapping_version_number ON mapping_version (mapping, number)`,
  // Pressing twice is one draft.
  `CREATE UNIQUE INDEX mapping_version_token ON mapping_version (author_id, request)`,
  `CREATE INDEX mapping_version_at ON mapping_version (at)`,
  // What runs in the shadow: the time of its turn is there as long as it does.
  `CREATE INDEX mapping_version_shadow ON mapping_version (shadow_turn) WHERE shadow_turn IS NOT NULL`,
  `CREATE TABLE mapping_sample (
    version uuid NOT NULL,
    name text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (version, name)
  )`,
  // One overlay a base and link; what stood there before is one step back.
  `CREATE TABLE mapping_assignment (
    link text NOT NULL,
    base text NOT NULL,
    version uuid NOT NULL,
    previous uuid,
    since timestamptz NOT NULL,
    PRIMARY KEY (link, base)
  )`,
  `CREATE INDEX mapping_assignment_version ON mapping_assignment (version)`,
];
