import { randomUUID } from 'node:crypto';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { BlockedKeysAnswer, LinkRequestAnswer, OneRequestAnswer, RequestsAnswer } from './answers.ts';

type Options = CommonOptions & GatewayOptions;

/** `landbridge links keys`. */
export async function keys(
  terminal: Terminal,
  { link, limit, after, ...options }: Options & { readonly link?: string; readonly limit?: number; readonly after?: string },
): Promise<ExitCode> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ link, limit, after })) if (value !== undefined) query.set(name, String(value));
  const { body } = await new GatewayClient(options).get<BlockedKeysAnswer>(`/api/links/keys?${query.toString()}`);
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      [...TIME_HEADS.map((head) => `since ${head}`), 'link', 'key', 'state', 'code', 'attempts', 'behind', 'message id', 'position'],
      body.keys.map((one) => [
        ...timeCells(one.since),
        one.link,
        one.key,
        one.state,
        one.code,
        one.attempts,
        one.behind.more ? `${one.behind.count}+` : one.behind.count,
        one.messageId,
        one.position,
      ]),
    );
  return EXIT.OK;
}

/** `landbridge links release`. */
export async function release(
  terminal: Terminal,
  link: string,
  key: string,
  { reason, request = randomUUID(), ...options }: Options & { readonly reason: string; readonly request?: string },
): Promise<ExitCode> {
  const path = `/api/links/${encodeURIComponent(link)}/release`;
  return tell(terminal, options, (await new GatewayClient(options).send<OneRequestAnswer>('POST', path, { key, request, reason })).request);
}

/** `landbridge links requests`. */
export async function list(
  terminal: Terminal,
  { state, limit, ...options }: Options & { readonly state?: string; readonly limit?: number },
): Promise<ExitCode> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ state, limit })) if (value !== undefined) query.set(name, String(value));
  const { body } = await new GatewayClient(options).get<RequestsAnswer>(`/api/links/requests?${query.toString()}`);
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      ['request', 'state', 'kind', 'link', 'about', 'reason', 'author', 'approver', 'digest'],
      body.requests.map((one) => [
        one.id,
        one.state,
        one.kind,
        one.link,
        one.subject,
        one.reason,
        one.author.name,
        one.approver?.name,
        one.digest,
      ]),
    );
  return EXIT.OK;
}

/** `landbridge links request`. */
export async function show(terminal: Terminal, id: string, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<OneRequestAnswer>(`/api/links/requests/${encodeURIComponent(id)}`);
  return tell(terminal, options, body.request);
}

/** `landbridge links approve` and `refuse`. */
export const decide =
  (what: 'approve' | 'refuse') =>
  async (
    terminal: Terminal,
    id: string,
    { digest, reason, ...options }: Options & { readonly digest: string; readonly reason: string },
  ): Promise<ExitCode> => {
    const path = `/api/links/requests/${encodeURIComponent(id)}/${what}`;
    return tell(terminal, options, (await new GatewayClient(options).send<OneRequestAnswer>('POST', path, { digest, reason })).request);
  };

export function tell(terminal: Terminal, { json }: Options, request: LinkRequestAnswer): ExitCode {
  if (json) terminal.json({ request });
  else {
    terminal.line(`request  ${request.id}`);
    terminal.line(`state    ${request.state}`);
    terminal.line(`what     ${request.kind} ${request.link} ${request.subject}`);
    terminal.line(`action   ${request.action}`);
    terminal.line(`author   ${request.author.name}`);
    if (request.approver) terminal.line(`approver ${request.approver.name}: ${request.decision ?? ''}`);
    terminal.line(`digest   ${request.digest}`);
    if (request.state === 'submitted') terminal.line(`until    ${request.expiresAt}`);
    if (request.results.length > 0) terminal.line(`done     ${request.results.join(' ')}`);
    if (request.may.length > 0) terminal.note(`You may: ${request.may.join(', ')}`);
  }
  return EXIT.OK;
}
