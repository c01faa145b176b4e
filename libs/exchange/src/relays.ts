import type { Link } from '#model';
import { LinkRelay, type RelayOptions } from './link-relay.ts';
import type { Transport } from './ports/transport.port.ts';

/** An envelope that is not closed out is told about this long before its validity ends: time for a person to ask. */
const CLOSE_OUT_NOTICE = 24 * 3_600_000;

/** The relays of all links, started and stopped together, woken by transports and by other processes. */
export class Relays {
  readonly #relays: ReadonlyMap<string, LinkRelay>;
  readonly #sweep: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;

  constructor(links: readonly Link[], transportOf: (link: Link) => Transport, options: Omit<RelayOptions, 'link' | 'transport'>) {
    this.#relays = new Map(links.map((link) => [link.id, new LinkRelay({ ...options, link, transport: transportOf(link) })]));
    for (const transport of new Set(links.map(transportOf))) transport.onUp((link) => this.of(link)?.kick());
    options.store.onWork((link) => this.of(link)?.kick());
    this.#sweep = async () => {
      for (const link of links) {
        await this.of(link.id)?.resolveUnknown().catch(options.report);
      }
      const now = options.clock.now();
      await options.store.remindEnvelopes(now, new Date(now.getTime() + CLOSE_OUT_NOTICE)).catch(options.report);
    };
  }

  of(link: string): LinkRelay | undefined {
    return this.#relays.get(link);
  }

  /** The store is not as a plan assumed: every link looks at it again before anything goes direct. */
  distrust(): void {
    for (const relay of this.#relays.values()) relay.distrust();
  }

  start(sweepMilliseconds: number): void {
    for (const relay of this.#relays.values()) relay.start();
    this.#timer = setInterval(() => void this.#sweep(), sweepMilliseconds);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#relays.values()].map((relay) => relay.stop()));
  }
}
