import { open } from 'node:fs/promises';
import { applyTopology, BrokerManagement, checkTopology, topologyOf, type TopologyDifference, type TopologyPlan } from '#adapters';
import { loadEnvironment, readAgreements } from '#config';
import { ExchangeError } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { recordCommand } from '../audited.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface BrokerOptions extends CommonOptions {
  readonly managementUrl?: string;
  readonly vhost?: string;
  readonly agreements?: string;
}
interface ApplyCommandOptions extends BrokerOptions {
  readonly passwords?: string;
  readonly renewPasswords?: boolean;
}

/** `landbridge topology check`. */
export async function check(terminal: Terminal, options: BrokerOptions): Promise<ExitCode> {
  const { plan, broker } = planned(options);
  const differences = await checkTopology(plan, broker);
  if (options.json) terminal.json({ differences });
  else await printDifferences(terminal, differences);
  return differences.length === 0 ? EXIT.OK : EXIT.INVALID;
}

/** `landbridge topology apply`. Where passwords go is made sure of before the first user is made. */
export async function apply(terminal: Terminal, options: ApplyCommandOptions): Promise<ExitCode> {
  const { plan, broker } = planned(options);
  const { passwords: path, renewPasswords = false, json } = options;
  const file =
    path === undefined
      ? undefined
      : await open(path, 'wx', 0o600).catch(() => Promise.reject(usage('--passwords', 'The file exists already or cannot be written.')));
  await recordCommand('broker.apply', 'broker', { renewPasswords });
  const users: { user: string; password: string }[] = [];
  try {
    const differences = await applyTopology(plan, broker, {
      renewPasswords,
      onPassword: (user, password) => void users.push({ user, password }),
    });
    if (json) terminal.json({ differences, ...(file === undefined && { users }) });
    else await printDifferences(terminal, differences);
    return differences.length === 0 ? EXIT.OK : EXIT.INVALID;
  } finally {
    // Also after a failure half way: a password that was set and told to nobody would be lost.
    if (file) await file.writeFile(`${JSON.stringify(users, null, 2)}\n`).finally(() => file.close());
    else if (!json && users.length > 0)
      await terminal.table(
        ['user', 'password (shown once)'],
        users.map(({ user, password }) => [user, password]),
      );
  }
}

function planned({ managementUrl, vhost, agreements }: BrokerOptions): { plan: TopologyPlan; broker: BrokerManagement } {
  const { AMQP_MANAGEMENT_URL, AMQP_URL, LANDBRIDGE_AGREEMENTS } = loadEnvironment();
  const url = managementUrl ?? AMQP_MANAGEMENT_URL;
  if (url === undefined) throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'AMQP_MANAGEMENT_URL', detail: 'It is not set.' });
  if (!URL.canParse(url)) throw usage('--management-url', 'It is not a URL.');
  const { links } = readAgreements(agreements ?? LANDBRIDGE_AGREEMENTS);
  return { plan: topologyOf(links, vhost ?? vhostOf(AMQP_URL)), broker: new BrokerManagement(url) };
}

/** The virtual host of an AMQP address: its path, `/` when there is none (AMQP URI specification). */
export function vhostOf(url: string | undefined): string {
  const path = url === undefined ? '' : new URL(url).pathname.slice(1);
  return path === '' ? '/' : decodeURIComponent(path);
}

async function printDifferences(terminal: Terminal, differences: readonly TopologyDifference[]): Promise<void> {
  if (differences.length === 0) return terminal.line(terminal.paint('green', 'The broker is as planned.'));
  await terminal.table(
    ['subject', 'kind', 'what'],
    differences.map(({ subject, kind, text }) => [subject, kind, text]),
  );
}
