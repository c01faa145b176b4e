import { join } from 'node:path';
import { JournalFile } from '#adapters';
import type { ChaosLine } from './journal-lines.ts';

type Unstamped<L> = L extends unknown ? Omit<L, 'at' | 'party'> : never;

/** One party's journal: stamps each line and resolves when it is on disk. */
export class PartyJournal {
  lines = 0;

  private constructor(
    private readonly file: JournalFile<ChaosLine>,
    private readonly party: string,
  ) {}

  static async open(folder: string, party: string): Promise<PartyJournal> {
    const { journal } = await JournalFile.open<ChaosLine>(join(folder, `${party}.jsonl`));
    return new PartyJournal(journal, party);
  }

  write(line: Unstamped<ChaosLine>): Promise<void> {
    this.lines += 1;
    return this.file.append({ at: new Date().toISOString(), party: this.party, ...line } as ChaosLine);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
