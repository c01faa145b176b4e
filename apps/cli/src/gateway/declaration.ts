import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';

interface NoticeLine {
  readonly listId: string;
  readonly code: string;
  readonly sender: string;
  readonly messageId: string;
  readonly receivedAt: string;
}

/** `landbridge declaration`. */
export async function declaration(terminal: Terminal, number: string, options: CommonOptions & GatewayOptions): Promise<ExitCode> {
  const path = `/api/declarations/${encodeURIComponent(number)}`;
  const { body } = await new GatewayClient(options).get<{ states: readonly NoticeLine[]; notices: readonly NoticeLine[] }>(path);
  if (options.json) terminal.json(body);
  else {
    for (const { listId, code } of body.states) terminal.line(`${listId}  ${code}`);
    await terminal.table(
      [...TIME_HEADS, 'list', 'code', 'sender', 'message id'],
      body.notices.map((one) => [...timeCells(one.receivedAt), one.listId, one.code, one.sender, one.messageId]),
    );
  }
  return EXIT.OK;
}
