import type { Durations, Expiry, Figures, FirstPass } from '#exchange';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import type { Terminal } from '../terminal/terminal.ts';

type ExpiryAnswer = Omit<Expiry, 'until'> & { readonly until: string };
interface Answer {
  readonly since: string;
  readonly links: readonly (Figures & { readonly link: string; readonly partner: string; readonly expiry?: ExpiryAnswer })[];
  readonly total: Figures;
  readonly own?: ExpiryAnswer;
}

/** `landbridge links figures`. */
export async function figures(
  terminal: Terminal,
  { hours, json, ...options }: CommonOptions & GatewayOptions & { readonly hours?: number },
): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<Answer>(`/api/links/figures${hours === undefined ? '' : `?hours=${hours}`}`);
  if (json) {
    terminal.json(body);
    return EXIT.OK;
  }
  const cells = ({ received, sent, passage, receipt }: Figures) => [
    share(received),
    share(sent),
    ...took(passage),
    ...took(receipt),
    coverage(receipt),
  ];
  await terminal.table(
    ['link', 'received', 'sent', 'passage p50', 'p90', 'receipt p50', 'p90', 'of', 'runs out'],
    [
      ...body.links.map(({ link, expiry, ...one }) => [link, ...cells(one), tellExpiry(expiry)]),
      ['all', ...cells(body.total), tellExpiry(body.own)],
    ],
  );
  terminal.note(`Since ${body.since}. Shares: taken at the first try, of those judged. The last line: all links, and our own keys.`);
  if (body.total.more) terminal.note('Of the newest 1,000 messages of a link each way.');
  return EXIT.OK;
}

const tellExpiry = (expiry: ExpiryAnswer | undefined): string | undefined => expiry && `${expiry.what} in ${Math.floor(expiry.days)} days`;
/** `97.5 % of 40`; nothing where nothing was judged. */
const share = ({ judged, passed }: FirstPass): string | undefined =>
  judged === 0 ? undefined : `${Math.floor((passed / judged) * 1000) / 10} % of ${judged}`;
const took = ({ p50Seconds, p90Seconds }: Durations): (string | undefined)[] =>
  [p50Seconds, p90Seconds].map((one) => (one === undefined ? undefined : `${one} s`));
const coverage = ({ known, of }: Durations): string | undefined => (of === 0 ? undefined : `${known}/${of}`);
