import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readYamlFolder } from '#config';
import type { DifferenceCount, MappingVersion } from '#exchange';
import type { CommonOptions } from '../command.ts';
import { DEFAULT_LIMIT } from '../documents/formats.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { usage } from '../terminal/report.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readSamples } from '../workshop/samples.ts';

type Options = CommonOptions & GatewayOptions;

/** What comes over HTTP: times and octets as text. */
type Told<T> = { readonly [Key in keyof T]: T[Key] extends Date | Buffer | undefined ? string : T[Key] };
type VersionLine = Omit<Told<MappingVersion>, 'text' | 'codelists' | 'action'>;
interface OneVersion {
  readonly version: Told<MappingVersion>;
  readonly may: readonly string[];
}

/** Trying a version reads hundreds of documents twice. */
const TIMEOUT_MS = 120_000;
const PATH = '/api/mapping-versions';

/** `landbridge mapping-versions list`. */
export async function list(
  terminal: Terminal,
  { mapping, state, limit, ...options }: Options & { readonly mapping?: string; readonly state?: string; readonly limit?: number },
): Promise<ExitCode> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ mapping, state, limit })) if (value !== undefined) query.set(name, String(value));
  const { body } = await new GatewayClient(options).get<{ versions: readonly VersionLine[] }>(`${PATH}?${query.toString()}`);
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      [...TIME_HEADS, 'version', 'mapping', 'state', 'base', 'links', 'author', 'approver', 'reason'],
      body.versions.map((one) => [
        ...timeCells(one.at),
        one.id,
        `${one.mapping}@v${one.number}`,
        one.state,
        one.base,
        one.links.join(' '),
        one.author.name,
        one.approver?.name,
        one.reason,
      ]),
    );
  return EXIT.OK;
}

/** `landbridge mapping-versions show`. */
export async function show(terminal: Terminal, id: string, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<OneVersion>(`${PATH}/${encodeURIComponent(id)}`);
  return tell(terminal, options, body);
}

interface DraftOptions extends Options {
  readonly link: readonly string[];
  readonly codelists?: string;
  readonly sample?: readonly string[];
  readonly request?: string;
  readonly reason: string;
}

/** `landbridge mapping-versions draft`: an overlay, and what `landbridge workshop --out` wrote beside it. */
export async function draft(terminal: Terminal, file: string, options: DraftOptions): Promise<ExitCode> {
  const { link, sample = [], request = randomUUID(), reason } = options;
  const text = await readFile(file, 'utf8').catch(() => {
    throw usage(file, 'The overlay cannot be read.');
  });
  const read = sample.length === 0 ? [] : await readSamples(terminal, sample, { maxBytes: DEFAULT_LIMIT, charsets: () => [] });
  const body = {
    text,
    codelists: readYamlFolder(options.codelists ?? (await besideMappings(file))).map(({ path, text: list }) => ({ path, text: list })),
    links: link,
    samples: read.map(({ name, bytes }) => ({ name: basename(name), base64: bytes.toString('base64') })),
    request,
    reason,
  };
  return tell(terminal, options, await new GatewayClient(options).send<OneVersion>('POST', PATH, body, TIMEOUT_MS));
}

/** `draft/codelists` for `draft/mappings/port-x/MT1101.yaml`; a folder that is not there holds none. */
async function besideMappings(file: string): Promise<string> {
  const folder = join(dirname(dirname(dirname(file))), 'codelists');
  return (await stat(folder).catch(() => undefined)) ? folder : join(dirname(file), 'codelists');
}

/** `corpus`, `submit` and `rollback`. */
export const because =
  (what: 'corpus' | 'submit' | 'rollback') =>
  (terminal: Terminal, id: string, { reason, ...options }: Options & { readonly reason: string }): Promise<ExitCode> =>
    post(terminal, id, what, { reason }, options);

/** `shadow`. */
export const shadow = (
  terminal: Terminal,
  id: string,
  { most, reason, ...options }: Options & { readonly most?: number; readonly reason: string },
): Promise<ExitCode> => post(terminal, id, 'shadow', { reason, ...(most !== undefined && { most }) }, options);

/** `approve` and `refuse`. */
export const decide =
  (what: 'approve' | 'refuse') =>
  (
    terminal: Terminal,
    id: string,
    { digest, reason, ...options }: Options & { readonly digest: string; readonly reason: string },
  ): Promise<ExitCode> =>
    post(terminal, id, what, { digest, reason }, options);

async function post(terminal: Terminal, id: string, what: string, body: unknown, options: Options): Promise<ExitCode> {
  const path = `${PATH}/${encodeURIComponent(id)}/${what}`;
  return tell(terminal, options, await new GatewayClient(options).send<OneVersion>('POST', path, body, TIMEOUT_MS));
}

function tell(terminal: Terminal, { json }: Options, { version, may }: OneVersion): ExitCode {
  if (json) {
    terminal.json({ version, may });
    return EXIT.OK;
  }
  terminal.line(`version  ${version.id}`);
  terminal.line(`mapping  ${version.mapping}@v${version.number} on ${version.base}`);
  terminal.line(`state    ${version.state}`);
  terminal.line(`links    ${version.links.join(' ')}`);
  terminal.line(`author   ${version.author.name}: ${version.reason}`);
  if (version.approver) terminal.line(`approver ${version.approver.name}: ${version.decision ?? ''}`);
  terminal.line(`digest   ${version.digest}`);
  const { corpus, shadow: run } = version;
  if (corpus) terminal.line(`corpus   ${corpus.looked} documents: ${verdictsOf(corpus.verdicts)}`);
  for (const name of corpus?.broken ?? []) terminal.line(`broken   ${name}`);
  for (const one of corpus?.differences ?? []) terminal.line(differenceOf(one));
  if (run) terminal.line(`shadow   ${run.looked} of ${run.most} messages${run.endedAt ? ', ended' : ''}: ${verdictsOf(run.verdicts)}`);
  for (const one of run?.differences ?? []) terminal.line(differenceOf(one));
  if (may.length > 0) terminal.note(`You may: ${may.join(', ')}`);
  return EXIT.OK;
}

const verdictsOf = (verdicts: Readonly<Record<string, number>>): string =>
  Object.entries(verdicts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

const differenceOf = ({ kind, code, place, count, example }: DifferenceCount): string =>
  `  ${count} ${kind}${code === undefined ? '' : ` ${code}`} ${place}, first in ${example}`;
