import type { Actor } from '#exchange';
import { ExchangeError, type Right } from '#model';

/** What to say to somebody signed in who lacks a right: which one. */
export const needs = (right: Right): string => `It needs the right ${right}.`;

/** For a handler of which a part needs one more right than it declares. Throws NOT_ALLOWED. */
export function requireRight({ rights }: Actor, right: Right): void {
  if (!rights.has(right)) throw new ExchangeError('NOT_ALLOWED', { detail: needs(right) });
}
