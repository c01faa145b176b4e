import { setTimeout as sleep } from 'node:timers/promises';
import type { PartnerEndpoint } from '#adapters';
import { sealReceipt, verifyMessage, type KeyDirectory, type Signer, type VerifiedMessage } from '#trust';
import type { PartyJournal } from './party-journal.ts';
import { NO_STATUS, type PartyStatus } from './party-settings.ts';
import type { Random } from './random.ts';
import { SendQueue } from './send-queue.ts';

export interface ReceiverOptions {
  readonly party: string;
  readonly gateway: string;
  readonly signer: Signer;
  readonly directory: KeyDirectory;
  readonly endpoint: PartnerEndpoint;
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
    this.#queue = new SendQueue(options.endpoint);
  }

  start(): void {
    this.#options.endpoint.onFrame((frame, { possibleDuplicate }) => this.#take(frame, possibleDuplicate));
  }

  status(): PartyStatus {
    const waiting = this.#queue.length + this.#late;
    return { ...NO_STATUS, delivered: this.#held.size, repeated: this.#repeated, waiting, lines: this.#options.journal.lines };
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

  #receipt(message: VerifiedMessage, issuedAt: Date): Held['receipt'] {
    const { receipt, jws } = sealReceipt(message, { levels: ['R1', 'R2'], status: 'valid', issuedAt }, this.#options.signer);
    return { jws, receiptId: receipt.receiptId };
  }

  /** The same receipt for every arrival of a message; some are kept back the first time, some come late. */
  async #answer(messageId: string, { receipt, withheld }: Held, again: boolean): Promise<void> {
    const { journal, random } = this.#options;
    if (withheld && !again) return journal.write({ event: 'answered', messageId, how: 'withheld' });
    const send = (): void =>
      this.#queue.push(
        { kind: 'receipt', frame: receipt.jws, messageId: receipt.receiptId, type: 'receipt', correlationId: messageId },
        () => journal.write({ event: 'answered', messageId, how: 'sent' }),
      );
    if (!random.chance(LATE)) return send();
    this.#late += 1;
    void sleep(random.between(300, 3_000)).then(() => {
      this.#late -= 1;
      send();
    });
  }

  async stop(): Promise<void> {
    await this.#queue.stop();
    await this.#options.endpoint.close();
    await this.#options.journal.close();
  }
}
