import { StaleBatchError } from '#exchange';
import { ExchangeError } from '#model';

/** SQLSTATEs that mean: what the batch was planned on is no longer true. Nothing was written; planning again is right. */
const STALE = new Set(['23505', '40001', '40P01', 'LB001']);
/** Connection failures, shutdown, start-up, too many connections, out of resources: they heal. */
const UNAVAILABLE = /^(?:08|53|57P|58)/;

const sqlState = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && (error as { severity?: unknown }).severity !== undefined
    ? code
    : undefined;
};

/** The server answered with an error of its own and is still there: the transaction certainly did not commit. */
export const answered = (error: unknown): boolean => {
  const state = sqlState(error);
  return state !== undefined && !state.startsWith('57P') && !state.startsWith('08');
};

/** What the caller of the store sees. Database texts may quote row values, so they stay in `cause`, which is for the log. */
export function failure(error: unknown): Error {
  if (error instanceof ExchangeError || error instanceof StaleBatchError) return error;
  const state = sqlState(error);
  if (state !== undefined && STALE.has(state))
    return new StaleBatchError('The batch was planned on a state of the store that has changed.', { cause: error });
  if (state === undefined || UNAVAILABLE.test(state)) return new ExchangeError('STORE_UNAVAILABLE', { cause: error });
  return new ExchangeError('INTERNAL', { detail: `The database refused a statement (SQLSTATE ${state}).`, cause: error });
}
