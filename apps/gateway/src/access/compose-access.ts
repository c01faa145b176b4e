import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { PostgresAccessStore } from '#adapters';
import { readRoles, type Environment } from '#config';
import type { AccessStore, AgreementBook, AuditLog, Clock } from '#exchange';
import { ExchangeError, type RoleBook } from '#model';
import { Accounts } from './accounts.ts';
import { Authenticator } from './authenticator.ts';
import { ensureAdministrator } from './first-administrator.ts';
import { ensureLocalToken } from './local-token.ts';
import { OidcSignIn, type OidcRegistration } from './oidc.ts';
import { Passwords, type Cost } from './passwords.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { Site } from './site.ts';

/** The parts of access, wired once. */
export interface AccessParts {
  readonly store: AccessStore;
  readonly roles: RoleBook;
  readonly clock: Clock;
  readonly site: Site;
  readonly authenticator: Authenticator;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly oidc: OidcSignIn;
}

export interface AccessOptions {
  readonly environment: Environment;
  readonly dataSource: DataSource;
  readonly book: Pick<AgreementBook, 'linkTo' | 'links'>;
  readonly clock: Clock;
  readonly audit: AuditLog;
  /** Seals second factors at rest. */
  readonly master: KeyObject;
  /** Told where the one-time secret of the first administrator is; at a terminal, the secret. */
  readonly tell: (text: string) => void;
  /** Whether a person reads what is told; a log must not have the secret. */
  readonly interactive: boolean;
  /** Of passwords; tests take less. */
  readonly cost?: Cost;
}

/** Wires access and makes what the first start needs: the token of this machine and the first administrator. */
export async function composeAccess(options: AccessOptions): Promise<AccessParts> {
  const { environment, dataSource, book, clock, audit, master, tell, interactive, cost } = options;
  const store = new PostgresAccessStore(dataSource);
  const roles = readRoles(environment.LANDBRIDGE_ROLES);
  const site = new Site(environment.PUBLIC_URL);
  const passwords = new Passwords(cost);
  const idleSeconds = environment.SESSION_IDLE_MINUTES * 60;
  const keepSeconds = environment.RETENTION_SESSIONS_DAYS * 86_400;
  const sessions = new Sessions({ store, clock, idleSeconds, lifeSeconds: environment.SESSION_HOURS * 3600, keepSeconds });
  const registration = registrationOf(environment);
  const partners = { has: (partner: string) => book.linkTo(partner) !== undefined };
  const now = clock.now();
  const inData = (name: string) => join(environment.LANDBRIDGE_DATA, name);
  await ensureLocalToken(store, inData('local.token'), now);
  await ensureAdministrator({ store, roles, passwords, audit, now, file: inData('first-administrator.txt'), tell, interactive });
  return {
    store,
    roles,
    clock,
    site,
    sessions,
    authenticator: new Authenticator({ store, roles, links: book, clock, site, idleSeconds }),
    accounts: new Accounts({ store, roles, passwords, audit, clock, issuer: registration?.issuer, partners }),
    signIn: new SignIn({ store, sessions, passwords, audit, clock, master }),
    oidc: new OidcSignIn({ registration, store, sessions, audit, clock }),
  };
}

function registrationOf({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, PUBLIC_URL }: Environment): OidcRegistration | undefined {
  if (OIDC_ISSUER === undefined) return undefined;
  if (OIDC_CLIENT_ID === undefined || PUBLIC_URL === undefined) return missing();
  return {
    issuer: OIDC_ISSUER,
    clientId: OIDC_CLIENT_ID,
    clientSecret: OIDC_CLIENT_SECRET,
    redirectUri: new URL('/console/sign-in', PUBLIC_URL).href,
  };
}

function missing(): never {
  throw new ExchangeError('CONFIGURATION_INVALID', {
    pointer: 'OIDC_ISSUER',
    detail: 'An issuer needs OIDC_CLIENT_ID and PUBLIC_URL as well.',
  });
}
