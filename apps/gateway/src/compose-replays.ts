import type { DataSource } from 'typeorm';
import { PostgresReplayStore, PostgresStopSwitch } from '#adapters';
import {
  ReplayDesk,
  ReplayRunner,
  Workbench,
  type InboundPipeline,
  type ReplayDeskOptions,
  type StopSwitch,
  type WorkbenchOptions,
} from '#exchange';

/** Sending again, wired: the desk for people, the runner for plans, and the switch that stops both. */
export interface ReplayParts {
  readonly desk: ReplayDesk;
  readonly stops: StopSwitch;
  start(): void;
  stop(): Promise<void>;
}

export interface ReplayNeeds
  extends Omit<WorkbenchOptions, 'store' | 'stops'>, Pick<ReplayDeskOptions, 'gateway' | 'audit' | 'signer' | 'bulkLimit' | 'view'> {
  readonly dataSource: DataSource;
  readonly stops: PostgresStopSwitch;
  readonly pipeline: InboundPipeline;
  readonly report: (error: unknown) => void;
}

export function composeReplays(needs: ReplayNeeds): ReplayParts {
  const { dataSource, stops, pipeline, report, gateway, audit, signer, bulkLimit, clock, view, ...bench } = needs;
  const store = new PostgresReplayStore(dataSource);
  const workbench = new Workbench({ ...bench, clock, store, stops });
  const runner = new ReplayRunner({ gateway, store, workbench, pipeline, stops, clock, signer, report, pollMilliseconds: 500 });
  stops.onChange(() => runner.wake());
  const desk = new ReplayDesk({ gateway, store, view, workbench, stops, audit, clock, signer, bulkLimit, wake: () => runner.wake() });
  return {
    desk,
    stops,
    start: () => runner.start(),
    stop: async () => {
      await runner.stop();
      await stops.close();
    },
  };
}
