import { setImmediate as breathe } from 'node:timers/promises';
import { ExchangeError, issue } from '#model';
import { ASIDE_BYTES, type Aside } from '../ports/aside.port.ts';
import type { InboundDelivery } from '../ports/transport.port.ts';
import { receivedFiles } from '../steps/attachments.ts';
import type { ForeignTrust } from '../foreign-trust.ts';
import { countersign } from '../steps/countersign.ts';
import type { OpenedMessage } from '../steps/open.ts';
import { understand, type UnderstandOptions, type Understood } from '../steps/understand.ts';
import { NO_KEYS } from '../business-keys.ts';

export interface ReadingOptions extends UnderstandOptions {
  /** For documents of ASIDE_BYTES and more; absent: those are understood here as well. */
  readonly aside?: Aside;
  readonly foreign?: ForeignTrust;
  readonly report: (error: unknown) => void;
}

const NO_BYTES = Buffer.alloc(0);
export const documentOf = ({ message }: OpenedMessage): Buffer => message.parts[0]?.bytes ?? NO_BYTES;

/** Bytes understood in one go before other work gets its turn. */
const GO = 64 * 1024;

/** Understands documents: small ones here, large ones aside. A fault of ours in one of them never holds up the link. */
export class Reading {
  readonly #options: ReadingOptions;
  /** Work aside by delivery: a batch that is offered again does not begin it again. */
  readonly #aside = new WeakMap<InboundDelivery, Promise<Understood>>();
  #bytes = 0;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  isLarge(one: OpenedMessage): boolean {
    return this.#options.aside !== undefined && documentOf(one).length >= ASIDE_BYTES;
  }

  /** Lets other work in now and then. */
  async breathe(one: OpenedMessage): Promise<void> {
    this.#bytes += one.delivery.frame.length;
    if (this.#bytes <= GO) return;
    this.#bytes = 0;
    await breathe();
  }

  here(one: OpenedMessage): Understood {
    try {
      return this.#signed(understand(documentOf(one), one.link, this.#options, receivedFiles(one.message.parts, one.link)));
    } catch (error) {
      return this.#failed(one, error);
    }
  }

  /** Rejects only when the gateway stops. */
  aside(one: OpenedMessage): Promise<Understood> {
    const begun = this.#aside.get(one.delivery);
    if (begun) return begun;
    const work = this.#askAside(one);
    this.#aside.set(one.delivery, work);
    return work;
  }

  async #askAside(one: OpenedMessage): Promise<Understood> {
    const { aside } = this.#options;
    if (!aside) return this.here(one);
    try {
      return this.#signed(await aside.understand(documentOf(one), one.link.id, receivedFiles(one.message.parts, one.link)));
    } catch (error) {
      if (aside.closed) throw error;
      return this.#failed(one, error);
    }
  }

  #signed(understood: Understood): Understood {
    const { foreign } = this.#options;
    return foreign?.size ? countersign(understood, foreign) : understood;
  }

  /** It is kept and waits for a person; its sender hears that it is stored, and not that it is valid. */
  #failed({ message }: OpenedMessage, error: unknown): Understood {
    this.#options.report(error);
    const found = error instanceof ExchangeError ? error.issues : [issue('INTERNAL', '')];
    return { state: 'parked', issues: found, type: message.manifest.messageType.type, keys: NO_KEYS, onward: [], unjudged: true };
  }
}
