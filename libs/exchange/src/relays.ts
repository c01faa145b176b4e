import type { Link } from '#model';
import { LinkRelay, type RelayOptions } from './link-relay.ts';
import type { Transport } from './ports/transport.port.ts';

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
        if (!this.of(link.id)?.held) continue;
        const before = new Date(options.clock.now().getTime() - link.delivery.receiptSeconds * 1000);
        await options.store.markUnknown(link.id, before).catch(options.report);
      }
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
