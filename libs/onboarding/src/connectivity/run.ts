import { openReceipt } from '#trust';
import { document, type Bench } from '../conformance/bench.ts';
import { Checks } from '../conformance/checks.ts';
import { checkReceipts } from '../conformance/receipt-checks.ts';
import { CONNECTIVITY_ROWS, type ConnectivityRow, type RowResult, type RowState } from './rows.ts';

/** What one row found. */
export type Found = Omit<RowResult, 'row' | 'ms' | 'state'> & { readonly state: Exclude<RowState, 'skipped'> };

const NETWORK_ROWS = ['dns', 'tcp', 'tls', 'client-certificate', 'queue-permissions'] as const satisfies readonly ConnectivityRow[];
export type NetworkRow = (typeof NETWORK_ROWS)[number];

export type ExchangeRow = Exclude<ConnectivityRow, NetworkRow>;

/** Opens our end of the link; called only when the network is there. */
export interface PartnerEnd {
  readonly connect: () => Promise<Bench>;
  readonly largeBytes: number;
}

/** The rows below the protocol, which need sockets; implemented by the adapters. Never rejects. */
export abstract class NetworkProbe {
  abstract probe(row: NetworkRow): Promise<Found>;
}

export interface ConnectivityOptions {
  readonly network: NetworkProbe;
  /** The rows above the network: tried over our end of the link as its partner, or by the gateway in its own way. */
  readonly exchange: PartnerEnd | { readonly probe: (row: ExchangeRow) => Promise<Found> };
  /** Rows wanted; absent: all. Rows they need are run too. */
  readonly rows?: readonly ConnectivityRow[];
  readonly onRow?: (result: RowResult) => void;
}

/** Furthest apart that two clocks may be before somebody should look. */
const SKEW_MS = 5_000;
const ok = (detail: string): Found => ({ state: 'ok', detail });
const failed = (detail: string, code?: string): Found => ({ state: 'failed', detail, ...(code === undefined ? {} : { code }) });

/** Tries row by row; after a failure the rows that need it are skipped. Every row says what it found. */
export async function testConnectivity(options: ConnectivityOptions): Promise<readonly RowResult[]> {
  const last = Math.max(...(options.rows ?? CONNECTIVITY_ROWS).map((row) => CONNECTIVITY_ROWS.indexOf(row)));
  const results: RowResult[] = [];
  const session = new Session(options);
  try {
    for (const row of CONNECTIVITY_ROWS.slice(0, last + 1)) {
      const begin = performance.now();
      const broken = results.find(({ state, row: before }) => state === 'failed' && needs(row, before));
      const found = broken ? { state: 'skipped' as const, detail: `needs ${broken.row}` } : await session.run(row).catch(thrown);
      const result: RowResult = { row, ...found, ms: Math.round(performance.now() - begin) };
      results.push(result);
      options.onRow?.(result);
    }
  } finally {
    await session.close();
  }
  return results;
}

const isNetwork = (row: ConnectivityRow): row is NetworkRow => (NETWORK_ROWS as readonly string[]).includes(row);

/** Clocks, sizes and letters are judged apart from each other; everything else builds on all that was before. */
const needs = (row: ConnectivityRow, before: ConnectivityRow): boolean =>
  CONNECTIVITY_ROWS.indexOf(before) < CONNECTIVITY_ROWS.indexOf(row) && !LEAVES.has(before);
const LEAVES = new Set<ConnectivityRow>(['client-certificate', 'clock-skew', 'large-message', 'scripts']);

const thrown = (error: unknown): Found => failed(error instanceof Error ? error.message : String(error), (error as { code?: string }).code);

/** How far the clock of the other end is from ours, from the time it wrote between our sending and our receiving; all in milliseconds. */
export function skewFound(said: number, before: number, after: number): Found {
  const skew = said < before ? said - before : said > after ? said - after : 0;
  const detail = skew === 0 ? 'no difference seen' : `${skew > 0 ? 'ahead' : 'behind'} by ${Math.abs(skew)} ms`;
  return Math.abs(skew) <= SKEW_MS ? ok(detail) : failed(detail, 'CLOCK_SKEW');
}

