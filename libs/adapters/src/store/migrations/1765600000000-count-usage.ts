import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much of each link was taken on each day: quotas outlast a restart and hold for several processes. */
export class CountUsage1765600000000 implements MigrationInterface {
  readonly name = 'CountUsage1765600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE link_usage (
      link text NOT NULL,
      day date NOT NULL,
      messages integer NOT NULL,
      bytes bigint NOT NULL,
      PRIMARY KEY (link, day)
    ) WITH (fillfactor = 50)`);
    // What was taken today counts from the first moment.
    await runner.query(`INSERT INTO link_usage (link, day, messages, bytes)
      SELECT link, (received_at AT TIME ZONE 'UTC')::date, count(*), sum(length(frame)) FROM inbox
       WHERE received_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' GROUP BY 1, 2`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE link_usage');
  }
}
