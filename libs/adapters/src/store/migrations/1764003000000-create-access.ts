import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, sessions and tokens. Secrets of ours are stored as digests (scrypt, SHA-256) or sealed under the master key. */
export class CreateAccess1764003000000 implements MigrationInterface {
  readonly name = 'CreateAccess1764003000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE oidc_flow, sign_in_throttle, access_token, session, recovery_code, account`);
  }
}

const UP = [
  `CREATE TABLE account (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    roles text[] NOT NULL,
    partners text[],
    disabled boolean NOT NULL DEFAULT false,
    password text,
    must_change_password boolean NOT NULL DEFAULT false,
    secret_until timestamptz,
    totp_secret text,
    totp_pending text,
    totp_counter bigint NOT NULL DEFAULT 0,
    oidc_issuer text,
    oidc_subject text,
    created_at timestamptz NOT NULL,
    last_sign_in_at timestamptz,
    CHECK (kind IN ('person', 'service')),
    CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL))
  )`,
  `CREATE UNIQUE INDEX account_name ON account (name_key)`,
  `CREATE UNIQUE INDEX account_oidc ON account (oidc_issuer, oidc_subject) WHERE oidc_subject IS NOT NULL`,

  `CREATE TABLE recovery_code (
    account_id uuid NOT NULL REFERENCES account (id),
    hash text NOT NULL,
    PRIMARY KEY (account_id, hash)
  )`,

  `CREATE TABLE session (
    hash text PRIMARY KEY,
    id uuid NOT NULL,
    account_id uuid NOT NULL REFERENCES account (id),
    kind text NOT NULL,
    stage text NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    ended_at timestamptz,
    ended_because text,
    address text NOT NULL,
    CHECK (kind IN ('browser', 'token')),
    CHECK (stage IN ('setup', 'full'))
  )`,
  `CREATE INDEX session_account ON session (account_id)`,

  `CREATE TABLE access_token (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account (id),
    label text NOT NULL,
    hash text NOT NULL,
    created_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
  )`,
  `CREATE UNIQUE INDEX access_token_hash ON access_token (hash)`,
  `CREATE INDEX access_token_account ON access_token (account_id)`,

  `CREATE TABLE sign_in_throttle (
    subject text PRIMARY KEY,
    tokens double precision NOT NULL,
    at timestamptz NOT NULL
  )`,

  `CREATE TABLE oidc_flow (
    state_hash text PRIMARY KEY,
    browser_hash text NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    until timestamptz NOT NULL
  )`,
];
