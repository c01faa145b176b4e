import { Piscina } from 'piscina';
import { installationFolder } from '#config';
import { Aside, type AgreementBook, type LiveMapping, type Understood } from '#exchange';
import type { ReceivedFile } from '#formats';
import type { Agreements } from '#model';

export interface AsideTask {
  readonly payload: Uint8Array;
  readonly link: string;
  /** What is agreed on now. */
  readonly agreements: Agreements;
  readonly digest: string;
  readonly files: readonly ReceivedFile[];
  /** Versions of mappings as they stand on links now. */
  readonly live: readonly LiveMapping[];
}

/** A document at the limits takes seconds; one that takes longer than this is hostile or the machine is lost. Waiting for its turn does not count. */
const MAX_MILLISECONDS = 120_000;
/** A manifest of 9,999 bills takes about 600 MB while it is translated. One at a time, so that memory stays bounded. */
const MAX_HEAP_MB = 640;
/** Whatever new space the main thread has been given: here everything lives as long as its document. */
const MAX_NEW_SPACE_MB = 48;

/** Large documents in one worker thread, which starts with the first of them and ends after a minute without one. */
export class WorkerAside extends Aside {
  readonly #pool: Piscina<AsideTask, Understood>;
  #closed = false;
  /** The work before: the pool's own queue would let a document's time run out while it waits. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly book: AgreementBook,
    report: (error: unknown) => void,
    private readonly live: () => readonly LiveMapping[],
  ) {
    super();
    this.#pool = new Piscina({
      filename: new URL('./aside.worker.js', import.meta.url).href,
      workerData: { home: installationFolder() },
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 60_000,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: MAX_NEW_SPACE_MB },
    });
    this.#pool.on('error', report);
  }

  override async understand(payload: Buffer, link: string, files: readonly ReceivedFile[]): Promise<Understood> {
    const task = () => ({ payload, link, files, agreements: this.book.agreements, digest: this.book.edition.digest, live: this.live() });
    const work = this.#turn.then(() => this.#pool.run(task(), { signal: AbortSignal.timeout(MAX_MILLISECONDS) }));
    this.#turn = work.catch(() => undefined);
    const understood = await work;
    // Buffers cross as plain bytes.
    const onward = understood.onward.map((one) => ({
      ...one,
      payload: Buffer.from(one.payload.buffer, one.payload.byteOffset, one.payload.byteLength),
    }));
    return { ...understood, onward };
  }

  override get closed(): boolean {
    return this.#closed;
  }

  override async close(): Promise<void> {
    this.#closed = true;
    await this.#pool.destroy();
  }
}
