import { arch, cpus, freemem, platform, totalmem } from 'node:os';
import { retentionRules, type Environment, type RetentionRule } from '#config';
import type { AgreementBook } from '#exchange';

/** Settings whose values say nothing secret and nothing of places. Of every other one is told only whether it is set. */
const TOLD: readonly (keyof Environment)[] = [
  'LANDBRIDGE_ENVIRONMENT',
  'REPLAY_BULK_LIMIT',
  'INCIDENT_CLEAN_HOURS',
  'LOG_INTERVAL_SECONDS',
  'TSA_WARN_MINUTES',
  'TSA_STOP_MINUTES',
  'LOG_LEVEL',
  'SESSION_IDLE_MINUTES',
  'SESSION_HOURS',
  'DATABASE_ROLE',
  'RETENTION_DOCUMENTS_DAYS',
  'RETENTION_ALERTS_DAYS',
  'RETENTION_DEAD_LETTERS_DAYS',
  'RETENTION_REQUESTS_DAYS',
  'RETENTION_SESSIONS_DAYS',
];

export interface Setting {
  readonly name: string;
  readonly value?: string;
  readonly set: boolean;
}

interface DiagnosticsOptions {
  readonly environment: Environment;
  readonly book: AgreementBook;
  readonly version: string;
  /** Name of the newest migration, version and size of the database. */
  readonly database: () => Promise<{ readonly server: string; readonly bytes: number; readonly migration: string }>;
  /** Rows that a purge would remove now. Of documents nobody counts: it would take a look at every message. */
  readonly over: (what: Exclude<RetentionRule, 'documents'>, before: Date) => Promise<number>;
}

/** How this installation is, for a ticket: it names no key, no password, no address and no payload. */
export class Diagnostics {
  constructor(private readonly options: DiagnosticsOptions) {}

  /** What is kept for how long, and how much of it has had its time. */
  async retention() {
    const { environment, over } = this.options;
    return Promise.all(
      retentionRules(environment, new Date()).map(async ({ rule, days, before }) => ({
        rule,
        days,
        ...(before && { before }),
        ...(before && rule !== 'documents' && { over: await over(rule, before) }),
      })),
    );
  }

  async report() {
    const { environment, book, version, database } = this.options;
    const { rss, heapUsed } = process.memoryUsage();
    return {
      at: new Date().toISOString(),
      gateway: book.gateway,
      version,
      node: process.version,
      platform: `${platform()} ${arch()}`,
      processors: cpus().length,
      memory: { total: totalmem(), free: freemem(), resident: rss, heap: heapUsed },
      uptimeSeconds: Math.round(process.uptime()),
      database: await database().catch(() => ({ server: 'unreachable', bytes: 0, migration: '' })),
      links: book.links.map(({ id, transport, test, delivery }) => ({ id, transport, test, deadlineHours: delivery.deadlineHours })),
      settings: settingsOf(environment),
    };
  }
}

export const settingsOf = (environment: Environment): readonly Setting[] =>
  Object.entries(environment)
    .map(([name, value]): Setting => {
      const set = value !== undefined && value !== '';
      const told = TOLD.includes(name as keyof Environment) && set;
      return { name, set, ...(told && { value: String(value) }) };
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
