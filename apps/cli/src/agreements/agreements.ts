import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ExchangeError, readYaml } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import type { OneRequestAnswer } from '../links/answers.ts';
import { tell } from '../links/requests.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';

type Options = CommonOptions & GatewayOptions;
type Asking = Options & { readonly reason: string; readonly request?: string };

interface Standing {
  readonly running: number;
  readonly newest: number;
  readonly agreements: unknown;
}
interface Version {
  readonly version: number;
  readonly origin: string;
  readonly author: string;
  readonly approver?: string;
  readonly reason: string;
  readonly restores?: number;
  readonly at: string;
  readonly digest: string;
}

/** `landbridge agreements show`. */
export async function show(terminal: Terminal, version: number | undefined, options: Options): Promise<ExitCode> {
  const path = version === undefined ? '/api/agreements' : `/api/agreements/versions/${version}`;
  const { body } = await new GatewayClient(options).get<Standing>(path);
  if (options.json) terminal.json(body);
  else {
    terminal.line(JSON.stringify(body.agreements, null, 2));
    if (version === undefined) terminal.note(`Version ${body.running} runs; the newest is ${body.newest}.`);
  }
  return EXIT.OK;
}

/** `landbridge agreements history`. */
export async function history(terminal: Terminal, { limit, ...options }: Options & { readonly limit?: number }): Promise<ExitCode> {
  const query = limit === undefined ? '' : `?limit=${limit}`;
  const { body } = await new GatewayClient(options).get<{ versions: readonly Version[] }>(`/api/agreements/versions${query}`);
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      [...TIME_HEADS.map((head) => `since ${head}`), 'version', 'origin', 'author', 'approver', 'restores', 'reason', 'digest'],
      body.versions.map((one) => [
        ...timeCells(one.at),
        one.version,
        one.origin,
        one.author,
        one.approver,
        one.restores,
        one.reason,
        one.digest,
      ]),
    );
  return EXIT.OK;
}

/** `landbridge agreements change`. */
export async function change(
  terminal: Terminal,
  file: string,
  { reason, basedOn, request = randomUUID(), ...options }: Asking & { readonly basedOn?: number },
): Promise<ExitCode> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ExchangeError('FILE_UNREADABLE', { pointer: file, cause });
  });
  const read = readYaml(text);
  if ('fault' in read) throw new ExchangeError('CONFIGURATION_INVALID', { pointer: file, detail: read.fault });
  const client = new GatewayClient(options);
  const body = { agreements: read.value, basedOn: basedOn ?? (await newest(client)), request, reason };
  return tell(terminal, options, (await client.send<OneRequestAnswer>('POST', '/api/agreements/changes', body)).request);
}

/** `landbridge agreements rollback`. */
export async function rollBack(
  terminal: Terminal,
  version: number,
  { reason, request = randomUUID(), ...options }: Asking,
): Promise<ExitCode> {
  const client = new GatewayClient(options);
  const body = { version, basedOn: await newest(client), request, reason };
  return tell(terminal, options, (await client.send<OneRequestAnswer>('POST', '/api/agreements/rollbacks', body)).request);
}

const newest = async (client: GatewayClient): Promise<number> => (await client.get<Standing>('/api/agreements')).body.newest;
