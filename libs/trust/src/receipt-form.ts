/** The form of a receipt, as `Receipt` defines it, at the speed of the hot path (see `form.ts`). */
import { closed, isCount, isDigest, isId, isInstant, isListOf, isObject, isPartName, isParty, isText, type Members } from './form.ts';
import { MAX_PARTS, PROFILE } from './profile.ts';
import type { Receipt } from './receipt.ts';

/** Which statuses a set of levels may carry. R3 statuses are the milestones a border knows. */
const STATUSES: Record<string, readonly string[]> = {
  R1: ['stored'],
  R2: ['valid', 'refused'],
  'R1 R2': ['valid', 'refused'],
  R3: ['accepted', 'refused', 'released', 'held', 'inspection', 'cancelled'],
};

/** Whether a receipt of these levels may say this. */
export const mayCarry = (levels: readonly string[], status: string): boolean => STATUSES[levels.join(' ')]?.includes(status) ?? false;

/** Issues listed in one receipt; `issueCount` always says how many were found. */
export const MAX_ISSUES = 5000;

const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/** The verdict of `Receipt.safeParse`, on JSON values. */
export function isReceipt(value: unknown): value is Receipt {
  if (!isObject(value)) return false;
  const { profile, receiptId, levels, about, parts, status, issueCount, issues, answer, issuer, issued } = value;
  return (
    profile === PROFILE &&
    isId(receiptId) &&
    isListOf(levels, 1, 2, isLevel) &&
    isAbout(about) &&
    isListOf(parts, 1, MAX_PARTS, isPartDigest) &&
    typeof status === 'string' &&
    mayCarry(levels as string[], status) &&
    isCount(issueCount) &&
    isListOf(issues, 0, MAX_ISSUES, isIssue) &&
    (issueCount === issues.length || (issueCount > issues.length && issues.length === MAX_ISSUES)) &&
    (!levels.includes('R2') || issues.some((one) => (one as Members)['severity'] === 'error') === (status === 'refused')) &&
    (answer === undefined || (isId(answer) && levels.includes('R3'))) &&
    isParty(issuer) &&
    isInstant(issued) &&
    closed(value, 10, answer)
  );
}

const isLevel = (value: unknown): boolean => value === 'R1' || value === 'R2' || value === 'R3';

function isAbout(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { messageId, from, to, jwsDigest, manifestDigest } = value;
  return isId(messageId) && isParty(from) && isParty(to) && isDigest(jwsDigest) && isDigest(manifestDigest) && closed(value, 5);
}

function isPartDigest(value: unknown): boolean {
  return isObject(value) && isPartName(value['name']) && value['algorithm'] === 'sha-256' && isDigest(value['digest']) && closed(value, 3);
}

function isIssue(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { code, severity, pointer, message, reference } = value;
  return (
    typeof code === 'string' &&
    CODE.test(code) &&
    (severity === 'error' || severity === 'warning') &&
    isText(pointer, 500, 0) &&
    isText(message, 500, 0) &&
    (reference === undefined || isText(reference, 200, 0)) &&
    closed(value, 4, reference)
  );
}
