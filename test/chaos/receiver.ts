import { setTimeout as sleep } from 'node:timers/promises';
import type { PartnerEndpoint } from '#adapters';
import { openQuery, sealAnswer, sealReceipt, verifyMessage, type KeyDirectory, type Signer, type VerifiedMessage } from '#trust';
import type { PartyJournal } from './party-journal.ts';
import type { PartyRotation } from './party-rotation.ts';
import { NO_STATUS, type PartyStatus } from './party-settings.ts';
import type { Random } from './random.ts';
import type { SendQueue } from './send-queue.ts';

export interface ReceiverOptions {
  readonly party: string;
  readonly gateway: string;
  readonly signer: Signer;
  readonly directory: KeyDirectory;
  readonly endpoint: PartnerEndpoint;
  readonly queue: SendQueue;
  readonly rotation: PartyRotation;
  readonly journal: PartyJournal;
  readonly random: Random;
}

/** Shares of messages whose receipt never comes, or comes late. */
const WITHHELD = 0.03;
const LATE = 0.06;

interface Held {
  readonly manifestDigest: string;
  readonly receipt: { readonly jws: Buffer; readonly receiptId: string };
  readonly withheld: boolean;
}

/** Takes each message in once, writes down every arrival, and answers with its signed receipt when the line is on disk. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #queue: SendQueue;
  readonly #held = new Map<string, Held>();
  #repeated = 0;
  #late = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#queue = options.queue;
  }

  start(): void {
    const { endpoint, rotation } = this.#options;
    endpoint.onFrame((frame, { kind, possibleDuplicate }) => {
      if (kind === 'keys') return rotation.take(frame);
      return kind === 'query' ? this.#asked(frame) : this.#take(frame, possibleDuplicate);
    });
    // Receipts are signed anew when they are sent again, so none waits for an old key.
    rotation.start(() => false);
  }

  status(): PartyStatus {
    const waiting = this.#queue.length + this.#late;
    const { journal, rotation } = this.#options;
    return { ...NO_STATUS, ...rotation.status(), delivered: this.#held.size, repeated: this.#repeated, waiting, lines: journal.lines };
  }

  async #take(frame: Buffer, possibleDuplicate: boolean): Promise<void> {
    const { directory, party, gateway, journal, random } = this.#options;
    const now = new Date();
    const verdict = verifyMessage(frame, directory, { addressee: party, sender: gateway, test: false, now });
    if (!verdict.ok) return journal.write({ event: 'unproven', code: verdict.code });
    const { messageId, link, translatedFrom } = verdict.manifest;
    const known = this.#held.get(messageId);
    const held = known ?? {
      manifestDigest: verdict.manifestDigest,
      receipt: this.#receipt(verdict, now),
      withheld: random.chance(WITHHELD),
    };
    // Remembered in the same turn, before the line is on disk: frames are handled side by side, and lines keep their order.
    if (known) this.#repeated += 1;
    else this.#held.set(messageId, held);
    await journal.write({
      event: 'delivered',
      messageId,
      source: { sender: translatedFrom?.sender ?? '', messageId: translatedFrom?.messageId ?? '' },
      sequence: link.sequence,
      manifestDigest: verdict.manifestDigest,
      documentDigest: verdict.parts[0]?.digest ?? '',
      possibleDuplicate,
      repeated: known !== undefined,
    });
    await this.#answer(messageId, held, known !== undefined);
  }

  /** The gateway missed our receipt, or we its message: says which, signed. */
  async #asked(jws: Buffer): Promise<void> {
    const { directory, party, gateway, journal, signer } = this.#options;
    const now = new Date();
    const asked = openQuery(jws, directory, { now, from: gateway, to: party });
    if (!asked.ok) return journal.write({ event: 'unproven', code: asked.code });
    const { queryId, about } = asked.query;
    const held = this.#held.get(about.messageId);
    const frame = sealAnswer(asked, held ? [this.#options.rotation.current(held.receipt.jws)] : [], signer, now);
    await journal.write({ event: 'asked', messageId: about.messageId, have: held !== undefined });
    this.#queue.push({ kind: 'answer', frame, messageId: `${queryId}:answer`, type: 'answer', correlationId: queryId }, () =>
      Promise.resolve(),
    );
  }

  #receipt(message: VerifiedMessage, issuedAt: Date): Held['receipt'] {
    const { receipt, jws } = sealReceipt(message, { levels: ['R1', 'R2'], status: 'valid', issuedAt }, this.#options.signer);
    return { jws, receiptId: receipt.receiptId };
  }

  /** The same receipt for every arrival of a message; some are kept back the first time, some come late. */
  async #answer(messageId: string, { receipt, withheld }: Held, again: boolean): Promise<void> {
    const { journal, random, rotation } = this.#options;
    if (withheld && !again) return journal.write({ event: 'answered', messageId, how: 'withheld' });
    const send = (): void =>
      this.#queue.push(
        { kind: 'receipt', frame: rotation.current(receipt.jws), messageId: receipt.receiptId, type: 'receipt', correlationId: messageId },
        () => journal.write({ event: 'answered', messageId, how: 'sent' }),
      );
    if (!random.chance(LATE)) return send();
    this.#late += 1;
    void sleep(random.between(300, 3_000)).then(() => {
      this.#late -= 1;
      send();
    });
  }

  /** No new key any more. */
  settle(): void {
    this.#options.rotation.settle();
  }

  async stop(): Promise<void> {
    await this.#options.rotation.stop();
    await this.#queue.stop();
    await this.#options.endpoint.close();
    await this.#options.journal.close();
  }
}
