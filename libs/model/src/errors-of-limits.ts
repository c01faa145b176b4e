import { row, type ErrorRow } from './error-row.ts';

/** What partners hear who send more than was agreed. Nothing was kept, nothing is lost: the same bytes are taken later. */
export const ERRORS_OF_LIMITS = {
  RATE_LIMITED: row(
    'sender',
    'retry',
    429,
    'Too many requests came from this sender.',
    'Wait as long as Retry-After says; check keys and signature if requests are not authenticated.',
  ),
  TOO_MANY_OPEN: row(
    'sender',
    'retry',
    429,
    'As many messages of this partner are open as was agreed; nothing was accepted.',
    'Wait for the answers to those before, then send the same bytes again.',
  ),
  QUOTA_USED: row(
    'sender',
    'retry',
    429,
    "This partner's quota of the day is used up; nothing was accepted.",
    'Send the same bytes again after the time given in Retry-After (midnight UTC), or agree on more (links[].limits).',
  ),
} as const satisfies Record<string, ErrorRow>;
