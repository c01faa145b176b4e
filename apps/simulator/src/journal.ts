import { JournalFile } from '#adapters';

/**
 * One line of a party's journal: what happened to a message at this end of the link, written and flushed to disk before
 * anything that depends on it. An oracle needs nothing else to say what was lost, repeated or out of order.
 *
 * - `offered`: bytes of ours are kept and about to be sent; `kind` tells messages from receipts.
 * - `accepted`: the gateway's side keeps them. `rejected`: it never will.
 * - `delivered`: a verified message of the gateway is kept; `repeated` says that we held it already.
 * - `receipted`: a receipt of the gateway about a message of ours was verified and is kept.
 * - `asked`: the gateway asked whether we hold a message of its; the answer is offered.
 * - `answered`: what we decided about a delivered message, receipt and business answers, is offered.
 * - `unproven`: bytes that did not verify. `fault`: something of ours failed and will be tried again at the next start.
 */
export type JournalLine =
  | (Stamp & {
      event: 'offered';
      kind: 'message' | 'receipt' | 'answer';
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
  | (Stamp & { event: 'accepted'; kind: 'message' | 'receipt' | 'answer'; messageId: string; attempt: number })
  | (Stamp & { event: 'rejected'; kind: 'message' | 'receipt' | 'answer'; messageId: string; code: string })
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
  | (Stamp & { event: 'asked'; messageId: string; queryId: string; have: boolean })
  | (Stamp & { event: 'answered'; messageId: string })
  | (Stamp & { event: 'unproven'; code: string; reason: string; file: string })
  | (Stamp & { event: 'fault'; messageId?: string; reason: string });

interface Stamp {
  at: string;
  party: string;
}

export type JournalEvent = JournalLine extends infer L ? (L extends Stamp ? Omit<L, keyof Stamp> : never) : never;

/** A party's journal: each line stamped, and flushed to disk before `write` resolves. */
export class Journal {
  private constructor(
    private readonly file: JournalFile<JournalLine>,
    private readonly party: string,
    private readonly onLine: (line: JournalLine) => void,
  ) {}

  /** Opens or makes the file and returns what was written before. */
  static async open(path: string, party: string, onLine: (line: JournalLine) => void): Promise<{ journal: Journal; lines: JournalLine[] }> {
    const { journal, lines } = await JournalFile.open<JournalLine>(path);
    return { journal: new Journal(journal, party, onLine), lines };
  }

  async write(event: JournalEvent): Promise<JournalLine> {
    const line = { at: new Date().toISOString(), party: this.party, ...event } as JournalLine;
    await this.file.append(line);
    this.onLine(line);
    return line;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
