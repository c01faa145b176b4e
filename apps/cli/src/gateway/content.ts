import type { ContentDifference, ContentForm, MessageContent } from '#exchange';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';

export interface ContentOptions extends CommonOptions, GatewayOptions {
  readonly direction?: 'in' | 'out';
  readonly reveal?: string;
}

const WHY_NOT: Readonly<Record<string, string>> = {
  removed: 'The document was removed after its time; its digest, receipts and log entries remain.',
  large: 'The document is too large to be shown field by field; see landbridge messages show --payload.',
};

/** `landbridge messages content`. */
export async function showContent(terminal: Terminal, id: string, { direction, reveal, ...options }: ContentOptions): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  const path = `/api/messages/${encodeURIComponent(id)}`;
  const body =
    reveal === undefined
      ? (await gateway.get<MessageContent>(`${path}/content${direction ? `?direction=${direction}` : ''}`)).body
      : await gateway.send<MessageContent>('POST', `${path}/reveal`, { reason: reveal, ...(direction && { direction }) });
  if (options.json) {
    terminal.json(body);
    return EXIT.OK;
  }
  const { mapping, charset, bytes, state, fields, more } = body;
  terminal.note([mapping ? `${mapping.id} ${mapping.version}` : 'format unknown', charset, `${bytes} bytes`].filter(Boolean).join(', '));
  const unreadable = WHY_NOT[state];
  if (unreadable !== undefined) terminal.note(unreadable);
  await terminal.table(
    ['place', 'value', 'meaning', 'canonical', 'rule'],
    fields.map(({ pointer, value, meaning, canonical, rule }) => [pointer, value, meaning, canonical, rule]),
  );
  if (more > 0) terminal.note(`${more} more fields.`);
  if (state === 'masked') terminal.note('Payload fields are masked. --reveal "why" shows them and keeps the reason in the audit trail.');
  return EXIT.OK;
}

export interface DiffOptions extends CommonOptions, GatewayOptions {
  readonly direction?: 'in' | 'out';
  readonly withDirection?: 'in' | 'out';
  readonly form?: ContentForm;
  readonly withForm?: ContentForm;
  readonly reveal?: string;
}

/** `landbridge messages diff`. Exit 2 when they differ, as `landbridge diff`. */
export async function diffContent(
  terminal: Terminal,
  id: string,
  other: string | undefined,
  { direction, withDirection, form, withForm, reveal, ...options }: DiffOptions,
): Promise<ExitCode> {
  const asked = {
    ...(other !== undefined && { with: other }),
    ...(direction && { direction }),
    ...(withDirection && { withDirection }),
    ...(form && { form }),
    ...(withForm && { withForm }),
  };
  const gateway = new GatewayClient(options);
  const path = `/api/messages/${encodeURIComponent(id)}/diff`;
  const body =
    reveal === undefined
      ? (await gateway.get<ContentDifference>(`${path}?${new URLSearchParams(asked).toString()}`)).body
      : await gateway.send<ContentDifference>('POST', path, { ...asked, reason: reveal });
  if (options.json) terminal.json(body);
  else {
    await terminal.table(
      ['kind', 'path', 'before', 'after'],
      body.differences.map(({ kind, path, before, after }) => [kind, path, shown(before?.value), shown(after?.value)]),
    );
    if (body.unrelated) terminal.note('The two forms have no places in common; --json prints both as text.');
    terminal.note(
      `${body.differences.length + body.more} differences${body.masked ? '; values are masked without the right to payloads' : ''}.`,
    );
  }
  return body.differences.length === 0 ? EXIT.OK : EXIT.INVALID;
}

const shown = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
