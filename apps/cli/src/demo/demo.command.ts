import type { Command } from 'commander';
import type { Link } from '#model';
import { common, lazily } from '../command.ts';

interface DemoOptions {
  readonly json?: boolean;
  readonly rabbitmq?: boolean;
  readonly folders?: boolean;
  readonly file?: string;
  readonly from?: string;
  readonly out?: string;
  readonly keep?: boolean;
  readonly reconcile?: boolean;
}

/** Adds `landbridge demo`. */
export function registerDemo(program: Command): void {
  const command = program
    .command('demo')
    .description(
      'Plays a day at the border with everything in processes of its own on this machine: PostgreSQL, the gateway and four ' +
        'simulated parties. Nothing needs to be installed or configured; nothing leaves the machine.',
    )
    .option('--rabbitmq', 'links over RabbitMQ instead of the HTTP mailbox; starts a private node unless AMQP_URL names a broker')
    .option(
      '--reconcile',
      'play a short day of yesterday, lose a message at one party, and have every link reconciled the morning after, signed by both ends',
    )
    .option('--folders', 'links over folders instead of the HTTP mailbox')
    .option('--file <file>', 'send this file instead of playing the day, and say what became of it')
    .option('--from <party>', 'with --file: who sends it (default: the first party with a route for its type)')
    .option('--out <folder>', 'where messages, receipts and journals go (default: .landbridge/demo/<time>)')
    .option('--keep', 'keep the database and the private keys, too: a gateway started on them goes on');
  common(command, 'print nothing but one JSON summary', [
    ['landbridge demo', 'the whole day, in about half a minute'],
    ['landbridge demo --rabbitmq', 'the same over RabbitMQ queues'],
    ['landbridge demo --reconcile', 'the daily reconciliation: count and root of each link, both signatures, a missing message proved'],
    ['landbridge demo --folders', 'the same over folders: OutBox, SentBox, InBox, FailBox'],
    ['landbridge demo --json', 'for programs: exit code and summary'],
    ['landbridge demo --file manifest.xml', 'your own message: exit code 0 delivered, 2 refused'],
  ]).action(
    lazily<[DemoOptions]>(async () => {
      const [{ runDemo }, { runFile }, { runReconciliation }, { defaultFolder }, { loadEnvironment }, { resolve }] = await Promise.all([
        import('./run-demo.ts'),
        import('./run-file.ts'),
        import('./run-reconciliation.ts'),
        import('./settings.ts'),
        import('#config'),
        import('node:path'),
      ]);
      return async (terminal, { json = false, rabbitmq = false, folders = false, keep = false, reconcile = false, out, file, from }) => {
        const environment = loadEnvironment();
        const settings = {
          json,
          keep,
          folder: out === undefined ? defaultFolder(environment.LANDBRIDGE_DATA, new Date()) : resolve(out),
          transport: transportOf(folders, rabbitmq || environment.AMQP_URL !== undefined),
          broker: { url: environment.AMQP_URL, managementUrl: environment.AMQP_MANAGEMENT_URL, ca: environment.AMQP_CA },
          ...(from === undefined ? {} : { from }),
        };
        if (reconcile) return runReconciliation(terminal, settings);
        return file === undefined ? runDemo(terminal, settings) : runFile(terminal, { ...settings, file: resolve(file) });
      };
    }),
  );
}

const transportOf = (folders: boolean, broker: boolean): Link['transport'] => (folders ? 'folder' : broker ? 'amqp' : 'mailbox');
