/** Wall-clock time as a port, so that tests own it. Never used for ordering. */
export abstract class Clock {
  abstract now(): Date;
}
