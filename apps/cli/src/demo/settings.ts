import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Link } from '#model';
import type { Programme } from './programme.ts';
import type { BrokerOptions } from './stage/broker.ts';
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
}

/** Where a demo leaves what can be looked at: a folder of its own under the data folder, named by the time. */
export const defaultFolder = (data: string, now: Date): string =>
  resolve(join(data, 'demo', now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')));

/** Raises the curtain: everybody is a process of its own. Ctrl-C and SIGTERM end all of them. */
export async function openStage(programme: Programme, settings: DemoSettings): Promise<Stage> {
  const { folder, transport, broker, keep } = settings;
  await mkdir(folder, { recursive: true });
  programme.say(programme.dim(`Everything of it goes to ${folder}`));
  programme.say();
  const stage = await programme.step(
    transport === 'amqp' ? 'PostgreSQL and RabbitMQ start; keys are exchanged' : 'PostgreSQL starts; keys are exchanged',
    () => Stage.prepare({ folder, transport, broker, keep }),
    ({ database, broker: rabbit }) => `PostgreSQL on port ${database.port}${rabbit ? `, RabbitMQ ${rabbit.where}` : ''}`,
  );
  endOnSignals(stage);
  try {
    // All at once: each of them waits for the other by itself.
    const [gateway, parties] = [stage.gateway.start(), Promise.all([...stage.parties.values()].map((party) => party.start()))];
    parties.catch(() => undefined);
    await programme.step(
      'the gateway starts',
      () => gateway,
      () => `${stage.gateway.url}, links over ${transport === 'amqp' ? 'RabbitMQ' : 'the HTTP mailbox'}`,
    );
    await programme.step(
      'the parties start',
      () => parties,
      () => stage.agreements.links.map(({ partner }) => `${partner} ${nameOf(stage, partner)}`).join(', '),
    );
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}

const nameOf = ({ agreements }: Stage, partner: string): string => agreements.parties.find(({ key }) => key === partner)?.name.en ?? '';

function endOnSignals(stage: Stage): void {
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [signal, code] of Object.entries(signals)) {
    process.once(signal, () => {
      process.stderr.write('\nStopping everything …\n');
      void stage.close().finally(() => process.exit(code));
    });
  }
}
