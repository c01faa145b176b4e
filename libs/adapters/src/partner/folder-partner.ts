import { join } from 'node:path';
import {
  boxOf,
  fileName,
  FileOrder,
  flagged,
  framesIn,
  keepLooking,
  labelOf,
  moveIfThere,
  put,
  readFrame,
  removeIfThere,
  settle,
} from '../folder/boxes.ts';
import type { PartnerEndpoint, PartnerFrameHandler, PartnerMessage, PartnerSendResult } from './partner-endpoint.ts';

export interface FolderPartnerOptions {
  /** The link's folder, as the partner reaches it. */
  readonly folder: string;
  readonly lookMs?: number;
  /** Largest frame that is taken in, in bytes. */
  readonly messageBytes?: number;
  readonly report?: (error: unknown) => void;
}

/**
 * The partner's end of a folder link. A frame is flagged in its name before it is handled and removed afterwards, so that one whose
 * handling was cut short is known as such. The boxes are the gateway's to make: where they are missing, the share is away. `sent` means that the frame is durable in OutBox.
 */
export class FolderPartner implements PartnerEndpoint {
  private readonly stop = new AbortController();
  private looking: Promise<void> | undefined;
  private sending: Promise<unknown> = Promise.resolve();
  private readonly order: FileOrder;

  constructor(private readonly options: FolderPartnerOptions) {
    const { folder } = options;
    this.order = new FileOrder([boxOf(folder, 'OutBox'), boxOf(folder, 'SentBox')]);
  }

  send(message: PartnerMessage): Promise<PartnerSendResult> {
    const sending = this.sending.then(() => this.write(message));
    this.sending = sending;
    return sending;
  }

  private async write({ kind, messageId, type, frame, possibleDuplicate }: PartnerMessage): Promise<PartnerSendResult> {
    const box = boxOf(this.options.folder, 'OutBox');
    try {
      await put(box, fileName({ order: await this.order.next(), kind, messageId, type, again: possibleDuplicate === true }), frame);
      await settle(box);
      return { sent: true };
    } catch (error) {
      this.options.report?.(error);
      return { sent: false, refused: false, code: 'LINK_UNREACHABLE' };
    }
  }

  onFrame(handler: PartnerFrameHandler): void {
    const { lookMs = 1_000, report } = this.options;
    this.looking ??= keepLooking(
      () => this.takeAll(handler),
      lookMs,
      this.stop.signal,
      (error) => report?.(error),
    );
  }

  private async takeAll(handler: PartnerFrameHandler): Promise<void> {
    const { folder, messageBytes = 64 * 1024 * 1024 } = this.options;
    const box = boxOf(folder, 'InBox');
    for (const name of await framesIn(box)) {
      if (this.stop.signal.aborted) return;
      const { kind, messageId, type, again } = labelOf(name)!;
      const path = join(box, flagged(name));
      if (!again) await moveIfThere(join(box, name), path);
      const frame = await readFrame(path, messageBytes);
      if (!Buffer.isBuffer(frame)) continue;
      await handler(frame, { kind, messageId, type, possibleDuplicate: again });
      await removeIfThere(path);
    }
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.looking;
    await this.sending;
  }
}
