import { join } from 'node:path';
import {
  isLater,
  type Admission,
  type InboundOutcome,
  type LinkCondition,
  type OutboundItem,
  type ReceiveBatch,
  type SendOutcome,
  Transport,
} from '#exchange';
import { ExchangeError, type Link } from '#model';
import { BatchLane, settledBy } from '../batch-lane.ts';
import { LOCAL_DISK, type BoxDisk } from './box-disk.ts';
import { boxOf, fileName, FileOrder, keepLooking, labelOf } from './boxes.ts';

export interface FolderTransportOptions {
  /** Slows partners down to their limits: what is too much stays in OutBox. Absent: nobody is. */
  readonly admission?: Pick<Admission, 'pace' | 'most'>;
  /** Holds a folder for each link, named by its id. */
  readonly root: string;
  /** Whether this process may take frames of a link in: one process at a time does (the one that relays the link). */
  readonly mayTake?: (link: string) => boolean;
  readonly lookMs?: number;
  readonly batchBytes?: number;
  readonly retryBaseMs?: number;
  readonly retryCapMs?: number;
  readonly closeMs?: number;
  readonly now?: () => Date;
  /** Told about every failure that is survived by trying again. */
  readonly report?: (error: unknown) => void;
}

interface Folder {
  link: Link;
  readonly path: string;
  readonly disk: BoxDisk;
  readonly order: FileOrder;
  readonly lane: BatchLane<string>;
  /** Names that are in the lane or being committed. */
  readonly taken: Set<string>;
  /** Being committed beside the lane, by name. */
  readonly later: Map<string, Promise<void>>;
  readonly stop: AbortController;
  readonly looking: Promise<void>;
  up: boolean;
  /** We gave up waiting for what is being committed: the next process takes it in. */
  abandoned: boolean;
}

/**
 * Carries links over folders that both ends reach (contract: Transport; rules: LB-PROTO-2 §4). In: frames in OutBox, in the order of their
 * names, each moved to SentBox after the commit, or to FailBox when it will never be taken. Out: frames put into InBox, whole or not at
 * all, and durable before they count as sent.
 */
export class FolderTransport extends Transport {
  readonly kind: 'folder' | 'sftp' = 'folder';
  private readonly folders = new Map<string, Folder>();
  private readonly upListeners: ((link: string) => void)[] = [];
  private receive: ReceiveBatch = () => Promise.reject(new ExchangeError('OVERLOADED'));
  private closed = false;

  constructor(private readonly options: FolderTransportOptions) {
    super();
  }

  /** Where the boxes of a link lie, and under which path there. */
  protected place(link: Link): { readonly disk: BoxDisk; readonly path: string } {
    return { disk: LOCAL_DISK, path: join(this.options.root, link.id) };
  }

  async start(links: readonly Link[], receive: ReceiveBatch): Promise<void> {
    this.receive = receive;
    await this.follow(links);
  }

  async follow(links: readonly Link[]): Promise<void> {
    const mine = links.filter(({ transport }) => transport === this.kind);
    const named = new Set(mine.map(({ id }) => id));
    const gone = [...this.folders.values()].filter(({ link }) => !named.has(link.id));
    for (const { link } of gone) this.folders.delete(link.id);
    for (const link of mine) {
      const known = this.folders.get(link.id);
      if (known) known.link = link;
      else await this.begin(link);
    }
    await this.end(gone);
  }

  private async begin(link: Link): Promise<void> {
    const { disk, path } = this.place(link);
    await disk.prepare(path);
    const stop = new AbortController();
    const looking = (): Promise<void> =>
      keepLooking(
        () => this.look(folder),
        this.options.lookMs ?? 1_000,
        stop.signal,
        (error) => this.lost(folder, error),
      );
    const folder: Folder = {
      link,
      path,
      disk,
      order: new FileOrder([boxOf(path, 'InBox')], (box) => disk.framesIn(box)),
      lane: this.lane(
        link.id,
        () => folder.link.limits.prefetch,
        (names) => this.handle(folder, names, this.receive),
      ),
      taken: new Set(),
      later: new Map(),
      stop,
      looking: Promise.resolve().then(looking),
      up: false,
      abandoned: false,
    };
    this.folders.set(link.id, folder);
  }

  /** Looks no more, and waits for what is being committed. */
  private async end(folders: readonly Folder[]): Promise<void> {
    for (const { stop } of folders) stop.abort();
    await Promise.all(folders.map(({ looking }) => looking));
    const deadline = Date.now() + (this.options.closeMs ?? 10_000);
    await Promise.all(folders.map((folder) => closeFolder(folder, deadline)));
  }

  private lane(id: string, prefetch: () => number, handle: (names: readonly string[]) => Promise<void>): BatchLane<string> {
    const { retryBaseMs, retryCapMs, report, admission } = this.options;
    return new BatchLane(handle, {
      get batch() {
        return Math.min(100, prefetch());
      },
      ...(admission && { most: (usual: number) => admission.most(id, usual) }),
      waitMs: 0,
      opensBatch: (name) => labelOf(name)?.kind === 'keys',
      retryBaseMs,
      retryCapMs,
      onRetry: (_names, error) => report?.(error),
    });
  }

  private async look(folder: Folder): Promise<void> {
    const { link, taken, lane, path, disk } = folder;
    if (!folder.up) await disk.open(path);
    const names = await disk.framesIn(boxOf(path, 'OutBox'));
    if (!folder.up) {
      folder.up = true;
      for (const listener of this.upListeners) listener(link.id);
    }
    if (link.suspended || this.options.mayTake?.(link.id) === false) return;
    for (const name of names) {
      // In order: what does not fit now waits with everything behind it.
      if (taken.size >= link.limits.prefetch) return;
      if (taken.has(name)) continue;
      taken.add(name);
      lane.push(name);
    }
  }

