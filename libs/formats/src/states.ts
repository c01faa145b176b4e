/**
 * Which of several notices about one matter counts. Notices of customs arrive late, twice, and in the wrong order (release
 * and clearance of one second have come reversed), so neither arrival nor time alone decides: the code list ranks its
 * states (`rank`), and says which of them give the matter back (`returns`), after which it begins again.
 */
import type { CodeList } from './mapping/codelists.ts';

/** A state somebody was told, and the time the notice itself names (ISO 8601), where it does. */
export interface StateNotice {
  readonly code: string;
  readonly dateTime?: string | undefined;
}

/** How the states of a list stand to each other; undefined for a code without a rank, which never counts. */
export interface StateOrder {
  rank(code: string): number | undefined;
  /** The matter was given back to whoever brought it. */
  returns(code: string): boolean;
}

/** The order a code list gives its states. */
export const orderOf = (list: CodeList): StateOrder => ({
  rank: (code) => list.entries.get(code)?.rank,
  returns: (code) => list.entries.get(code)?.returns ?? false,
});

const momentOf = ({ dateTime }: StateNotice): number => {
  const moment = dateTime === undefined ? NaN : Date.parse(dateTime);
  return Number.isNaN(moment) ? -Infinity : moment;
};

/**
 * The notice that counts, whatever the order of the list: of the notices since the matter was last given back, the one
 * of highest rank, and of two of one rank the later. A state of higher rank than the return counts even when its time is
 * earlier, because clocks differ more than the steps of customs do. Undefined when no code has a rank.
 */
export function currentState<T extends StateNotice>(notices: readonly T[], order: StateOrder): T | undefined {
  const ranked = notices.filter(({ code }) => order.rank(code) !== undefined);
  const returned = ranked.filter(({ code }) => order.returns(code)).reduce<T | undefined>(later, undefined);
  const since = returned && ranked.filter((notice) => follows(notice, returned, order));
  return (since ?? ranked).reduce<T | undefined>((best, notice) => (best && !exceeds(notice, best, order) ? best : notice), returned);
}

/** True when `next` takes the place of `current`: the rule for two notices, where no history is kept. */
export function supersedes(next: StateNotice, current: StateNotice, order: StateOrder): boolean {
  if (order.rank(next.code) === undefined) return false;
  if (order.rank(current.code) === undefined) return true;
  return currentState([current, next], order) === next;
}

const later = <T extends StateNotice>(best: T | undefined, notice: T): T => (best && compare(notice, best) <= 0 ? best : notice);

/** By time; of one time by the code, so that no order of arrival shows. */
function compare(one: StateNotice, other: StateNotice): number {
  const [a, b] = [momentOf(one), momentOf(other)];
  return a === b ? byCode(one, other) : a - b;
}

const byCode = (one: StateNotice, other: StateNotice): number => (one.code === other.code ? 0 : one.code > other.code ? 1 : -1);

/** After the return, or beyond it. */
function follows(notice: StateNotice, returned: StateNotice, order: StateOrder): boolean {
  if (order.returns(notice.code)) return false;
  return momentOf(notice) > momentOf(returned) || rankOf(notice, order) > rankOf(returned, order);
}

/** Whatever follows a return exceeds it. */
function exceeds(notice: StateNotice, best: StateNotice, order: StateOrder): boolean {
  if (order.returns(best.code)) return true;
  const difference = rankOf(notice, order) - rankOf(best, order);
  return difference > 0 || (difference === 0 && compare(notice, best) > 0);
}

const rankOf = ({ code }: StateNotice, order: StateOrder): number => order.rank(code) ?? -Infinity;
