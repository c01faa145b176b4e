import { PostgresExchangeStore, PostgresMessageView, PostgresReplayStore, PostgresStopSwitch } from '#adapters';
import { ReplayDesk, ReplayRunner, Scope, Workbench, type Actor, type AuditRecord, type BatchCommit } from '#exchange';
import { ExchangeError, RIGHTS, type Right } from '#model';
import { World } from '../../libs/exchange/src/testing/world.ts';
import type { TestDatabase } from './postgres.ts';

const everybody = new Set(Object.keys(RIGHTS) as Right[]);
export const person = (name: string, more: Partial<Actor> = {}): Actor => ({
  account: { id: `id-of-${name}`, name, kind: 'person' },
  roles: [],
  rights: everybody,
  scope: Scope.everything,
  ...more,
});
export const AIGUL = person('Айгүл');
export const LI = person('李伟');

/** One gateway process on a shared database. */
export class Process {
  readonly store: PostgresExchangeStore;
  readonly stops: PostgresStopSwitch;
  readonly view: PostgresMessageView;
  readonly world: World;
  readonly desk: ReplayDesk;
  readonly runner: ReplayRunner;
  readonly audited: AuditRecord[] = [];
  readonly troubles: unknown[] = [];
  /** Ends the process before or after its nth replay commit reaches the database. */
  dieAt: { when: 'before' | 'after'; nth: number } | undefined;
  #steps = 0;

  private constructor(dataSource: Awaited<ReturnType<TestDatabase['application']>>, like?: World) {
    this.store = new PostgresExchangeStore(dataSource);
    const commit = this.store.commit.bind(this.store);
    this.store.commit = async (batch: BatchCommit) => {
      const dies = batch.replay && this.dieAt?.nth === ++this.#steps ? this.dieAt.when : undefined;
      if (dies === 'before') throw new ExchangeError('STORE_UNAVAILABLE');
      const result = await commit(batch);
      if (dies === 'after') throw new ExchangeError('STORE_UNAVAILABLE');
      return result;
    };
    this.stops = new PostgresStopSwitch(dataSource, { pollMilliseconds: 50 });
    this.world = new World(this.store, undefined, undefined, undefined, like, this.stops);
    const { book, directory, translator, clock, signers, pipeline } = this.world;
    const replays = new PostgresReplayStore(dataSource);
    this.view = new PostgresMessageView(dataSource, {
      partnerOf: (link) => link.toUpperCase(),
      linksOf: (partner) => [partner.toLowerCase()],
    });
    const workbench = new Workbench({ book, directory, translator, project: () => [], store: replays, stops: this.stops, clock });
    const common = { gateway: 'LBG', store: replays, workbench, clock, signer: () => signers['LBG']! };
    this.runner = new ReplayRunner({
      ...common,
      pipeline,
      stops: this.stops,
      report: (error) => this.troubles.push(error),
      pollMilliseconds: 20,
    });
    this.desk = new ReplayDesk({
      ...common,
      view: this.view,
      stops: this.stops,
      audit: { append: (record) => Promise.resolve(void this.audited.push(record)) },
      bulkLimit: 5,
      wake: () => undefined,
    });
  }

  static async start(database: TestDatabase, like?: World): Promise<Process> {
    const made = new Process(await database.application(), like);
    await made.stops.start();
    await made.world.pipeline.start();
    made.world.relays.start(20);
    return made;
  }

  /** Turns until nothing is due at this time. Time stands still meanwhile. */
  async work(seconds = 0): Promise<void> {
    for (let at = 0; at <= seconds; at += 1) {
      this.world.clock.pass(1);
      while (await this.runner.turn());
    }
  }

  async end(): Promise<void> {
    await this.world.stop();
    await this.stops.close();
    await this.view.close();
    await this.store.close();
  }
}
