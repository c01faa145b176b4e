import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Causes that people put together, failures by the hour, and what an incident was resolved despite. */
export class GroupIncidents1765320000000 implements MigrationInterface {
  readonly name = 'GroupIncidents1765320000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE incident_hour');
    await runner.query('ALTER TABLE incident DROP COLUMN left_standing, DROP COLUMN merged_into');
  }
}

const UP = [
  `ALTER TABLE incident ADD COLUMN merged_into bigint, ADD COLUMN left_standing integer`,
  `CREATE INDEX incident_merged ON incident (merged_into) WHERE merged_into IS NOT NULL`,
  `CREATE TABLE incident_hour (
    incident bigint NOT NULL,
    hour timestamptz NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (incident, hour)
  )`,
];
