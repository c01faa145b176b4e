import type { DrainForecast, LinkStanding, Stop } from '#exchange';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { timeCells } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';

const STATES = { used: 'in use', up: 'reached', down: 'not reached', stopped: 'stopped' } as const;
type Wire<T> = { readonly [K in keyof T]: T[K] extends Date | undefined ? string : T[K] };
export type Standing = Wire<LinkStanding> & {
  readonly transport: string;
  readonly state: keyof typeof STATES;
  readonly paused?: Wire<Omit<Stop, 'link'>>;
};
export interface Standings {
  readonly links: readonly Standing[];
}

export type LinksOptions = CommonOptions & GatewayOptions;

/** `landbridge links`. Exit 69 when a link is not reached and nobody stopped it. */
export async function list(terminal: Terminal, options: LinksOptions): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<Standings>('/api/links/standing');
  await tell(terminal, options, body);
  return body.links.some(({ state }) => state === 'down') ? EXIT.UNAVAILABLE : EXIT.OK;
}

/** `landbridge links pause` and `resume`. */
export const turn =
  (what: 'pause' | 'resume') =>
  async (terminal: Terminal, link: string, { reason, ...options }: LinksOptions & { readonly reason: string }): Promise<ExitCode> => {
    const path = `/api/links/${encodeURIComponent(link)}/${what}`;
    await tell(terminal, options, await new GatewayClient(options).send<Standings>('POST', path, { reason }));
    return EXIT.OK;
  };

export async function tell(terminal: Terminal, { json }: LinksOptions, answer: Standings): Promise<void> {
  if (json) return terminal.json(answer);
  await terminal.table(
    [
      'link',
      'partner',
      'transport',
      'state',
      'waiting',
      'since (Beijing)',
      'gone in',
      'unknown',
      'blocked keys',
      'last in (Beijing)',
      'last out (Beijing)',
    ],
    answer.links.map((link) => [
      link.link,
      link.partner,
      link.transport,
      STATES[link.state],
      bounded(link.waiting),
      beijing(link.oldestWaiting),
      drain(link.drain),
      bounded(link.unknown),
      bounded(link.blockedKeys),
      beijing(link.lastIn),
      beijing(link.lastOut),
    ]),
  );
  for (const { link, paused } of answer.links)
    if (paused) terminal.note(`${link} is stopped since ${paused.at} by ${paused.actor}: ${paused.reason}`);
}

const bounded = ({ count, more }: LinkStanding['waiting']): string => (more ? `${count}+` : String(count));
const beijing = (at: string | undefined): string | undefined => (at === undefined ? undefined : timeCells(at)[0]);

/** In the largest unit that says something. */
function drain(forecast: DrainForecast | undefined): string | undefined {
  if (!forecast) return undefined;
  const { seconds, more } = forecast;
  const text = seconds < 120 ? `${seconds} s` : seconds < 7_200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
  return more ? `over ${text}` : text;
}
