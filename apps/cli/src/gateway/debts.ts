import type { Debt, DebtCount } from '#exchange';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';

export interface DebtsOptions extends CommonOptions, GatewayOptions {
  readonly link?: string;
  readonly side?: string;
  readonly counts?: boolean;
  readonly limit?: number;
  readonly after?: string;
}

type Line = { readonly [K in keyof Debt]: Debt[K] extends Date ? string : Debt[K] };
const FILTERS = ['link', 'side', 'limit', 'after'] as const;

/** `landbridge debts`: the board of open receipts and business answers. */
export async function debts(terminal: Terminal, options: DebtsOptions): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  if (options.counts) return showCounts(terminal, gateway, options);
  const query = new URLSearchParams();
  for (const name of FILTERS) if (options[name] !== undefined) query.set(name, String(options[name]));
  const { debts: lines } = (await gateway.get<{ debts: readonly Line[] }>(`/api/debts?${query.toString()}`)).body;
  if (options.json) terminal.json({ debts: lines });
  else
    await terminal.table(
      [
        ...TIME_HEADS.map((head) => `since ${head}`),
        'overdue',
        'link',
        'debtor',
        'owes',
        'to',
        'state',
        'asked',
        'type',
        'message id',
        'position',
      ],
      lines.map((line) => [
        ...timeCells(line.since),
        overdue(line.due),
        line.link,
        line.debtor,
        line.owed,
        line.creditor,
        line.state,
        line.asked,
        line.type,
        line.messageId,
        line.position,
      ]),
    );
  return EXIT.OK;
}

async function showCounts(terminal: Terminal, gateway: GatewayClient, { json, link }: DebtsOptions): Promise<ExitCode> {
  const all = (await gateway.get<{ counts: readonly DebtCount[] }>('/api/debts/counts')).body.counts;
  const counts = all.filter((count) => link === undefined || count.link === link);
  if (json) terminal.json({ counts });
  else
    await terminal.table(
      ['link', 'partner', 'they owe', 'we owe'],
      counts.map(({ link: id, partner, theirs, ours }) => [id, partner, theirs, ours]),
    );
  return EXIT.OK;
}

/** How long past its deadline, in the largest unit that says something. */
function overdue(due: string): string {
  const minutes = Math.floor((Date.now() - Date.parse(due)) / 60_000);
  if (minutes < 1) return '–';
  return minutes < 120 ? `${minutes} min` : minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} d`;
}
