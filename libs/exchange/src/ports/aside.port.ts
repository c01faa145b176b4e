import type { ReceivedFile } from '#formats';
import type { Understood } from '../steps/understand.ts';

/**
 * Where large messages are decoded, checked and translated, so that small ones do not wait behind them. Must give exactly
 * what `understand` gives under the same configuration. Rejects when the work could not be finished: memory, time, a crash.
 */
export abstract class Aside {
  /** `payload` is the document, `link` the id of the link it came by, `files` what came with it. */
  abstract understand(payload: Buffer, link: string, files: readonly ReceivedFile[]): Promise<Understood>;
  /** After `close` a rejection says nothing about the message: it comes again after the restart. */
  abstract readonly closed: boolean;
  /** Ends what is running; nothing may be handed in afterwards. */
  abstract close(): Promise<void>;
}

/** From this size on a document goes aside. Smaller ones hold up others for a fraction of a second at most, and need no copying. */
export const ASIDE_BYTES = 512 * 1024;
