import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

/** The tables of access as TypeORM sees them: for the drift check only. The store writes its own statements. */
const text: EntitySchemaColumnOptions = { type: 'text' };
const optionalText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const uuid: EntitySchemaColumnOptions = { type: 'uuid' };
const id: EntitySchemaColumnOptions = { type: 'uuid', primary: true };
const flag: EntitySchemaColumnOptions = { type: 'boolean', default: false };
const time: EntitySchemaColumnOptions = { type: 'timestamp with time zone' };
const optionalTime: EntitySchemaColumnOptions = { type: 'timestamp with time zone', nullable: true };

type Columns = Record<string, EntitySchemaColumnOptions>;
type Options = Partial<Pick<ConstructorParameters<typeof EntitySchema>[0], 'indices' | 'checks' | 'foreignKeys'>>;

const table = (name: string, columns: Columns, options: Options = {}) =>
  new EntitySchema<Record<string, unknown>>({ name, tableName: name, columns, ...options });
const ofAccount = (name: string) => [{ name, target: 'account', columnNames: ['account_id'], referencedColumnNames: ['id'] }];

export const ACCESS_ENTITIES = [
  table(
    'account',
    {
      id,
      kind: text,
      name: text,
      name_key: text,
      roles: { type: 'text', array: true },
      partners: { type: 'text', array: true, nullable: true },
      disabled: flag,
      password: optionalText,
      must_change_password: flag,
      secret_until: optionalTime,
      totp_secret: optionalText,
      totp_pending: optionalText,
      totp_counter: { type: 'bigint', default: 0 },
      oidc_issuer: optionalText,
      oidc_subject: optionalText,
      created_at: time,
      last_sign_in_at: optionalTime,
    },
    {
      indices: [
        { name: 'account_name', columns: ['name_key'], unique: true },
        { name: 'account_oidc', columns: ['oidc_issuer', 'oidc_subject'], unique: true, synchronize: false },
      ],
      checks: [
        { name: 'account_kind_check', expression: `kind IN ('person', 'service')` },
        { name: 'account_check', expression: '(oidc_issuer IS NULL) = (oidc_subject IS NULL)' },
      ],
    },
  ),
  table('recovery_code', { account_id: id, hash: { ...text, primary: true } }, { foreignKeys: ofAccount('recovery_code_account_id_fkey') }),
  table(
    'session',
    {
      hash: { ...text, primary: true },
      id: uuid,
      account_id: uuid,
      kind: text,
      stage: text,
      created_at: time,
      seen_at: time,
      until: time,
      ended_at: optionalTime,
      ended_because: optionalText,
      address: text,
    },
    {
      indices: [{ name: 'session_account', columns: ['account_id'] }],
      checks: [
        { name: 'session_kind_check', expression: `kind IN ('browser', 'token')` },
        { name: 'session_stage_check', expression: `stage IN ('setup', 'full')` },
      ],
      foreignKeys: ofAccount('session_account_id_fkey'),
    },
  ),
  table(
    'access_token',
    {
      id,
      account_id: uuid,
      label: text,
      hash: text,
      created_at: time,
      until: time,
      last_used_at: optionalTime,
      revoked_at: optionalTime,
    },
    {
      indices: [
        { name: 'access_token_hash', columns: ['hash'], unique: true },
        { name: 'access_token_account', columns: ['account_id'] },
      ],
      foreignKeys: ofAccount('access_token_account_id_fkey'),
    },
  ),
  table('sign_in_throttle', { subject: { ...text, primary: true }, tokens: { type: 'double precision' }, at: time }),
  table('oidc_flow', { state_hash: { ...text, primary: true }, browser_hash: text, nonce: text, verifier: text, until: time }),
];
