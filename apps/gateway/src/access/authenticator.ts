import type { Request } from 'express';
import { FailureLimiter } from '#adapters';
import { Scope, type AccessStore, type Account, type Actor, type Clock, type LinkTable, type Session } from '#exchange';
import { ExchangeError, rightsOf, type RoleBook } from '#model';
import { cookieOf, BACKGROUND_HEADER, type Site } from './site.ts';
import { digestOf, kindOf } from './credentials.ts';

/** Who asks, and by what. */
export interface Authenticated {
  readonly actor: Actor;
  /** Absent for service accounts, which have no session. */
  readonly session?: Session;
  /** The credential as shown; whoever has it derives the anti-forgery token from it. */
  readonly credential: string;
}

/** A request that passed the guard of an endpoint that is not open. */
export interface AuthenticatedRequest extends Request {
  authenticated?: Authenticated;
}

export interface AuthenticatorOptions {
  readonly store: AccessStore;
  readonly roles: RoleBook;
  readonly links: LinkTable;
  readonly clock: Clock;
  readonly site: Site;
  readonly idleSeconds: number;
}

/** Turns what a request shows into an actor, anew each time: what was taken away is gone with the next request. */
export class Authenticator {
  /** Credentials are not to be guessed, but each guess asks the database. */
  private readonly failures = new FailureLimiter();

  constructor(private readonly options: AuthenticatorOptions) {}

  /** Undefined when nothing was shown or it is worth nothing. Throws RATE_LIMITED to who showed too much that was not. */
  async authenticate(request: Request): Promise<Authenticated | undefined> {
    const shown = this.credentialOf(request);
    if (shown === undefined) return undefined;
    const caller = request.ip ?? '';
    if (this.failures.waitOf(caller) > 0) throw new ExchangeError('RATE_LIMITED');
    const found = await this.look(shown.credential, shown.from, request.headers[BACKGROUND_HEADER] === undefined);
    if (!found) this.failures.failed(caller);
    return found;
  }

  actorOf(account: Account): Actor {
    const { id, name, kind, roles, partners } = account;
    return {
      account: { id, name, kind },
      roles,
      rights: rightsOf(this.options.roles, roles),
      scope: Scope.of(partners, this.options.links),
    };
  }

  private credentialOf(request: Request): { readonly credential: string; readonly from: 'bearer' | 'cookie' } | undefined {
    const { authorization } = request.headers;
    if (authorization !== undefined) return { credential: /^Bearer ([^ ]{1,200})$/i.exec(authorization)?.[1] ?? '', from: 'bearer' };
    const cookie = cookieOf(request, this.options.site.cookieName);
    return cookie === undefined ? undefined : { credential: cookie, from: 'cookie' };
  }

  private async look(credential: string, from: 'bearer' | 'cookie', byPerson: boolean): Promise<Authenticated | undefined> {
    const { store, clock, idleSeconds } = this.options;
    const kind = kindOf(credential);
    if (kind === 'lbt' && from === 'bearer') {
      const account = await store.accountByToken(digestOf(credential), clock.now());
      return account && { actor: this.actorOf(account), credential };
    }
    if (kind !== 'lbs') return undefined;
    const found = await store.session(digestOf(credential), clock.now(), idleSeconds, byPerson);
    // A cookie's value is no bearer token, nor the reverse: what protects one from forgery does not protect the other.
    if (!found || (found.session.kind === 'browser') !== (from === 'cookie')) return undefined;
    return { actor: this.actorOf(found.account), session: found.session, credential };
  }
}
