/** One thing that is stopped: a link, or with `link` `*` everything that leaves the gateway. */
export interface Stop {
  readonly link: string;
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
}

/**
 * The stop switch. What is stopped is not sent: no direct hand-over, no row of a queue, no retry, no replay, no question, no item of a
 * mailbox. It is kept in the database, so it survives every restart and counts in every gateway process: the claims and replay steps
 * ask it in their own transaction, and what a process holds in memory goes back to the store when the process is told (at once, at
 * the latest after a second). What the broker was given before cannot be called back.
 */
export abstract class StopSwitch {
  /** Whether this link is stopped, as far as this process knows. */
  abstract stopped(link: string): boolean;
  /** Called after every change this process learns of. */
  abstract onChange(listener: () => void): void;
  abstract list(): Promise<readonly Stop[]>;
  /** Durable and known to this process when it resolves. Stopping twice keeps the first reason. */
  abstract stop(stop: Stop): Promise<void>;
  /** Whether anything was stopped. */
  abstract go(link: string, actor: string, at: Date): Promise<boolean>;
}
