import type { BoundedCount, Guess, Timeline, TimelineEntry } from '#exchange';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';

type Entry = Omit<TimelineEntry, 'at'> & { readonly at: string };
interface Shipment extends Pick<Timeline, 'keys' | 'truncated'> {
  readonly asked: string;
  readonly messages: readonly unknown[];
  readonly entries: readonly Entry[];
  readonly window: { readonly from?: string; readonly until?: string };
}

export interface ShipmentOptions extends CommonOptions, GatewayOptions {
  readonly from?: string;
  readonly until?: string;
}

/** `landbridge shipment`. */
export async function showShipment(terminal: Terminal, key: string, options: ShipmentOptions): Promise<ExitCode> {
  const parameters = new URLSearchParams();
  for (const name of ['from', 'until'] as const) if (options[name] !== undefined) parameters.set(name, options[name]);
  const path = `/api/shipments/${encodeURIComponent(key)}?${parameters.toString()}`;
  const { body } = await new GatewayClient(options).get<Shipment>(path);
  if (options.json) {
    terminal.json(body);
    return EXIT.OK;
  }
  await terminal.table(
    ['key', 'role', 'hops', 'through'],
    body.keys.map(({ key: linked, role, hops, via }) => [linked, role, hops, via?.key]),
  );
  terminal.line('');
  await terminal.table(
    [...TIME_HEADS, 'what', 'dir', 'link', 'type', 'state', 'cause', 'by', 'message id'],
    body.entries.map((entry) => [
      ...timeCells(entry.at),
      entry.count === undefined ? entry.kind : `${entry.kind} ×${entry.count}`,
      entry.direction,
      entry.link,
      entry.type,
      entry.from === undefined ? entry.state : `${entry.from} → ${entry.state ?? ''}`,
      entry.cause,
      entry.actor,
      entry.messageId,
    ]),
  );
  terminal.note(`${body.messages.length} messages, ${body.entries.length} things that happened.`);
  if (body.window.from !== undefined) terminal.note(`Looked back to ${body.window.from}; --from goes further.`);
  if (body.truncated) terminal.note(`There is more: cut short by the number of ${body.truncated.join(', ')}.`);
  return EXIT.OK;
}

interface Found {
  readonly guesses: readonly (Guess & { readonly count?: BoundedCount })[];
  readonly keys: readonly { readonly key: string; readonly count: BoundedCount }[];
}

const shown = (count: BoundedCount | undefined): string | undefined => count && `${count.count}${count.more ? '+' : ''}`;

/** `landbridge search`. */
export async function search(terminal: Terminal, text: string, options: CommonOptions & GatewayOptions): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<Found>(`/api/search?${new URLSearchParams({ q: text }).toString()}`);
  const found = body.keys.length > 0 || body.guesses.some(({ count }) => (count?.count ?? 0) > 0);
  if (options.json) terminal.json(body);
  else {
    const guessed = new Set(body.guesses.flatMap(({ key }) => key ?? []));
    await terminal.table(
      ['may be', 'value', 'why', 'check digit', 'messages'],
      [
        ...body.guesses.map(({ kind, value, reason, checkDigit, count }) => [kind, value, reason, checkDigit, shown(count)]),
        ...body.keys
          .filter(({ key }) => !guessed.has(key))
          .map(({ key, count }) => [key.slice(0, key.indexOf(':')), text, 'ANY_KEY', undefined, shown(count)]),
      ],
    );
  }
  return found ? EXIT.OK : EXIT.NO_INPUT;
}
