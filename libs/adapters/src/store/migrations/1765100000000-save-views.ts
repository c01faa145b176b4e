import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Queries that people keep by a name, for themselves or for their team. */
export class SaveViews1765100000000 implements MigrationInterface {
  readonly name = 'SaveViews1765100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE saved_view (
      id uuid PRIMARY KEY,
      name text NOT NULL,
      query text NOT NULL,
      columns text[] NOT NULL,
      owner_id text NOT NULL,
      owner text NOT NULL,
      shared boolean NOT NULL,
      partners text[],
      at timestamptz NOT NULL
    )`);
    await runner.query('CREATE UNIQUE INDEX saved_view_name ON saved_view (owner_id, name)');
    await runner.query('CREATE INDEX saved_view_shared ON saved_view (name) WHERE shared');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE saved_view');
  }
}
