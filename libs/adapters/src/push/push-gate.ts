import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '#exchange';
import type { Link } from '#model';
import type { KeyDirectory } from '#trust';
import { requestIsGenuine } from './http-signature.ts';

interface Pushed {
  readonly method: string;
  readonly originalUrl: string;
  readonly headers: IncomingHttpHeaders;
}

/** Admits requests that the link's partner signed for this very address. */
export class PushGate {
  readonly #directory: KeyDirectory;
  readonly #origin: string | undefined;
  readonly #clock: Clock;

  /** `origin`: under which the gateway is reached, where a proxy stands before it; else the address of the request counts. */
  constructor(directory: KeyDirectory, origin: string | undefined, clock: Clock) {
    this.#directory = directory;
    this.#origin = origin;
    this.#clock = clock;
  }

  admits(link: Link, { method, originalUrl, headers }: Pushed, body: Buffer): Promise<boolean> {
    const flat = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
    const url = `${this.#origin ?? `http://${headers.host ?? ''}`}${originalUrl}`;
    return requestIsGenuine({ method, url, headers: flat }, body, {
      directory: this.#directory,
      party: link.partner,
      now: this.#clock.now(),
    });
  }
}
