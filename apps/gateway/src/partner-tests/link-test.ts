import type { LookupFunction } from 'node:net';
import { SocketProbe } from '#adapters';
import type { PartnerPing, Ping } from '#exchange';
import type { Link } from '#model';
import {
  NetworkProbe,
  skewFound,
  testConnectivity,
  type ConnectivityRow,
  type ExchangeRow,
  type Found,
  type NetworkRow,
  type RowResult,
} from '#onboarding';

export interface LinkTestOptions {
  readonly ping: PartnerPing;
  readonly condition: (link: Link) => 'up' | 'down';
  /** The broker behind links of the transport `amqp`. */
  readonly broker?: { readonly url: string; readonly ca?: string | undefined } | undefined;
  /** Throws for an address of a partner that the gateway may not call, and resolves only those it may. */
  readonly guard: { readonly require: (url: URL) => void; readonly lookup: LookupFunction };
  readonly now: () => Date;
  readonly waitMilliseconds: number;
}

const without = (detail: string): Found => ({ state: 'not applicable', detail });

/**
 * Tries a link row by row from the gateway's end. The rows of the protocol are one signed question and its answer, which carry no business
 * message and so may be asked of production links. What only messages show is for the partner's own run of `landbridge connectivity test`.
 */
export async function testLink(
  link: Link,
  rows: readonly ConnectivityRow[] | undefined,
  options: LinkTestOptions,
): Promise<readonly RowResult[]> {
  let asked: Promise<Ping> | undefined;
  const ping = () => (asked ??= options.ping.ask(link, options.waitMilliseconds));
  const probe = (row: ExchangeRow) => exchangeRow(row, ping);
  return testConnectivity({ network: new GatewaySide(link, options), exchange: { probe }, ...(rows && { rows }) });
}

async function exchangeRow(row: ExchangeRow, ping: () => Promise<Ping>): Promise<Found> {
  if (row === 'large-message' || row === 'scripts')
    return without('It takes test messages of the partner: landbridge connectivity test, run at its end.');
  const { askedAt, answer } = await ping();
  if (!answer) return { state: 'failed', code: 'RECEIPT_MISSING', detail: 'No signed answer in time.' };
  if (row === 'clock-skew')
    return answer.saidAt
      ? skewFound(answer.saidAt.getTime(), askedAt.getTime(), answer.at.getTime())
      : without('The answer tells no time.');
  const software = answer.software === undefined ? '' : `, ${answer.software}`;
  return {
    state: 'ok',
    detail:
      row === 'publish-confirm'
        ? 'taken and answered'
        : `answered in ${answer.at.getTime() - askedAt.getTime()} ms with key ${answer.partnerKid ?? ''}${software}`,
  };
}

/** What lies below the protocol at our end: the partner's address where we call it, our broker, or nothing where the partner calls us. */
class GatewaySide extends NetworkProbe {
  readonly #link: Link;
  readonly #options: LinkTestOptions;

  constructor(link: Link, options: LinkTestOptions) {
    super();
    this.#link = link;
    this.#options = options;
  }

  override async probe(row: NetworkRow): Promise<Found> {
    if (row === 'queue-permissions') return this.#permissions();
    const { transport, push } = this.#link;
    const { broker, guard, now } = this.#options;
    const common = { permissions: () => this.#permissions(), now };
    if (transport === 'push' && push) {
      guard.require(new URL(push.url));
      return new SocketProbe({ ...common, url: push.url, lookup: guard.lookup }).probe(row);
    }
    if (transport === 'amqp' && broker) return new SocketProbe({ ...common, url: broker.url, ca: broker.ca }).probe(row);
    return without(transport === 'mailbox' ? 'The partner opens the connection to us.' : 'The link is no network address.');
  }

  /** Whether our end can be used now: the transport keeps looking. */
  #permissions(): Promise<Found> {
    const up = this.#options.condition(this.#link) === 'up';
    return Promise.resolve(
      up
        ? { state: 'ok', detail: 'our end is open' }
        : { state: 'failed', code: 'LINK_UNREACHABLE', detail: 'Our end cannot be used now.' },
    );
  }
}
