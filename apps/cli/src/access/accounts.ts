import type { AccessToken, Account } from '#exchange';
import { ExchangeError, type RightRow, type RoleBook } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { usage } from '../terminal/report.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';

type Options = CommonOptions & GatewayOptions;
type Change = Options & { readonly reason: string };
interface Grants {
  readonly role?: readonly string[];
  readonly partner?: readonly string[];
  readonly allPartners?: boolean;
}
/** Times are text on the wire. */
type Wire<T> = { readonly [K in keyof T]: T[K] extends Date | undefined ? string : T[K] };
interface WithSecret {
  readonly account: Wire<Account>;
  readonly oneTimeSecret?: string;
}

/** `landbridge accounts list`. */
export async function listAccounts(terminal: Terminal, options: Options): Promise<ExitCode> {
  const accounts = await all(new GatewayClient(options));
  if (options.json) terminal.json({ accounts });
  else
    await terminal.table(
      ['name', 'kind', 'roles', 'partners', 'state', 'factor', ...TIME_HEADS.map((head) => `last sign-in ${head}`), 'id'],
      accounts.map((one) => [
        one.name,
        one.kind,
        one.roles.join(' '),
        partnersOf(one),
        one.disabled ? 'disabled' : one.mustChangePassword ? 'one-time secret' : 'active',
        one.oidc ? 'issuer' : one.enrolled ? 'enrolled' : '',
        ...(one.lastSignInAt === undefined ? TIME_HEADS.map(() => '') : timeCells(one.lastSignInAt)),
        one.id,
      ]),
    );
  return EXIT.OK;
}

/** `landbridge accounts roles`. */
export async function listRoles(terminal: Terminal, options: Options): Promise<ExitCode> {
  const book = (await new GatewayClient(options).get<RoleBook & { readonly rights: Record<string, RightRow> }>('/api/roles')).body;
  if (options.json) terminal.json(book);
  else
    await terminal.table(
      ['role', 'what', 'rights'],
      Object.entries(book.roles).map(([name, { text, rights }]) => [name, text, rights.join(' ')]),
    );
  return EXIT.OK;
}

/** `landbridge accounts create`. */
export async function createAccount(
  terminal: Terminal,
  name: string,
  options: Change & Grants & { readonly kind: string; readonly oidcSubject?: string },
): Promise<ExitCode> {
  const { role: roles = [], kind, oidcSubject, reason } = options;
  const partners = partnersWanted(options) ?? [];
  const body = { name, kind, roles, partners, ...(oidcSubject === undefined ? {} : { oidcSubject }), reason };
  return told(terminal, options, await new GatewayClient(options).send<WithSecret>('POST', '/api/accounts', body));
}

/** `landbridge accounts change`. */
export async function changeAccount(terminal: Terminal, name: string, options: Change & Grants): Promise<ExitCode> {
  const { role: roles, reason } = options;
  const partners = partnersWanted(options);
  if (roles === undefined && partners === undefined) throw usage('--role', 'Say what to change: --role, --partner or --all-partners.');
  const change = { ...(roles === undefined ? {} : { roles }), ...(partners === undefined ? {} : { partners }) };
  return patch(terminal, name, options, { ...change, reason });
}

/** `landbridge accounts disable`. */
export async function disableAccount(terminal: Terminal, name: string, options: Change & { readonly undo?: boolean }): Promise<ExitCode> {
  return patch(terminal, name, options, { disabled: options.undo !== true, reason: options.reason });
}

/** `landbridge accounts reset`. */
export async function resetAccount(terminal: Terminal, name: string, options: Change): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  const { id } = await named(gateway, name);
  return told(terminal, options, await gateway.send<WithSecret>('POST', `/api/accounts/${id}/reset`, { reason: options.reason }));
}

interface TokenOptions extends Options {
  readonly label?: string;
  readonly days?: number;
  readonly revoke?: string;
  readonly reason?: string;
}

/** `landbridge accounts token`. */
export async function tokens(terminal: Terminal, name: string, options: TokenOptions): Promise<ExitCode> {
  const { label, days, revoke, reason, json } = options;
  if ((label ?? revoke) !== undefined && reason === undefined) throw usage('--reason', 'Say why.');
  const gateway = new GatewayClient(options);
  const path = `/api/accounts/${(await named(gateway, name)).id}/tokens`;
  if (revoke !== undefined) {
    await gateway.send('POST', `${path}/${encodeURIComponent(revoke)}/revoke`, { reason });
    if (json) terminal.json({ revoked: revoke });
    else terminal.line('revoked');
  } else if (label !== undefined) {
    const body = { label, ...(days === undefined ? {} : { days }), reason };
    const issued = await gateway.send<Wire<AccessToken> & { readonly token: string }>('POST', path, body);
    if (json) terminal.json(issued);
    else terminal.line(issued.token);
  } else {
    const { tokens: found } = (await gateway.get<{ tokens: readonly Wire<AccessToken>[] }>(path)).body;
    if (json) terminal.json({ tokens: found });
    else
      await terminal.table(
        ['label', ...TIME_HEADS.map((head) => `until ${head}`), 'state', 'id'],
        found.map((token) => [token.label, ...timeCells(token.until), token.revokedAt === undefined ? 'in force' : 'revoked', token.id]),
      );
  }
  return EXIT.OK;
}

async function patch(terminal: Terminal, name: string, options: Options, body: object): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  const { id } = await named(gateway, name);
  return told(terminal, options, await gateway.send<WithSecret>('PATCH', `/api/accounts/${id}`, body));
}

function told(terminal: Terminal, { json }: CommonOptions, answer: WithSecret): ExitCode {
  const { account, oneTimeSecret } = answer;
  if (json) terminal.json(answer);
  else {
    terminal.line(`${account.name}  ${account.roles.join(' ')}  partners ${partnersOf(account)}${account.disabled ? '  disabled' : ''}`);
    if (oneTimeSecret !== undefined) terminal.line(`one-time secret (shown once): ${oneTimeSecret}`);
  }
  return EXIT.OK;
}

const all = async (gateway: GatewayClient): Promise<readonly Wire<Account>[]> =>
  (await gateway.get<{ accounts: readonly Wire<Account>[] }>('/api/accounts')).body.accounts;

export async function named(gateway: GatewayClient, name: string): Promise<Wire<Account>> {
  const wanted = name.normalize('NFC');
  const found = (await all(gateway)).find((account) => account.id === name || account.name === wanted);
  if (!found) throw new ExchangeError('NOT_FOUND', { pointer: name, detail: 'There is no account of this name.' });
  return found;
}

function partnersWanted({ partner, allPartners }: Grants): 'all' | readonly string[] | undefined {
  if (partner !== undefined && allPartners) throw usage('--all-partners', 'Either all partners or some.');
  return allPartners ? 'all' : partner;
}

const partnersOf = ({ partners }: Pick<Account, 'partners'>): string => (partners === 'all' ? 'all' : partners.join(' ') || 'none');
