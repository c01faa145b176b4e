import { writeFile } from 'node:fs/promises';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';
import { queryOf } from './messages.ts';

export interface ExportOptions extends CommonOptions, GatewayOptions {
  readonly format: 'csv' | 'ndjson';
  readonly limit?: number;
  readonly output: string;
}

/** `landbridge messages export`. */
export async function exportMessages(terminal: Terminal, words: readonly string[], options: ExportOptions): Promise<ExitCode> {
  const { format, limit, output } = options;
  const parameters = new URLSearchParams({ q: queryOf(words, {}), format, ...(limit !== undefined && { limit: String(limit) }) });
  const bytes = await new GatewayClient(options).getBytes(`/api/messages/export?${parameters.toString()}`);
  await writeFile(output, bytes);
  const lines = bytes.reduce((count, octet) => count + (octet === 0x0a ? 1 : 0), 0) - (format === 'csv' ? 1 : 0);
  if (options.json) terminal.json({ file: output, lines });
  else terminal.note(`${lines} messages in ${output}; who took them and with which query is in the audit trail.`);
  return EXIT.OK;
}

interface View {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly owner: string;
  readonly shared: boolean;
}

/** `landbridge messages views`. */
export async function listViews(terminal: Terminal, options: CommonOptions & GatewayOptions): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<{ views: readonly View[] }>('/api/views');
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      ['name', 'query', 'owner', 'team', 'id'],
      body.views.map(({ id, name, query, owner, shared }) => [name, query, owner, shared ? 'yes' : '', id]),
    );
  return EXIT.OK;
}

export interface SaveViewOptions extends CommonOptions, GatewayOptions {
  readonly team?: boolean;
  readonly reason?: string;
}

/** `landbridge messages save-view`. */
export async function saveView(
  terminal: Terminal,
  name: string,
  words: readonly string[],
  { team = false, reason, ...options }: SaveViewOptions,
): Promise<ExitCode> {
  const view = await new GatewayClient(options).send<View>('POST', '/api/views', {
    name,
    query: words.join(' '),
    shared: team,
    ...(reason !== undefined && { reason }),
  });
  if (options.json) terminal.json(view);
  else terminal.note(`${view.name} is kept${view.shared ? ', for the team' : ''}: ${view.id}`);
  return EXIT.OK;
}

/** `landbridge messages remove-view`. */
export async function removeView(terminal: Terminal, id: string, options: CommonOptions & GatewayOptions): Promise<ExitCode> {
  await new GatewayClient(options).send('DELETE', `/api/views/${encodeURIComponent(id)}`);
  if (options.json) terminal.json({ removed: id });
  else terminal.note('Removed.');
  return EXIT.OK;
}
