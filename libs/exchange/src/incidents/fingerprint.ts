import { sha256 } from '#trust';

/**
 * Where a message failed: `authenticate` (quarantined), `check` (refused to its sender), `translate` (parked), `deliver` (expired, given
 * up, or the receiver signed that it lacks it), `answer` (its receiver refused it).
 */
export const INCIDENT_STAGES = ['authenticate', 'check', 'translate', 'deliver', 'answer'] as const;
export type IncidentStage = (typeof INCIDENT_STAGES)[number];

/** What makes two failures the same one. No text, time, id or version stands here. */
export interface Cause {
  readonly stage: IncidentStage;
  readonly link: string;
  readonly type: string;
  readonly code: string;
  /** Normalised. */
  readonly path: string;
  /** Reason code of the peer, or of the check that did not believe the bytes. */
  readonly reason?: string;
  readonly rule?: string;
}

/** Longest path kept: a sender chooses how deep its document is. */
const PATH_LENGTH = 250;

/**
 * An element path without what differs from message to message: occurrences and predicates in brackets, places in lists, namespace
 * prefixes. `4.1` after the tag of a segment is a field, not a place in a list. Works on XPath, JSON pointers and segment addresses.
 */
export function normalisedPath(pointer: string): string {
  const steps = pointer
    .normalize('NFC')
    .replace(/\[[^\]]*\]?/gu, '')
    .split('/');
  const kept = steps.filter((step, at) => !/^\d+$/.test(step) || /^[A-Z]{3}$/.test(steps[at - 1] ?? ''));
  return Array.from(kept.map((step) => step.replace(/^(@?)[^:]*:/u, '$1')).join('/'))
    .slice(0, PATH_LENGTH)
    .join('');
}

/** SHA-256 (base64url) over the parts as JSON, so that no part can reach into the next. */
export const fingerprintOf = ({ stage, link, type, code, path, rule, reason }: Cause): string =>
  sha256(Buffer.from(JSON.stringify([stage, link, type, code, path, rule ?? null, reason ?? null])));
