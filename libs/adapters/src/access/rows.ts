import type { AccessToken, Account, AccountSecrets, Session, Stage } from '#exchange';

export interface AccountRow {
  readonly id: string;
  readonly kind: Account['kind'];
  readonly name: string;
  readonly roles: string[];
  readonly partners: string[] | null;
  readonly disabled: boolean;
  readonly password: string | null;
  readonly must_change_password: boolean;
  readonly secret_until: Date | null;
  readonly totp_secret: string | null;
  readonly totp_pending: string | null;
  readonly oidc_issuer: string | null;
  readonly oidc_subject: string | null;
  readonly account_created_at: Date;
  readonly last_sign_in_at: Date | null;
}

export interface SessionRow {
  readonly session_id: string;
  readonly account_id: string;
  readonly session_kind: Session['kind'];
  readonly stage: Stage;
  readonly session_created_at: Date;
  readonly seen_at: Date;
  readonly until: Date;
  readonly address: string;
}

export interface TokenRow {
  readonly id: string;
  readonly account_id: string;
  readonly label: string;
  readonly created_at: Date;
  readonly until: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

/** Without any secret: what may be shown. */
export function accountOf(row: AccountRow): Account {
  const { oidc_issuer: issuer, oidc_subject: subject } = row;
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    roles: row.roles,
    partners: row.partners ?? 'all',
    disabled: row.disabled,
    mustChangePassword: row.must_change_password,
    enrolled: row.totp_secret !== null,
    ...(issuer !== null && subject !== null ? { oidc: { issuer, subject } } : {}),
    createdAt: row.account_created_at,
    ...(row.last_sign_in_at === null ? {} : { lastSignInAt: row.last_sign_in_at }),
  };
}

export const secretsOf = (row: AccountRow): AccountSecrets => ({
  ...accountOf(row),
  ...(row.password === null ? {} : { password: row.password }),
  ...(row.secret_until === null ? {} : { secretUntil: row.secret_until }),
  ...(row.totp_secret === null ? {} : { totpSecret: row.totp_secret }),
  ...(row.totp_pending === null ? {} : { totpPending: row.totp_pending }),
});

export const sessionOf = (row: SessionRow): Session => ({
  id: row.session_id,
  accountId: row.account_id,
  kind: row.session_kind,
  stage: row.stage,
  createdAt: row.session_created_at,
  seenAt: row.seen_at,
  until: row.until,
  address: row.address,
});

export const tokenOf = (row: TokenRow): AccessToken => ({
  id: row.id,
  accountId: row.account_id,
  label: row.label,
  createdAt: row.created_at,
  until: row.until,
  ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
});
