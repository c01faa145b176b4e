import { open, readFile, truncate, type FileHandle } from 'node:fs/promises';

/**
 * One line of a party's journal: what happened to a message at this end of the link, written and flushed to disk before
 * anything that depends on it. An oracle needs nothing else to say what was lost, repeated or out of order.
 *
 * - `offered`: bytes of ours are kept and about to be sent; `kind` tells messages from receipts.
 * - `accepted`: the gateway's side keeps them. `rejected`: it never will.
 * - `delivered`: a verified message of the gateway is kept; `repeated` says that we held it already.
 * - `receipted`: a receipt of the gateway about a message of ours was verified and is kept.
 * - `answered`: what we decided about a delivered message, receipt and business answers, is offered.
 * - `unproven`: bytes that did not verify. `fault`: something of ours failed and will be tried again at the next start.
 */
export type JournalLine =
  | (Stamp & {
      event: 'offered';
      kind: 'message' | 'receipt';
      messageId: string;
      type: string;
      jwsDigest: string;
      /** Messages only. */
      manifestDigest?: string;
      sequence?: number;
      /** The message a receipt speaks of, or an answer refers to. */
      about?: string;
      levels?: readonly string[];
      status?: string;
      bytes: number;
      file: string;
      /** Signed with a stranger's key on purpose. */
      forged?: true;
    })
  | (Stamp & { event: 'accepted'; kind: 'message' | 'receipt'; messageId: string; attempt: number })
  | (Stamp & { event: 'rejected'; kind: 'message' | 'receipt'; messageId: string; code: string })
  | (Stamp & {
      event: 'delivered';
      messageId: string;
      type: string;
      sequence: number;
      jwsDigest: string;
      manifestDigest: string;
      conversationId: string;
      source?: { sender: string; messageId: string };
      businessKeys: readonly string[];
      possibleDuplicate: boolean;
      repeated: boolean;
      bytes: number;
      file: string;
    })
  | (Stamp & {
      event: 'receipted';
      messageId: string;
      receiptId: string;
      levels: readonly string[];
      status: string;
      jwsDigest: string;
      repeated: boolean;
      issues: readonly { code: string; severity: string; pointer: string; message: string }[];
      file: string;
    })
  | (Stamp & { event: 'answered'; messageId: string })
  | (Stamp & { event: 'unproven'; code: string; reason: string; file: string })
  | (Stamp & { event: 'fault'; messageId?: string; reason: string });

interface Stamp {
  at: string;
  party: string;
}

export type JournalEvent = JournalLine extends infer L ? (L extends Stamp ? Omit<L, keyof Stamp> : never) : never;

/** Append-only JSON lines, each flushed to disk before `write` resolves; lines written meanwhile share one flush. */
export class Journal {
  #file: FileHandle;
  #waiting: { text: string; done: () => void; fail: (error: unknown) => void }[] = [];
  #flushing: Promise<void> | undefined;

  private constructor(
    file: FileHandle,
    private readonly party: string,
    private readonly onLine: (line: JournalLine) => void,
  ) {
    this.#file = file;
  }

  /** Opens or makes the file; a last line torn by a crash is cut off. Returns what was written before. */
  static async open(path: string, party: string, onLine: (line: JournalLine) => void): Promise<{ journal: Journal; lines: JournalLine[] }> {
    const text = await readFile(path, 'utf8').catch(() => '');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
    const lines = whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalLine);
    return { journal: new Journal(await open(path, 'a', 0o644), party, onLine), lines };
  }

  async write(event: JournalEvent): Promise<JournalLine> {
    const line = { at: new Date().toISOString(), party: this.party, ...event } as JournalLine;
    await new Promise<void>((done, fail) => {
      this.#waiting.push({ text: `${JSON.stringify(line)}\n`, done, fail });
      this.#flushing ??= this.#flush();
    });
    this.onLine(line);
    return line;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.#file.appendFile(batch.map(({ text }) => text).join(''));
        await this.#file.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    // In the same turn as the last look at the queue, so that no line can slip in between.
    this.#flushing = undefined;
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }
}
