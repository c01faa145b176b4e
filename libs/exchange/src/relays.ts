import type { Link } from '#model';
import { LinkRelay, type RelayOptions } from './link-relay.ts';
import type { Transport } from './ports/transport.port.ts';

/** An envelope that is not closed out is told about this long before its validity ends: time for a person to ask. */
const CLOSE_OUT_NOTICE = 24 * 3_600_000;

/** The relays of all links, started and stopped together, woken by transports and by other processes. */
export class Relays {
  readonly #relays = new Map<string, LinkRelay>();
  readonly #options: Omit<RelayOptions, 'link' | 'transport'>;
  readonly #transportOf: (link: Link) => Transport;
  readonly #heard = new Set<Transport>();
  /** Of links that are not agreed any more; they finish the window in flight. */
  readonly #leaving = new Set<Promise<void>>();
  #started = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(links: readonly Link[], transportOf: (link: Link) => Transport, options: Omit<RelayOptions, 'link' | 'transport'>) {
    this.#options = options;
    this.#transportOf = transportOf;
    this.follow(links);
    options.store.onWork((link) => this.of(link)?.kick());
  }

  of(link: string): LinkRelay | undefined {
    return this.#relays.get(link);
  }

  /** From now on exactly these links are relayed. What waits for one that is not named (any more) stays in the store. */
  follow(links: readonly Link[]): void {
    const named = new Set(links.map(({ id }) => id));
    for (const [id, relay] of this.#relays) if (!named.has(id)) this.#let(id, relay);
    for (const link of links) {
      const transport = this.#transportOf(link);
      this.#hear(transport);
      const known = this.#relays.get(link.id);
      if (known) known.adopt(link, transport);
      else this.#begin(link, transport);
    }
  }

  /** The store is not as a plan assumed: every link looks at it again before anything goes direct. */
  distrust(): void {
    for (const relay of this.#relays.values()) relay.distrust();
  }

  start(sweepMilliseconds: number): void {
    this.#started = true;
    for (const relay of this.#relays.values()) relay.start();
    this.#timer = setInterval(() => void this.#sweep(), sweepMilliseconds);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...[...this.#relays.values()].map((relay) => relay.stop()), ...this.#leaving]);
  }

  #begin(link: Link, transport: Transport): void {
    const relay = new LinkRelay({ ...this.#options, link, transport });
    this.#relays.set(link.id, relay);
    if (this.#started) relay.start();
  }

  #let(id: string, relay: LinkRelay): void {
    this.#relays.delete(id);
    const left = relay.stop().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  #hear(transport: Transport): void {
    if (this.#heard.has(transport)) return;
    this.#heard.add(transport);
    transport.onUp((link) => this.of(link)?.kick());
  }

  async #sweep(): Promise<void> {
    const { clock, store, report } = this.#options;
    for (const relay of this.#relays.values()) await relay.resolveUnknown().catch(report);
    const now = clock.now();
    await store.remindEnvelopes(now, new Date(now.getTime() + CLOSE_OUT_NOTICE)).catch(report);
  }
}
