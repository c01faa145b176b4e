/** What reader and writer have in common when they say what they did and found. */
import { ERRORS, type ErrorCode } from '#model';

/** More findings than this say nothing new, and would let a hostile document buy work. */
export const MAX_ISSUES = 1_000;
/** Warnings stop at the limit; errors have as much room again, so that a thousand warnings never hide one. */
export const limitOf = (code: ErrorCode): number => (ERRORS[code].disposition === 'report' ? MAX_ISSUES : 2 * MAX_ISSUES);

/** How a canonical value reads in an explanation. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  const { value: inner, listId, unitCode } = value as { value?: string; listId?: string; unitCode?: string };
  if (inner !== undefined && listId !== undefined) return `${inner} (${listId})`;
  return inner !== undefined && unitCode !== undefined ? `${inner} ${unitCode}` : JSON.stringify(value);
}
