import type { Issue } from '#model';
import { parseReceipt } from '#trust';
import { fingerprintOf, normalisedPath, type Cause } from './fingerprint.ts';

export const INCIDENT_STATES = ['open', 'acknowledged', 'fixing', 'monitored', 'resolved', 'ignored'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** What is kept of one message, of the keys it names and of the mappings that were at work. */
export const INCIDENT_BOUNDS = { causes: 20, keys: 50, mappings: 20 } as const;

/** A message at the moment it failed. `at` is that moment. */
export interface FailedMessage {
  /** `in:<sender>/<message id>`, `out:<message id>` or `quarantine:<sha256>`. */
  readonly subject: string;
  readonly to: string;
  readonly at: Date;
  readonly link: string;
  readonly type: string;
  readonly keys: readonly string[];
  readonly mapping?: { readonly id: string; readonly version: string };
  /** In: everything found. */
  readonly issues?: readonly Issue[];
  /** Out and quarantined: the code kept with it. */
  readonly code?: string;
  /** Quarantined: which check did not believe it. */
  readonly reason?: string;
  /** Out, refused: the receipt that says so, a compact JWS verified when it was kept. */
  readonly receipt?: Buffer;
}

export interface Failure extends Cause {
  readonly fingerprint: string;
  readonly subject: string;
  readonly at: Date;
  readonly keys: readonly string[];
  /** `id@version`; beside the fingerprint, never in it. */
  readonly mapping?: string;
}

/** What is known of an incident. */
export interface IncidentRecord extends Omit<Cause, 'rule'> {
  readonly fingerprint: string;
  readonly state: IncidentState;
  /** When it came to be in this state. */
  readonly changedAt: Date;
  readonly ignoredUntil?: Date;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** First failure since it was opened last: what time to repair counts from. */
  readonly openedAt: Date;
  /** The last failure when it resolved by itself, else when a person said so. */
  readonly repairedAt?: Date;
  /** Failures; a message may fail more than once. */
  readonly count: number;
  readonly messages: number;
  readonly keys: readonly string[];
  readonly mappings: readonly string[];
  /** How often it failed again after it had been taken as mended, and when last. */
  readonly cameBack: number;
  readonly cameBackAt?: Date;
}

/** Every distinct cause of a failed message, at most 20. */
export function failuresOf(message: FailedMessage): readonly Failure[] {
  const { subject, at, keys, mapping } = message;
  const found = new Map<string, Failure>();
  for (const cause of causesOf(message)) {
    const fingerprint = fingerprintOf(cause);
    if (found.size < INCIDENT_BOUNDS.causes && !found.has(fingerprint))
      found.set(fingerprint, { ...cause, fingerprint, subject, at, keys, ...(mapping && { mapping: `${mapping.id}@${mapping.version}` }) });
  }
  return [...found.values()];
}

function causesOf({ to, link, type, issues = [], code, reason, receipt }: FailedMessage): readonly Cause[] {
  const at = { link, type };
  if (to === 'quarantined')
    return [{ ...at, stage: 'authenticate', code: code ?? 'INTERNAL', path: '', ...(isCode(reason) && { reason }) }];
  if (to === 'refused' && receipt) return refusalOf(receipt).map((one) => ({ ...at, stage: 'answer', code: 'REFUSED_BY_PARTNER', ...one }));
  if (to === 'refused' || to === 'parked') {
    const errors = issues.filter(({ severity }) => severity === 'error');
    const stage = to === 'parked' ? 'translate' : 'check';
    return errors.length === 0
      ? [{ ...at, stage, code: 'INTERNAL', path: '' }]
      : errors.map((one) => ({ ...at, stage, code: one.code, path: normalisedPath(one.pointer) }));
  }
  return [{ ...at, stage: 'deliver', code: code ?? 'INTERNAL', path: '' }];
}

const isCode = (text: string | undefined): text is string => text !== undefined && /^[A-Z][A-Z0-9_]{1,63}$/.test(text);

/** Where and why a partner refused, in its own codes. A business refusal may name none. */
function refusalOf(jws: Buffer): readonly { path: string; reason?: string }[] {
  const parsed = parseReceipt(Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url'));
  const errors = parsed.ok ? parsed.receipt.issues.filter(({ severity }) => severity === 'error') : [];
  return errors.length === 0 ? [{ path: '' }] : errors.map(({ code, pointer }) => ({ path: normalisedPath(pointer), reason: code }));
}

/**
 * An incident after one more failure. `known`: the message counts in it already. What had been taken as mended (resolved, monitored)
 * and fails later than that comes back; what is ignored stays so until its time.
 */
export function absorb(before: IncidentRecord | undefined, failure: Failure, known: boolean): IncidentRecord {
  const { fingerprint, stage, link, type, code, path, reason, keys, mapping, at } = failure;
  if (!before) {
    const mappings = mapping === undefined ? [] : [mapping];
    const counted = { count: 1, messages: 1, keys: keys.slice(0, INCIDENT_BOUNDS.keys), mappings, cameBack: 0 };
    const cause = { fingerprint, stage, link, type, code, path, ...(reason !== undefined && { reason }) };
    return { ...cause, state: 'open', changedAt: at, firstAt: at, lastAt: at, openedAt: at, ...counted };
  }
  const after: IncidentRecord = {
    ...before,
    firstAt: at < before.firstAt ? at : before.firstAt,
    lastAt: at > before.lastAt ? at : before.lastAt,
    count: before.count + 1,
    messages: before.messages + (known ? 0 : 1),
    keys: joined(before.keys, keys, INCIDENT_BOUNDS.keys),
    mappings: mapping === undefined ? before.mappings : joined(before.mappings, [mapping], INCIDENT_BOUNDS.mappings),
  };
  const mended = before.state === 'resolved' || before.state === 'monitored';
  if (!mended || at <= before.changedAt) return after;
  const open = { ...after, state: 'open' as const, changedAt: at, openedAt: at, cameBack: before.cameBack + 1, cameBackAt: at };
  delete (open as { repairedAt?: Date }).repairedAt;
  return open;
}

const joined = (some: readonly string[], more: readonly string[], limit: number): readonly string[] =>
  [...new Set([...some, ...more])].slice(0, limit);
