import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ExchangeError } from '#model';
import { GatewayClient } from '../gateway/gateway-client.ts';
import { timeCells } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { tell, type LinksOptions, type Standings } from './links.ts';

interface Limits {
  readonly link: string;
  readonly agreed: Readonly<Record<string, number>>;
  readonly today: { readonly messages: number; readonly bytes: number };
  readonly open: number;
  readonly leftOpen: number;
  readonly leftInBurst?: number;
  readonly leftMessages?: number;
  readonly leftBytes?: number;
  readonly renews: string;
  readonly shut?: { readonly code: string; readonly waitMs: number };
}

/** `landbridge links show`. */
export async function show(terminal: Terminal, id: string, options: LinksOptions): Promise<ExitCode> {
  const client = new GatewayClient(options);
  const standing = (await client.get<Standings>('/api/links/standing')).body.links.find(({ link }) => link === id);
  const limits = (await client.get<{ links: readonly Limits[] }>('/api/links/limits')).body.links.find(({ link }) => link === id);
  if (!standing || !limits) throw new ExchangeError('NOT_FOUND', { pointer: 'link' });
  if (options.json) terminal.json({ link: standing, limits });
  else {
    await tell(terminal, options, { links: [standing] });
    await tellLimits(terminal, limits);
  }
  return standing.state === 'down' ? EXIT.UNAVAILABLE : EXIT.OK;
}

async function tellLimits(terminal: Terminal, { agreed, today, open, renews, shut, ...left }: Limits): Promise<void> {
  const row = (name: string, limit: number | undefined, used: number | undefined, rest: number | undefined) => [
    name,
    limit === undefined ? 'no limit' : String(limit),
    used === undefined ? undefined : String(used),
    rest === undefined ? undefined : String(rest),
  ];
  await terminal.table(
    ['limit', 'agreed', 'used', 'left'],
    [
      row('bytes of a message', agreed.messageBytes, undefined, undefined),
      row('messages open at once', agreed.open, open, left.leftOpen),
      row('messages a minute', agreed.perMinute, undefined, undefined),
      row('messages at once after a silence', agreed.burst ?? agreed.perMinute, undefined, left.leftInBurst),
      row('messages of the day', agreed.dayMessages, today.messages, left.leftMessages),
      row('bytes of the day', agreed.dayBytes, today.bytes, left.leftBytes),
      row('share of the work', agreed.share, undefined, undefined),
    ],
  );
  terminal.note(`The day begins anew at ${timeCells(renews)[0]} (Beijing).`);
  if (shut) terminal.note(`Held back now: ${shut.code}, for ${Math.ceil(shut.waitMs / 1000)} s.`);
}
