import type { DataSource } from 'typeorm';
import { PostgresIncidentStore } from '#adapters';
import { IncidentDesk, IncidentKeeper, type IncidentDeskOptions } from '#exchange';

/** Incidents, wired: the desk for people, and the keeper that gathers failures. */
export interface IncidentParts {
  readonly desk: IncidentDesk;
  start(): void;
  stop(): Promise<void>;
}

export interface IncidentNeeds extends Omit<IncidentDeskOptions, 'store'> {
  readonly dataSource: DataSource;
  readonly cleanHours: number;
  readonly report: (error: unknown) => void;
}

export function composeIncidents({ dataSource, cleanHours, report, ...desk }: IncidentNeeds): IncidentParts {
  const store = new PostgresIncidentStore(dataSource);
  const keeper = new IncidentKeeper({ store, clock: desk.clock, pollMilliseconds: 2_000, cleanHours, report });
  return { desk: new IncidentDesk({ ...desk, store }), start: () => keeper.start(), stop: () => keeper.stop() };
}
