import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ExchangeError, type Link } from '#model';
import type { Programme } from './programme.ts';
import type { BrokerOptions } from './stage/broker.ts';
import type { MovedClock } from './stage/moved-clock.ts';
import { Stage } from './stage/stage.ts';

/** What a demo is asked to do, after defaults. */
export interface DemoSettings {
  readonly json: boolean;
  readonly keep: boolean;
  readonly folder: string;
  readonly transport: Link['transport'];
  readonly broker: BrokerOptions;
  readonly file?: string;
  readonly from?: string;
  /** Of another day than today's. */
  readonly clock?: MovedClock;
  readonly gatewaySettings?: Readonly<Record<string, string>>;
}

/** Where a demo leaves what can be looked at: a folder of its own under the data folder, named by the time. */
export const defaultFolder = (data: string, now: Date): string =>
  resolve(join(data, 'demo', now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')));

/** Raises the curtain: everybody is a process of its own. Ctrl-C and SIGTERM end all of them. */
export async function openStage(programme: Programme, settings: DemoSettings): Promise<Stage> {
  const { folder, transport, broker, keep, clock, gatewaySettings } = settings;
  await mkdir(folder, { recursive: true });
  // Journals of another run would be gone on with.
  if ((await readdir(folder)).length > 0) throw new ExchangeError('USAGE', { pointer: '--out', detail: 'The folder is not empty.' });
  programme.say(programme.dim(`Everything of it goes to ${folder}`));
  programme.say();
  const preparing = Stage.prepare({
    folder,
    transport,
    broker,
    keep,
    ...(clock && { clock }),
    ...(gatewaySettings && { settings: gatewaySettings }),
  });
  endOnSignals(preparing, programme);
  const stage = await programme.step(
    transport === 'amqp' ? 'PostgreSQL and RabbitMQ start; keys are exchanged' : 'PostgreSQL starts; keys are exchanged',
    () => preparing,
    ({ database, broker: rabbit }) => `PostgreSQL on port ${database.port}${rabbit ? `, RabbitMQ ${rabbit.where}` : ''}`,
  );
  try {
    await startEverybody(stage, programme, transport);
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

const WAYS: Readonly<Record<DemoSettings['transport'], string>> = {
  amqp: 'RabbitMQ',
  mailbox: 'the HTTP mailbox',
  folder: 'folders',
  push: 'HTTPS push',
  sftp: 'SFTP',
};

export async function startEverybody(stage: Stage, programme: Programme, transport: DemoSettings['transport']): Promise<void> {
  // All at once: each of them waits for the other by itself.
  const [gateway, parties] = [stage.gateway.start(), Promise.all([...stage.parties.values()].map((party) => party.start()))];
  parties.catch(() => undefined);
  await programme.step(
    'the gateway starts',
    () => gateway,
    () => `${stage.gateway.url}, links over ${WAYS[transport]}`,
  );
  await programme.step(
    'the parties start',
    () => parties,
    () => stage.agreements.links.map(({ partner }) => `${partner} ${nameOf(stage, partner)}`).join(', '),
  );
}

const nameOf = ({ agreements }: Stage, partner: string): string => agreements.parties.find(({ key }) => key === partner)?.name.en ?? '';

/** From the first moment on: what is being started is awaited and then ended, so that no process outlives us. */
function endOnSignals(preparing: Promise<Stage>, programme: Programme): void {
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [signal, code] of Object.entries(signals)) {
    process.once(signal, () => {
      programme.fallSilent();
      process.stderr.write('\nStopping everything …\n');
      void preparing
        .then((stage) => stage.close())
        .catch(() => undefined)
        .finally(() => process.exit(code));
    });
  }
}
