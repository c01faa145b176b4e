import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';

type Options = CommonOptions & GatewayOptions;
type Titles = Readonly<Record<string, string>>;

/** In English where there is any: the command line speaks it. */
const title = (titles: Titles): string => titles['en'] ?? Object.values(titles)[0] ?? '';

interface MappingLine {
  readonly id: string;
  readonly version: string;
  readonly type: string;
  readonly syntax: string;
  readonly status: string;
  readonly title: Titles;
  readonly links: readonly string[];
}

/** `landbridge loaded mappings`. */
export async function mappings(terminal: Terminal, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<{ mappings: readonly MappingLine[] }>('/api/mappings');
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      ['mapping', 'version', 'type', 'syntax', 'status', 'links', 'title'],
      body.mappings.map((one) => [one.id, one.version, one.type, one.syntax, one.status, one.links.join(' '), title(one.title)]),
    );
  return EXIT.OK;
}

interface Rule {
  readonly place: string;
  readonly bounds: readonly string[];
  readonly canonical: string;
  readonly rule: string;
}

/** `landbridge loaded mapping`. */
export async function mapping(terminal: Terminal, id: string, options: Options): Promise<ExitCode> {
  const path = `/api/mappings/rules?${new URLSearchParams({ id }).toString()}`;
  const { body } = await new GatewayClient(options).get<{ functions: readonly string[]; rules: readonly Rule[] }>(path);
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      ['place', ...body.functions.map((code) => `function ${code}`), 'canonical', 'rule'],
      body.rules.map(({ place, bounds, canonical, rule }) => [place, ...bounds, canonical, rule]),
    );
  return EXIT.OK;
}

interface ListLine {
  readonly id: string;
  readonly version: string;
  readonly codes: number;
  readonly open: boolean;
  readonly title: Titles;
}

/** `landbridge loaded codelists`. */
export async function codeLists(terminal: Terminal, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<{ lists: readonly ListLine[] }>('/api/codelists');
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      ['list', 'version', 'codes', 'others', 'title'],
      body.lists.map((one) => [one.id, one.version, one.codes, one.open ? 'allowed' : 'refused', title(one.title)]),
    );
  return EXIT.OK;
}

interface Codes {
  readonly codes: readonly { readonly code: string; readonly title: Titles; readonly canonical?: string; readonly status?: string }[];
}

/** `landbridge loaded codelist`. */
export async function codeList(terminal: Terminal, id: string, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<Codes>(`/api/codelists/codes?${new URLSearchParams({ id }).toString()}`);
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      ['code', 'canonical', 'status', 'title'],
      body.codes.map((one) => [one.code, one.canonical, one.status, title(one.title)]),
    );
  return EXIT.OK;
}

interface Partner {
  readonly key: string;
  readonly name: Titles;
  readonly country: string;
  readonly link: { readonly id: string; readonly transport: string; readonly test: boolean };
  readonly formats: readonly { readonly type: string; readonly mapping: string }[];
  readonly routes: readonly unknown[];
}

/** `landbridge partners`. */
export async function partners(terminal: Terminal, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<{ partners: readonly Partner[] }>('/api/partners');
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      ['partner', 'name', 'country', 'link', 'transport', 'test', 'gets', 'routes'],
      body.partners.map(({ key, name, country, link, formats, routes }) => [
        key,
        title(name),
        country,
        link.id,
        link.transport,
        link.test ? 'yes' : '',
        formats.map(({ mapping: as }) => as).join(' '),
        routes.length,
      ]),
    );
  return EXIT.OK;
}

interface Rules {
  readonly rules: readonly { readonly rule: string; readonly days: number; readonly before?: string; readonly over?: number }[];
}

/** `landbridge retention`. */
export async function retention(terminal: Terminal, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<Rules>('/api/retention');
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      ['what', 'kept', 'over', 'before'],
      body.rules.map(({ rule, days, over, before }) => [rule, days === 0 ? 'for ever' : `${days} days`, over, before]),
    );
  return EXIT.OK;
}

interface Report {
  readonly gateway: string;
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly uptimeSeconds: number;
  readonly database: { readonly server: string; readonly bytes: number; readonly migration: string };
  readonly settings: readonly { readonly name: string; readonly value?: string; readonly set: boolean }[];
}

/** `landbridge diagnostics`. */
export async function diagnostics(terminal: Terminal, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<Report>('/api/diagnostics');
  if (options.json) {
    terminal.json(body);
    return EXIT.OK;
  }
  const { gateway, version, node, platform, uptimeSeconds, database, settings } = body;
  terminal.line(`gateway   ${gateway}, version ${version}, up ${uptimeSeconds} s`);
  terminal.line(`process   node ${node} on ${platform}`);
  terminal.line(`database  ${database.server}, ${database.bytes} octets, ${database.migration}`);
  await terminal.table(
    ['setting', 'value'],
    settings.map(({ name, value, set }) => [name, value ?? (set ? '(set)' : '')]),
  );
  return EXIT.OK;
}
