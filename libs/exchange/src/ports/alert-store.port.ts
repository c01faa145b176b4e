import type { AlertMeasure, AlertSeverity } from '#model';
import type { Scope } from '../access/scope.ts';

export const ALERT_STATES = ['pending', 'firing', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** One episode of one rule about one subject. */
export interface Alert {
  /** For people: a number. */
  readonly id: string;
  /** Name of the rule. */
  readonly rule: string;
  readonly measure: AlertMeasure;
  readonly severity: AlertSeverity;
  /** A link, or `key:PARTY:kid` or `certificate:PARTY:kid`. */
  readonly subject: string;
  /** Whose it is; absent: the gateway's own. */
  readonly link?: string;
  /** As it was when the limit was last crossed, in the unit of the measure. */
  readonly value: number;
  readonly limit: number;
  readonly state: AlertState;
  /** Since when the limit is crossed. */
  readonly since: Date;
  readonly firedAt?: Date;
  /** Since when the limit holds again; it resolves when it has held long enough. */
  readonly clearSince?: Date;
  readonly resolvedAt?: Date;
  readonly acknowledged?: { readonly by: string; readonly at: Date; readonly reason: string };
}
export type NewAlert = Omit<Alert, 'id'>;

/** What a turn changes. */
export interface AlertChanges {
  readonly added: readonly NewAlert[];
  readonly changed: readonly Alert[];
  /** Pending ones that never fired. */
  readonly dropped: readonly string[];
}

/** Nobody is told about alerts that fit, until a time. */
export interface Silence {
  readonly id: string;
  /** Absent: of every rule. */
  readonly rule?: string;
  /** Absent: of every link and of the gateway itself. */
  readonly link?: string;
  readonly until: Date;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  readonly endedAt?: Date;
}

/** One line of a notice. */
export type NoticeLine = Pick<Alert, 'id' | 'rule' | 'measure' | 'severity' | 'subject' | 'link' | 'value' | 'limit' | 'state' | 'since'>;

/** What one notice tells: what changed since the one before, the most urgent first. */
export interface NoticeContent {
  readonly kind: 'alerts' | 'test';
  readonly lines: readonly NoticeLine[];
  /** How many more there are than lines. */
  readonly more: number;
}

/** A notice on its way to one channel. */
export interface Notice {
  /** UUID; stays the same over all attempts. */
  readonly id: string;
  readonly channel: string;
  readonly content: NoticeContent;
  readonly state: 'waiting' | 'sent' | 'failed';
  /** Attempts begun. */
  readonly attempt: number;
  readonly nextAt: Date;
  readonly createdAt: Date;
  readonly sentAt?: Date;
  /** Code of the last failure. */
  readonly code?: string;
}

export interface NoticePlan {
  /** Nothing is told more often than this. */
  readonly pauseSeconds: number;
  readonly channels: readonly string[];
  /** Lines of a notice at most. */
  readonly lines: number;
}

export interface AlertFilter {
  readonly states?: readonly AlertState[];
  /** Only those before this one. */
  readonly before?: string;
  readonly limit: number;
}

/** Alerts, silences and notices, kept for all gateway processes alike. Every method may reject with STORE_UNAVAILABLE. */
export abstract class AlertStore {
  /**
   * One turn of one process of all: at most one in `intervalSeconds`, whoever asks. What `decide` makes of the alerts that are open, and the
   * notices that follow, are one transaction: each change is told once, whoever dies when.
   */
  abstract turn(
    now: Date,
    intervalSeconds: number,
    notices: NoticePlan,
    decide: (open: readonly Alert[]) => Promise<AlertChanges>,
  ): Promise<'busy' | 'done'>;
  /** Takes a notice that is due (`only`: this one) and counts the attempt before it is made; nobody else gets it before `again`. */
  abstract takeNotice(now: Date, again: (attempt: number) => Date, only?: string): Promise<Notice | undefined>;
  /** Without a code it was sent; with one it waits for its next attempt, or is given up. */
  abstract settleNotice(id: string, at: Date, failure?: { readonly code: string; readonly giveUp: boolean }): Promise<void>;
  abstract addNotices(notices: readonly Pick<Notice, 'id' | 'channel' | 'content' | 'createdAt'>[]): Promise<void>;
  /** Newest first. */
  abstract notices(limit: number): Promise<readonly Notice[]>;
  /** Newest first. What belongs to no link is for everybody. */
  abstract list(scope: Scope, filter: AlertFilter): Promise<readonly Alert[]>;
  abstract find(scope: Scope, id: string): Promise<Alert | undefined>;
  /** False: somebody was first, or it does not fire any more. */
  abstract acknowledge(id: string, by: string, at: Date, reason: string): Promise<boolean>;
  /** In force, newest first. */
  abstract silences(scope: Scope, now: Date): Promise<readonly Silence[]>;
  abstract silence(silence: Omit<Silence, 'id'>): Promise<Silence>;
  /** False: there is none in force within the scope. */
  abstract endSilence(scope: Scope, id: string, at: Date): Promise<boolean>;
}

export interface FailureCount {
  readonly link: string;
  /** Messages looked at, both ways. */
  readonly seen: number;
  readonly failed: number;
}

/** What alert rules measure of the journal beyond what links show anyway. Cost is bounded, whatever the journal holds. */
export abstract class AlertReadings {
  abstract failures(links: readonly string[], since: Date): Promise<readonly FailureCount[]>;
  /** Messages that have not been delivered and may not be any more from `until` on. */
  abstract atRisk(links: readonly string[], until: Date): Promise<readonly { readonly link: string; readonly count: number }[]>;
}

/** A way to tell people: a webhook, e-mail. */
export abstract class AlertChannel {
  abstract readonly name: string;
  /** Where it goes, as people may see it: without secrets. */
  abstract readonly target: string;
  /** Resolves when the other side took it. Rejects with NOTICE_FAILED or OUTBOUND_REFUSED; within a bounded time. */
  abstract send(notice: Pick<Notice, 'id' | 'content' | 'createdAt'>): Promise<void>;
}
