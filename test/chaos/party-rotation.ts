import { setTimeout as sleep } from 'node:timers/promises';
import type { PartnerKeys } from '#adapters';
import { underGoodKey } from '#trust';
import type { PartyJournal } from './party-journal.ts';
import type { PartyStatus } from './party-settings.ts';
import type { SendQueue } from './send-queue.ts';

export interface PartyRotationOptions {
  readonly keys: PartnerKeys;
  readonly queue: SendQueue;
  readonly journal: PartyJournal;
  readonly rotate: boolean;
}

const LOOK_MS = 100;
const BETWEEN_MS = 1_500;
/** A key document lists every key there ever was and ends at a hundred. */
const MOST = 30;

/**
 * A party's keys during a run: it follows the gateway's, answers tests, and rotates its own as a careful partner would: publish,
 * wait for the gateway's word, activate, and retire when nothing under the old key is on its way any more and the gateway
 * answered a question sent behind the last of it.
 */
export class PartyRotation {
  readonly #options: PartyRotationOptions;
  readonly #stop = new AbortController();
  #completed = 0;
  #settling = false;
  #busy = false;
  #running: Promise<void> | undefined;

  constructor(options: PartyRotationOptions) {
    this.#options = options;
  }

  /** `inUse`: whether something signed with this key may still have to be sent again. */
  start(inUse: (kid: string) => boolean): void {
    if (this.#options.rotate) this.#running = this.#run(inUse).catch((error: unknown) => this.#stopped(error));
  }

  /** What the gateway says about keys. */
  async take(jws: Buffer): Promise<void> {
    const { keys, queue, journal } = this.#options;
    const taken = await keys.take(jws);
    if (!taken.ok) return journal.write({ event: 'unproven', code: `KEYS_${taken.reason}` });
    if (taken.answer) queue.push(taken.answer, () => Promise.resolve());
  }

  /** A kept artefact of ours as it is sent now: under the key in use when its own is not believed any more. */
  current(jws: Buffer): Buffer {
    const { keys } = this.#options;
    return underGoodKey(jws, { directory: keys.directory, signer: keys.signer, now: new Date() });
  }

  status(): Pick<PartyStatus, 'rotations' | 'unsettled'> {
    return { rotations: this.#completed, unsettled: this.#options.rotate && (this.#busy || this.#completed === 0) ? 1 : 0 };
  }

  settle(): void {
    this.#settling = true;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(inUse: (kid: string) => boolean): Promise<void> {
    const { keys, queue } = this.#options;
    const send = (message: Parameters<SendQueue['push']>[0]): void => queue.push(message, () => Promise.resolve());
    for (; this.#completed < MOST && !(this.#settling && this.#completed > 0); await this.#wait(BETWEEN_MS)) {
      this.#busy = true;
      const old = keys.signer.kid;
      const { kid, update } = await keys.publishNext(this.#completed % 2 === 0 ? 'ES256' : 'Ed25519');
      send(update);
      while (!keys.accepted(kid)) await this.#wait(LOOK_MS);
      send(await keys.change({ change: 'activate', kid }));
      while (inUse(old)) await this.#wait(LOOK_MS);
      const { nonce, question } = keys.ask();
      send(question);
      while (!keys.answered(nonce)) await this.#wait(LOOK_MS);
      send(await keys.change({ change: 'retire', kid: old }));
      this.#completed += 1;
      this.#busy = false;
    }
  }

  #wait(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, { signal: this.#stop.signal });
  }

  #stopped(error: unknown): void {
    if (!this.#stop.signal.aborted) throw error;
  }
}
