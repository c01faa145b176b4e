import type { Right } from '#model';
import { ExchangeError } from '#model';
import type { Scope } from './scope.ts';

/** Who asks: an account with its rights at this moment, and the partners it may see. Made for each request, never kept. */
export interface Actor {
  readonly account: { readonly id: string; readonly name: string; readonly kind: 'person' | 'service' };
  readonly roles: readonly string[];
  readonly rights: ReadonlySet<Right>;
  readonly scope: Scope;
}

/** How an actor is named in events and the audit trail: kind and immutable id, with the name for people. */
export const actorName = ({ account }: Pick<Actor, 'account'>): string => `${account.kind}:${account.id}:${account.name}`;

/**
 * Four eyes: whoever submitted an action does not decide on it, whatever roles they have. Throws NOT_ALLOWED. A service account
 * is no second person.
 */
export function requireSecondPerson(decider: Actor, submitterAccountId: string): void {
  if (decider.account.kind !== 'person' || decider.account.id === submitterAccountId)
    throw new ExchangeError('NOT_ALLOWED', { detail: 'Another person than the one who submitted it has to decide.' });
}