class Session {
  #bench: Bench | undefined;
  #end: PartnerEnd | undefined;

  constructor(private readonly options: ConnectivityOptions) {}

  run(row: ConnectivityRow): Promise<Found> {
    const { exchange, network } = this.options;
    if (isNetwork(row)) return network.probe(row);
    return 'probe' in exchange ? exchange.probe(row) : this.#asPartner(row, exchange);
  }

  #asPartner(row: ExchangeRow, end: PartnerEnd): Promise<Found> {
    this.#end = end;
    switch (row) {
      case 'publish-confirm':
        return this.#confirm();
      case 'round-trip':
        return this.#roundTrip();
      case 'clock-skew':
        return this.#skew();
      case 'large-message':
        return this.#message({ name: 'file', mediaType: 'application/octet-stream', bytes: Buffer.alloc(end.largeBytes, '陆桥') });
      case 'scripts':
        return this.#message({ name: 'text', mediaType: 'text/plain', charset: 'UTF-8', bytes: Buffer.from(SCRIPTS_TEXT) });
    }
  }

  async close(): Promise<void> {
    await this.#bench?.options.endpoint.close();
  }

  async #connected(): Promise<Bench> {
    return (this.#bench ??= await this.#end!.connect());
  }

  async #confirm(): Promise<Found> {
    const bench = await this.#connected();
    const asked = bench.question({ messageId: bench.draft().manifest.messageId, manifestDigest: bench.draft().manifestDigest });
    const { taken, code } = await bench.send(asked.jws, 'query');
    return taken ? ok('confirmed') : failed('The bytes were not taken.', code);
  }

  async #roundTrip(): Promise<Found> {
    const bench = await this.#connected();
    const begin = performance.now();
    const { answered, kid } = await bench.ping();
    if (!answered)
      return failed(`No answer signed with a known key of ${bench.options.peer} within ${bench.options.deadlineMs} ms.`, 'RECEIPT_MISSING');
    return ok(`answered in ${Math.round(performance.now() - begin)} ms with key ${kid ?? ''}`);
  }

  /** From the time the other end writes into a receipt, between our sending and our receiving. */
  async #skew(): Promise<Found> {
    const bench = await this.#connected();
    const { directory, peer, now } = bench.options;
    const before = now().getTime();
    const { receipts } = await bench.deliver(bench.message());
    const after = now().getTime();
    const opened = receipts[0] && openReceipt(receipts[0], directory, { now: now(), issuer: peer });
    if (!opened?.ok) return failed('No receipt to read the time from.', opened ? opened.code : 'RECEIPT_MISSING');
    return skewFound(Date.parse(opened.receipt.issued), before, after);
  }

  /** The receipt attests the digest of every octet, so it proves that nothing in between touched them. */
  async #message(part: { name: string; mediaType: string; charset?: string; bytes: Buffer }): Promise<Found> {
    const bench = await this.#connected();
    const sealed = bench.message({ parts: [document(`connectivity-${bench.head.sequence}`), part] });
    const { answer, receipts } = await bench.deliver(sealed);
    if (!answer.taken) return failed('The message was not taken.', answer.code);
    const checks = new Checks();
    checkReceipts(checks, bench, sealed, receipts, {});
    const wrong = checks.all.find(({ ok: right }) => !right);
    return wrong
      ? failed(`${wrong.label}: expected ${wrong.expected}, was ${wrong.actual}`, 'RECEIPT_INVALID')
      : ok(`${sealed.frame.length} octets arrived as they were sent`);
  }
}

const SCRIPTS_TEXT = '连云港口岸 陆桥 𠀀 · Қорғас шекара бекеті: ә ғ қ ң ө ұ ү һ і · Хоргос, станция Алтынколь: ё ъ ы э';
