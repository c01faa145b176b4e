import { BOXES, boxOf, framesIn, makeBoxes, moveIfThere, put, readFrame, settle } from './boxes.ts';

/** Why a frame was not read: it has gone, is larger than agreed, or is no file of its own. */
export type NotRead = 'gone' | 'too-large' | 'no-file';

/** Where the boxes of a link lie: a disk of this machine, or one that is reached over SFTP. Methods reject while it is away. */
export interface BoxDisk {
  /** A call that failed may have been carried out all the same. */
  readonly remote: boolean;
  /** When the link begins. */
  prepare(folder: string): Promise<void>;
  /** Before the boxes are used again after they were away. */
  open(folder: string): Promise<void>;
  /** Names of whole frames in a box, in the order in which they are to be taken. */
  framesIn(box: string): Promise<string[]>;
  /** A file that is there whole or not at all; as durable as the disk can make it after `settle` of its box. */
  put(box: string, name: string, bytes: Buffer): Promise<void>;
  settle(box: string): Promise<void>;
  readFrame(path: string, limit: number): Promise<Buffer | NotRead>;
  /** Whoever moved it before us has done it. */
  move(from: string, to: string): Promise<void>;
  close(): Promise<void>;
}

/** A folder that both ends reach as a disk. */
export const LOCAL_DISK: BoxDisk = {
  remote: false,
  prepare: makeBoxes,
  // A share that is away for a moment comes back with its boxes; nobody makes them anew beside it.
  open: () => Promise.resolve(),
  framesIn,
  put,
  settle,
  readFrame,
  move: moveIfThere,
  close: () => Promise.resolve(),
};

export { BOXES, boxOf };
