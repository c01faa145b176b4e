import { z } from 'zod';
import { Acknowledgement } from './acknowledgement.ts';
import { ArrivalReport } from './arrival-report.ts';
import { ClearanceStatus } from './clearance-status.ts';
import { ManifestResponse } from './manifest-response.ts';
import { Manifest } from './manifest.ts';
import { RailConsignmentNote } from './rail-consignment-note.ts';
import { TrainConsist } from './train-consist.ts';
import { WagonTransferList } from './wagon-transfer-list.ts';

/** Every canonical message type, by the value of its `type` member. Adding a type is one line here and its own file. */
export const MESSAGE_TYPES = {
  Manifest,
  ArrivalReport,
  ManifestResponse,
  RailConsignmentNote,
  TrainConsist,
  WagonTransferList,
  ClearanceStatus,
  Acknowledgement,
} as const;

export type MessageType = keyof typeof MESSAGE_TYPES;
export type CanonicalMessage = { [T in MessageType]: z.infer<(typeof MESSAGE_TYPES)[T]> }[MessageType];
export type CanonicalOf<T extends MessageType> = z.infer<(typeof MESSAGE_TYPES)[T]>;

export type {
  Acknowledgement,
  ArrivalReport,
  ClearanceStatus,
  Manifest,
  ManifestResponse,
  RailConsignmentNote,
  TrainConsist,
  WagonTransferList,
};
