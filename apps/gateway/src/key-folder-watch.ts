import type { KeyFolder } from '#adapters';
import type { KeyDesk, KeyRing } from '#exchange';
import { ExchangeError } from '#model';
import type { KeyDocument } from '#trust';

export interface KeyFolderWatchOptions {
  readonly gateway: string;
  readonly folder: KeyFolder;
  readonly ring: KeyRing;
  readonly desk: Pick<KeyDesk, 'adopt'>;
  readonly report: (error: unknown) => void;
}

/**
 * Keeps the public documents in the key folder and the directory together: what the operator put into the folder comes into
 * force without a restart, and the folder always shows what is in force. Where both changed, the directory counts.
 */
export class KeyFolderWatch {
  readonly #options: KeyFolderWatchOptions;
  /** Documents that were refused, so that each is reported once. */
  readonly #refused = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: KeyFolderWatchOptions) {
    this.#options = options;
  }

  /** Takes the folder in once, then whenever something changed. */
  async start(pollMilliseconds = 1_000): Promise<void> {
    await this.look();
    const look = (): void => void this.look();
    this.#options.ring.onChange(look);
    this.#timer = setInterval(look, pollMilliseconds);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch(this.#options.report)
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { gateway, folder, ring } = this.#options;
    const found = await folder.documents();
    // Our own first: the others are kept under a signature of ours.
    for (const document of [...found].sort((a, b) => Number(b.party === gateway) - Number(a.party === gateway)))
      await this.#adopt(document);
    for (const document of ring.directory.documents()) {
      const here = found.find(({ party }) => party === document.party);
      if (!here || here.version < document.version) await folder.store(document);
    }
  }

  async #adopt(document: KeyDocument): Promise<void> {
    const { desk, ring, report } = this.#options;
    const { party, version, issued } = document;
    const id = `${party} ${version} ${issued}`;
    if (this.#refused.has(id)) return;
    try {
      await desk.adopt(document);
    } catch (error) {
      // Another process took the same document in at the same moment.
      if ((ring.directory.document(party)?.version ?? 0) >= version) return;
      if (error instanceof ExchangeError && error.row.disposition === 'refuse') this.#refused.add(id);
      report(error);
    }
  }
}
