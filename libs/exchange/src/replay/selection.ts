import { ExchangeError, issue } from '#model';
import type { Actor } from '../access/actor.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { MessageView } from '../ports/message-view.port.ts';
import type { ReplayStore } from '../ports/replay-store.port.ts';
import { formatQuery, parseQuery } from '../view/query.ts';

/** Messages of one plan at most. */
export const PLAN_LIMIT = 1_000;
/** Pages looked at for a query: each looks at a bounded number of rows. */
const PAGES = 100;

/** Which messages: named one by one, described by a query, or what an ended plan did not send. Exactly one of the three. */
export interface Choice {
  /** Message ids, `<sender>/<message id>` or subjects. */
  readonly messages?: readonly string[];
  /** One-line query. */
  readonly query?: string;
  /** Of a query: more than so many are refused. */
  readonly limit?: number;
  /** A plan that has ended. */
  readonly again?: string;
}

export interface Chosen {
  readonly messages: readonly string[];
  /** The query in its shortest form. */
  readonly query?: string;
}

export interface SelectionParts {
  readonly view: Pick<MessageView, 'list'>;
  readonly store: Pick<ReplayStore, 'plan' | 'items'>;
  readonly clock: Clock;
}

/**
 * The set as it is now. A query that describes more than its limit is refused rather than cut: the newest would be sent before the
 * older ones of their keys.
 */
export async function choose(parts: SelectionParts, actor: Actor, { messages, query, limit = PLAN_LIMIT, again }: Choice): Promise<Chosen> {
  if (messages) return { messages };
  if (again !== undefined) return { messages: await unsent(parts, actor, again) };
  const parsed = parseQuery(query ?? '');
  if (!parsed.ok)
    throw new ExchangeError('USAGE', {
      issues: parsed.faults.map(({ at, length, message }) => issue('USAGE', `query:${at}+${length}`, message)),
    });
  if (parsed.chips.length === 0) throw new ExchangeError('USAGE', { pointer: 'query', detail: 'An empty query describes everything.' });
  return { messages: await described(parts, actor, parsed.chips, Math.min(limit, PLAN_LIMIT)), query: formatQuery(parsed.chips) };
}

async function described(
  { view, clock }: SelectionParts,
  { scope }: Actor,
  chips: Parameters<MessageView['list']>[1]['chips'],
  limit: number,
): Promise<readonly string[]> {
  const now = clock.now();
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const { messages, next } = await view.list(scope, { chips, now, limit: 500, ...(cursor !== undefined && { cursor }) });
    for (const { direction, sender, messageId } of messages)
      found.push(direction === 'in' ? `in:${sender ?? ''}/${messageId}` : `out:${messageId}`);
    if (found.length > limit)
      throw new ExchangeError('USAGE', {
        pointer: 'limit',
        detail: `The query describes more than ${limit} messages: narrow it, or allow more.`,
      });
    if (next === undefined) return found;
    cursor = next;
  }
  throw new ExchangeError('USAGE', { pointer: 'query', detail: 'Too much would have to be looked at: narrow it, for example by since.' });
}

async function unsent({ store }: SelectionParts, { scope }: Actor, id: string): Promise<readonly string[]> {
  const plan = await store.plan(scope, id);
  if (!plan) throw new ExchangeError('NOT_FOUND', { pointer: 'again' });
  const items = await store.items(id, -1, 10_000);
  return items.filter(({ state }) => state === 'dropped' || state === 'failed').map(({ subject }) => subject);
}
