import { setTimeout as sleep } from 'node:timers/promises';
import type { PartnerEndpoint, PartnerMessage } from '#adapters';

interface Entry {
  readonly message: PartnerMessage;
  readonly confirmed: (attempt: number) => Promise<void>;
  attempt: number;
}

/**
 * Frames of one party on their way to the broker, strictly one after the other: what is not confirmed is sent again before
 * anything behind it, so a source never overtakes itself.
 */
export class SendQueue {
  readonly #endpoint: PartnerEndpoint;
  readonly #entries: Entry[] = [];
  #running: Promise<void> | undefined;
  #stopping = false;

  constructor(endpoint: PartnerEndpoint) {
    this.#endpoint = endpoint;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** `again`: sent before, so marked as a possible duplicate from the first attempt on. */
  push(message: PartnerMessage, confirmed: (attempt: number) => Promise<void>, again = false): void {
    this.#entries.push({ message, confirmed, attempt: again ? 1 : 0 });
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#entries.length > 0 && !this.#stopping) this.#start();
    });
  }

  async #run(): Promise<void> {
    for (let entry = this.#entries[0]; entry && !this.#stopping; entry = this.#entries[0]) {
      const possibleDuplicate = entry.attempt > 0;
      entry.attempt += 1;
      const { sent } = await this.#endpoint.send({ ...entry.message, possibleDuplicate });
      if (!sent) {
        await sleep(Math.min(50 * entry.attempt, 500));
        continue;
      }
      await entry.confirmed(entry.attempt);
      this.#entries.shift();
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }
}
