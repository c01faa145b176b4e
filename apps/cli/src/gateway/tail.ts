import { setTimeout as pause } from 'node:timers/promises';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { TIME_HEADS, timeCells } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';
import { queryOf, type Line } from './messages.ts';
import { readEvents } from './server-sent-events.ts';

interface Change {
  readonly id: string;
  readonly event: { readonly kind: string; readonly from?: string; readonly to?: string; readonly cause?: string; readonly at: string };
  readonly message: Line;
}

export interface TailOptions extends CommonOptions, GatewayOptions {
  readonly count?: number;
}

/** `landbridge messages tail`. A first connection that fails is a failure; a later one is tried again. */
export async function tailMessages(terminal: Terminal, words: readonly string[], options: TailOptions): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  const path = `/api/messages/tail?${new URLSearchParams({ q: queryOf(words, {}) }).toString()}`;
  let place: string | undefined;
  let told = 0;
  if (!options.json) terminal.line([...TIME_HEADS, 'dir', 'link', 'type', 'change', 'cause', 'message id'].join('\t'));
  for (;;) {
    try {
      for await (const { id, event, data } of readEvents(await gateway.stream(path, place))) {
        place = id ?? place;
        if (event !== 'change') continue;
        print(terminal, JSON.parse(data) as Change, options.json === true);
        told += 1;
        if (told === options.count) return EXIT.OK;
      }
    } catch (error) {
      if (place === undefined) throw error;
      terminal.note('The connection was lost; trying again.');
    }
    await pause(2_000);
  }
}

function print(terminal: Terminal, change: Change, json: boolean): void {
  if (json) return terminal.json(change);
  const { event, message } = change;
  const moved = `${event.from ?? ''} → ${event.to ?? event.kind}`;
  const cells = [...timeCells(event.at), message.direction, message.link, message.type, moved, event.cause ?? '', message.messageId];
  terminal.line(cells.map((cell) => cell.replace(/\p{Cc}+/gu, ' ')).join('\t'));
}
