import type { LinkStanding } from '#exchange';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { timeCells } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';

const STATES = { used: 'in use', up: 'reached', down: 'not reached', stopped: 'stopped' } as const;
type Wire<T> = { readonly [K in keyof T]: T[K] extends Date | undefined ? string : T[K] };
type Standing = Wire<LinkStanding> & { readonly transport: string; readonly state: keyof typeof STATES };

export type LinksOptions = CommonOptions & GatewayOptions;

/** `landbridge links`. Exit 69 when a link is not reached and nobody stopped it. */
export async function links(terminal: Terminal, options: LinksOptions): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  const { body } = await gateway.get<{ links: readonly Standing[] }>('/api/links/standing');
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      [
        'link',
        'partner',
        'transport',
        'state',
        'waiting',
        'since (Beijing)',
        'unknown',
        'blocked keys',
        'last in (Beijing)',
        'last out (Beijing)',
      ],
      body.links.map((link) => [
        link.link,
        link.partner,
        link.transport,
        STATES[link.state],
        bounded(link.waiting),
        beijing(link.oldestWaiting),
        bounded(link.unknown),
        bounded(link.blockedKeys),
        beijing(link.lastIn),
        beijing(link.lastOut),
      ]),
    );
  return body.links.some(({ state }) => state === 'down') ? EXIT.UNAVAILABLE : EXIT.OK;
}

const bounded = ({ count, more }: LinkStanding['waiting']): string => (more ? `${count}+` : String(count));
const beijing = (at: string | undefined): string | undefined => (at === undefined ? undefined : timeCells(at)[0]);
