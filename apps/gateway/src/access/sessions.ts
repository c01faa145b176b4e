import { randomUUID } from 'node:crypto';
import type { AccessStore, Account, Clock, Session, Stage } from '#exchange';
import type { Authenticated } from './authenticator.ts';
import { digestOf, newCredential } from './credentials.ts';

/** A session just opened; the credential is known now and never again. */
export interface Opened {
  readonly credential: string;
  readonly session: Session;
  readonly account: Account;
}

export interface SessionsOptions {
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly idleSeconds: number;
  readonly lifeSeconds: number;
  /** What is over is kept so long for whoever asks who was signed in. */
  readonly keepSeconds: number;
}

/** Opens, renews and ends sessions. A session never changes what it may do: it is replaced by one under a new id. */
export class Sessions {
  constructor(private readonly options: SessionsOptions) {}

  get idleSeconds(): number {
    return this.options.idleSeconds;
  }

  async open(account: Account, kind: Session['kind'], address: string): Promise<Opened> {
    const { store, clock, lifeSeconds, keepSeconds } = this.options;
    const now = clock.now();
    await store.sweep(now, keepSeconds);
    await store.signedIn(account.id, now);
    return this.keep(account, { kind, address, until: new Date(now.getTime() + lifeSeconds * 1000) });
  }

  /** A new id for the same person after their rights changed. The old id is worth nothing; the life stays what it was. */
  async renew({ credential, session }: Authenticated & { readonly session: Session }): Promise<Opened> {
    const { store, clock } = this.options;
    const account = (await store.account(session.accountId))!;
    await store.endSession(digestOf(credential), 'renewed', clock.now());
    return this.keep(account, session);
  }

  async end(credential: string, because: string): Promise<void> {
    await this.options.store.endSession(digestOf(credential), because, this.options.clock.now());
  }

  private async keep(account: Account, { kind, address, until }: Pick<Session, 'kind' | 'address' | 'until'>): Promise<Opened> {
    const now = this.options.clock.now();
    const credential = newCredential('lbs');
    const session = { id: randomUUID(), accountId: account.id, kind, stage: stageOf(account), createdAt: now, seenAt: now, until, address };
    await this.options.store.openSession(digestOf(credential), session);
    return { credential, session, account };
  }
}

/** Who signs in elsewhere has the second factor there. */
const stageOf = ({ oidc, mustChangePassword, enrolled }: Account): Stage =>
  oidc !== undefined || (!mustChangePassword && enrolled) ? 'full' : 'setup';
