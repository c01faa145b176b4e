/**
 * Named points of the storage protocol. A crash test ends the process at the nth passing of one (`CRASH_AT=point:nth`);
 * in every other process passing a point does nothing.
 */
export const CRASH_POINTS = [
  'received',
  'verified',
  'translated',
  'planned',
  'before-commit',
  'after-commit',
  'before-ack',
  'after-ack',
  'claimed',
  'before-publish',
  'after-publish',
  'after-confirm',
  'before-mark',
  'after-mark',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];
export type PassPoint = (point: CrashPoint) => void;
export const passNothing: PassPoint = () => undefined;
