import { setTimeout as pause } from 'node:timers/promises';
import type { PartnerEndpoint } from '#adapters';
import { sha256, type CountedMessage } from '#trust';
import type { Journal, JournalEvent, JournalLine } from './journal.ts';
import type { KeptFiles } from './kept-files.ts';

type Offered = Extract<JournalLine, { event: 'offered' }>;
type OfferedEvent = Extract<JournalEvent, { event: 'offered' }>;
export type Offer = Omit<OfferedEvent, 'event' | 'jwsDigest' | 'bytes' | 'file'> & {
  readonly body: Buffer;
  /** Digest of the JWS octets; for a receipt the body itself. */
  readonly jwsDigest?: string;
  readonly mediaType?: string;
  readonly correlationId?: string;
};

interface Entry {
  readonly kind: Offered['kind'];
  readonly messageId: string;
  readonly type: string;
  readonly correlationId?: string;
  readonly file: string;
  attempt: number;
}

export interface OutboxOptions {
  readonly journal: Journal;
  readonly files: KeptFiles;
  readonly endpoint: PartnerEndpoint;
  /** Gets the receipt that came back in the answer to a send (HTTP). */
  readonly onReceipt: (jws: Buffer) => Promise<void>;
}

/**
 * What a party wants to send, one after the other, until the gateway's side keeps it or says that it never will. An offer
 * is on disk before it is sent and survives a kill of this process: the next start sends the same bytes again.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #offered = new Map<string, Offered>();
  readonly #queue: Entry[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #running: Promise<void> | undefined;
  #stopping = false;
  readonly #stop = new AbortController();

  constructor(options: OutboxOptions, lines: readonly JournalLine[]) {
    this.#options = options;
    const settled = new Set<string>();
    for (const line of lines) {
      if (line.event === 'offered') this.#offered.set(line.messageId, line);
      if (line.event === 'accepted' || line.event === 'rejected') settled.add(line.messageId);
    }
    for (const line of this.#offered.values()) if (!settled.has(line.messageId)) this.#queue.push({ ...entryOf(line), attempt: 1 });
  }

  /** Every genuine message of ours with its place on the link. */
  numbered(): CountedMessage[] {
    return [...this.#offered.values()].flatMap(({ sequence, manifestDigest, forged }) =>
      sequence === undefined || manifestDigest === undefined || forged ? [] : [{ sequence, manifestDigest }],
    );
  }

  find(messageId: string): Offered | undefined {
    return this.#offered.get(messageId);
  }

  /** Our receipts about a message, oldest first. */
  receiptsAbout(messageId: string): readonly Offered[] {
    return [...this.#offered.values()].filter(({ kind, about }) => kind === 'receipt' && about === messageId);
  }

  /** Makes and keeps an offer once; a second call with the same id changes nothing. `make` runs in its turn, so chains of messages stay whole. */
  offer(messageId: string, make: () => Offer): Promise<void> {
    const mine = this.#turn.then(async () => {
      if (this.#offered.has(messageId)) return;
      const { body, mediaType, correlationId, jwsDigest, ...line } = make();
      const label =
        line.kind === 'receipt' ? `${(line.levels ?? []).join('+')}-${line.status ?? ''}` : line.forged ? `forged-${line.type}` : line.type;
      const file = await this.#options.files.keep('sent', body, label, line.kind, mediaType);
      const event = { event: 'offered' as const, ...line, jwsDigest: jwsDigest ?? sha256(body), bytes: body.length, file };
      const written = (await this.#options.journal.write(event)) as Offered;
      this.#offered.set(messageId, written);
      this.#enqueue({ ...entryOf(written), ...(correlationId === undefined ? {} : { correlationId }), attempt: 0 });
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** The same bytes once more. */
  repeat(messageId: string): void {
    const line = this.#offered.get(messageId);
    if (line && !this.#queue.some((entry) => entry.messageId === messageId)) this.#enqueue({ ...entryOf(line), attempt: 1 });
  }

  start(): void {
    if (!this.#stopping && this.#queue.length > 0) this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stop.abort();
    await this.#turn;
    await this.#running;
  }

  #enqueue(entry: Entry): void {
    this.#queue.push(entry);
    this.start();
  }

  async #run(): Promise<void> {
    for (let entry = this.#queue[0]; entry && !this.#stopping; entry = this.#queue[0]) {
      if (await this.#send(entry)) this.#queue.shift();
      else
        await pause(Math.min(100 * 2 ** Math.min(entry.attempt - 1, 4), 1_000), undefined, { signal: this.#stop.signal }).catch(
          () => undefined,
        );
    }
    this.#running = undefined;
  }

  /** True when the entry is settled one way or the other. */
  async #send(entry: Entry): Promise<boolean> {
    const { journal, files, endpoint, onReceipt } = this.#options;
    const { kind, messageId, type, correlationId } = entry;
    const frame = await files.read(entry.file);
    const possibleDuplicate = entry.attempt > 0;
    entry.attempt += 1;
    const result = await endpoint.send({
      kind,
      frame,
      messageId,
      type,
      possibleDuplicate,
      ...(correlationId === undefined ? {} : { correlationId }),
    });
    if (result.receipt) await onReceipt(result.receipt);
    if (result.sent) await journal.write({ event: 'accepted', kind, messageId, attempt: entry.attempt });
    else if (result.refused) await journal.write({ event: 'rejected', kind, messageId, code: result.code });
    else return false;
    return true;
  }
}

const entryOf = ({ kind, messageId, type, about, file }: Offered): Omit<Entry, 'attempt'> => ({
  kind,
  messageId,
  type: kind === 'message' ? type : kind,
  file,
  ...(about === undefined ? {} : { correlationId: about }),
});
