import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { usage } from '../terminal/report.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { named } from './accounts.ts';

type Options = CommonOptions & GatewayOptions;
interface SessionLine {
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly current?: boolean;
}

interface Myself {
  readonly account: { readonly name: string; readonly kind: string };
  readonly roles: readonly string[];
  readonly rights: readonly string[];
  readonly partners: 'all' | readonly string[];
  readonly until: string;
}

/** `landbridge whoami`. */
export async function whoAmI(terminal: Terminal, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<Myself>('/api/session');
  if (options.json) terminal.json(body);
  else {
    const { account, roles, rights, partners, until } = body;
    terminal.line(`account   ${account.name}`);
    terminal.line(`roles     ${roles.join(' ')}`);
    terminal.line(`rights    ${rights.join(' ')}`);
    terminal.line(`partners  ${partners === 'all' ? 'all' : partners.join(' ')}`);
    terminal.line(`until     ${until}`);
  }
  return EXIT.OK;
}

/** `landbridge sessions`: of the own account. */
export async function ownSessions(terminal: Terminal, options: Options & { readonly endOthers?: boolean }): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  if (options.endOthers) return ended(terminal, options, await gateway.send<{ ended: number }>('DELETE', '/api/session/others'));
  return print(terminal, options, (await gateway.get<{ sessions: readonly SessionLine[] }>('/api/session/all')).body);
}

/** `landbridge accounts sessions`: of another account. */
export async function accountSessions(
  terminal: Terminal,
  name: string,
  options: Options & { readonly end?: boolean; readonly reason?: string },
): Promise<ExitCode> {
  const { end, reason } = options;
  if (end && reason === undefined) throw usage('--reason', 'Say why.');
  const gateway = new GatewayClient(options);
  const path = `/api/accounts/${(await named(gateway, name)).id}/sessions`;
  if (end) return ended(terminal, options, await gateway.send<{ ended: number }>('POST', `${path}/end`, { reason }));
  return print(terminal, options, (await gateway.get<{ sessions: readonly SessionLine[] }>(path)).body);
}

function ended(terminal: Terminal, { json }: Options, answer: { readonly ended: number }): ExitCode {
  if (json) terminal.json(answer);
  else terminal.line(`ended: ${answer.ended}`);
  return EXIT.OK;
}

async function print(terminal: Terminal, { json }: Options, answer: { readonly sessions: readonly SessionLine[] }): Promise<ExitCode> {
  if (json) terminal.json(answer);
  else
    await terminal.table(
      ['session', 'kind', 'from', ...TIME_HEADS.map((head) => `begun ${head}`), ...TIME_HEADS.map((head) => `seen ${head}`), ''],
      answer.sessions.map((one) => [
        one.id,
        one.kind,
        one.address,
        ...timeCells(one.createdAt),
        ...timeCells(one.seenAt),
        one.current ? 'this one' : '',
      ]),
    );
  return EXIT.OK;
}
