import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a simulated party reports, as far as the demo looks at it (apps/simulator/src/journal.ts writes it). */
export type JournalLine = Offered | Settled | Delivered | Receipted | Other;

interface Stamp {
  readonly at: string;
  readonly party: string;
}
export interface Offered extends Stamp {
  readonly event: 'offered';
  readonly kind: 'message' | 'receipt';
  readonly messageId: string;
  readonly type: string;
  readonly about?: string;
  readonly levels?: readonly string[];
  readonly status?: string;
  readonly bytes: number;
  readonly file: string;
  readonly forged?: true;
}
export interface Settled extends Stamp {
  readonly event: 'accepted' | 'rejected';
  readonly kind: 'message' | 'receipt';
  readonly messageId: string;
}
export interface Delivered extends Stamp {
  readonly event: 'delivered';
  readonly messageId: string;
  readonly type: string;
  readonly sequence: number;
  readonly source?: { readonly sender: string; readonly messageId: string };
  readonly businessKeys: readonly string[];
  readonly possibleDuplicate: boolean;
  readonly repeated: boolean;
  readonly bytes: number;
  readonly file: string;
}
export interface Receipted extends Stamp {
  readonly event: 'receipted';
  readonly messageId: string;
  readonly receiptId: string;
  readonly levels: readonly string[];
  readonly status: string;
  readonly jwsDigest: string;
  readonly repeated: boolean;
  readonly issues: readonly { readonly code: string; readonly severity: string; readonly pointer: string; readonly message: string }[];
  readonly file: string;
}
export interface Other extends Stamp {
  readonly event: 'answered' | 'unproven' | 'fault' | 'ready';
}

/** What a party can be told (apps/simulator/src/commands.ts reads it). */
export type Command =
  | { readonly do: 'send' | 'forge'; readonly messageId: string; readonly file: string }
  | { readonly do: 'repeat'; readonly messageId: string }
  | { readonly do: 'arrive'; readonly train: { readonly id: string; readonly trainIndex?: string; readonly wagonId: readonly string[] } };

/** The whole journal of a party, from disk. */
export async function readJournal(folder: string): Promise<JournalLine[]> {
  const text = await readFile(join(folder, 'journal.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JournalLine);
}
