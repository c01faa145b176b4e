import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { PostgresMappingStore } from '#adapters';
import { installationFolder } from '#config';
import { MappingDesk, ShadowRunner, type MappingDeskOptions, type MappingSample } from '#exchange';

/** Versions of partners' mappings, wired: what people do with them, what follows traffic for them, what puts them in place here. */
export interface MappingParts {
  readonly desk: MappingDesk;
  /** Takes over what stands on the links now. */
  refresh(): Promise<void>;
  /** One look at what runs in the shadow. */
  look(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface MappingNeeds extends Omit<MappingDeskOptions, 'store' | 'fixtures'> {
  readonly dataSource: DataSource;
  readonly report: (error: unknown) => void;
}

/** How often each process asks what stands on the links. */
const EVERY_MS = 1_000;

export function composeMappings({ dataSource, report, ...needs }: MappingNeeds): MappingParts {
  const store = new PostgresMappingStore(dataSource);
  const { translator } = needs;
  const runner = new ShadowRunner({ ...needs, store, report });
  let generation = '';
  const refresh = async (): Promise<void> => {
    const now = await store.generation();
    if (now === generation) return;
    translator.take(await store.assignments(), report);
    generation = now;
  };
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();
  let busy = false;
  return {
    desk: new MappingDesk({ ...needs, store, fixtures: readFixtures }),
    refresh,
    look: () => runner.look(),
    start: () => {
      runner.start();
      timer = setInterval(() => {
        if (busy) return;
        busy = true;
        work = refresh()
          .catch(report)
          .finally(() => (busy = false));
      }, EVERY_MS);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await work;
      await runner.stop();
    },
  };
}

/** Documents kept with the installation; none where there is no such folder. */
async function readFixtures(): Promise<MappingSample[]> {
  const folder = join(installationFolder(), 'test', 'fixtures', 'formats');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.md'));
  return Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: path.slice(folder.length + 1), bytes: await readFile(path) };
    }),
  );
}