  private lost(folder: Folder, error: unknown): void {
    folder.up = false;
    this.options.report?.(error);
  }

  private async handle(folder: Folder, names: readonly string[], receive: ReceiveBatch): Promise<void> {
    const { batchBytes = 1024 * 1024 } = this.options;
    for (let from = 0; from < names.length;) {
      const frames: { name: string; frame: Buffer }[] = [];
      let bytes = 0;
      for (; from < names.length && bytes < batchBytes; from += 1) {
        const name = names[from]!;
        const frame = await this.read(folder, name);
        if (frame) frames.push({ name, frame });
        bytes += frame?.length ?? 0;
      }
      if (frames.length > 0) await this.take(folder, frames, receive);
    }
  }

  private async read(folder: Folder, name: string): Promise<Buffer | undefined> {
    // Taken in by an earlier try of the same batch.
    if (!folder.taken.has(name) || folder.later.has(name)) return undefined;
    const found = await folder.disk.readFrame(join(boxOf(folder.path, 'OutBox'), name), folder.link.limits.messageBytes);
    if (Buffer.isBuffer(found)) return found;
    if (found === 'gone') folder.taken.delete(name);
    else await this.settled(folder, name, 'FailBox');
    return undefined;
  }

  private async take(folder: Folder, frames: readonly { name: string; frame: Buffer }[], receive: ReceiveBatch): Promise<void> {
    const link = folder.link.id;
    const admitted = await this.options.admission?.pace(
      link,
      frames.map(({ frame }) => frame),
    );
    const receivedAt = this.options.now?.() ?? new Date();
    const replies = await receive(
      frames.map(({ name, frame }) => ({ link, frame, receivedAt, redelivered: labelOf(name)?.again === true })),
    ).catch((error: unknown) => {
      admitted?.settle();
      throw error;
    });
    admitted?.settle(replies);
    if (replies.length !== frames.length) throw new ExchangeError('INTERNAL', { detail: 'Not one outcome a delivery.' });
    for (const [at, { name }] of frames.entries()) {
      const reply = replies[at]!;
      if (!isLater(reply)) await this.settled(folder, name, boxFor(reply));
      else this.later(folder, name, reply.later);
    }
  }

  private later(folder: Folder, name: string, later: Promise<InboundOutcome>): void {
    const end = later
      .then(
        (outcome) => this.settled(folder, name, boxFor(outcome)),
        // We are stopping: the next process takes it in.
        () => undefined,
      )
      .catch((error: unknown) => this.options.report?.(error))
      .finally(() => folder.later.delete(name));
    folder.later.set(name, end);
  }

  /** Acknowledges: what was taken in leaves OutBox. A move that fails leaves it there, and it comes again as a duplicate. */
  private async settled({ path, taken, abandoned, disk }: Folder, name: string, box: 'SentBox' | 'FailBox'): Promise<void> {
    if (abandoned) return;
    await disk
      .move(join(boxOf(path, 'OutBox'), name), join(boxOf(path, box), name))
      .catch((error: unknown) => this.options.report?.(error));
    taken.delete(name);
  }

  async send(link: Link, items: readonly OutboundItem[]): Promise<readonly SendOutcome[]> {
    const folder = this.folders.get(link.id);
    const unreachable = ({ id }: OutboundItem): SendOutcome => ({ id, sent: false, code: 'LINK_UNREACHABLE' });
    if (!folder || this.closed) return items.map(unreachable);
    const box = boxOf(folder.path, 'InBox');
    const written = await this.write(folder, items);
    try {
      if (written > 0) await folder.disk.settle(box);
    } catch (error) {
      this.options.report?.(error);
      return items.map((item, at) => (at < written ? { id: item.id, sent: false, code: 'PUBLISH_UNCONFIRMED' } : unreachable(item)));
    }
    return items.map((item, at) => {
      if (at < written) return { id: item.id, sent: true };
      // The one that failed may lie there whole: its answer got lost.
      return at === written && folder.disk.remote ? { id: item.id, sent: false, code: 'PUBLISH_UNCONFIRMED' } : unreachable(item);
    });
  }

  /** How many of the items are there whole, in order; after the first that could not be written no further one is begun. */
  private async write({ path, order, disk }: Folder, items: readonly OutboundItem[]): Promise<number> {
    const box = boxOf(path, 'InBox');
    for (const [at, { kind, messageId, type, frame, possibleDuplicate }] of items.entries()) {
      try {
        await disk.put(box, fileName({ order: await order.next(), kind, messageId, type, again: possibleDuplicate }), frame);
      } catch (error) {
        this.options.report?.(error);
        return at;
      }
    }
    return items.length;
  }

  condition(link: string): LinkCondition {
    return this.folders.get(link)?.up && !this.closed ? 'up' : 'down';
  }

  onUp(listener: (link: string) => void): void {
    this.upListeners.push(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.end([...this.folders.values()]);
  }
}

const boxFor = ({ verdict }: InboundOutcome): 'SentBox' | 'FailBox' => (verdict === 'quarantined' ? 'FailBox' : 'SentBox');

async function closeFolder(folder: Folder, deadline: number): Promise<void> {
  await folder.lane.drain(deadline - Date.now());
  await settledBy(folder.later.values(), deadline);
  folder.abandoned = true;
  await folder.disk.close();
}
