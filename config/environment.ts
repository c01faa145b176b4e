import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ALERT_LANGUAGES, ExchangeError, issue } from '#model';

const port = z.coerce.number().int().min(0).max(65535);

/** Programs of this machine and loopback addresses only: what is signed and judged leaves the machine by no setting. */
const PLACE = /^([a-z][a-z0-9-]{0,30})=(\/[^,]+|http:\/\/(?:127\.0\.0\.1|\[::1\])(?::\d{1,5})?\/[^,]*)$/;

function signaturePlaces(text: string, context: z.RefinementCtx): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const entry of text === '' ? [] : text.split(',')) {
    const [, name, place] = PLACE.exec(entry.trim()) ?? [];
    if (name === undefined || place === undefined || places.has(name))
      context.addIssue({ code: 'custom', message: 'must be name=/program or name=http://127.0.0.1:port/path, each name once' });
    else places.set(name, place);
  }
  return places;
}

/** `link=whsec_…` with commas between; a link may come twice. */
function webhookSecrets(text: string, context: z.RefinementCtx): ReadonlyMap<string, readonly string[]> {
  const secrets = new Map<string, string[]>();
  for (const entry of text === '' ? [] : text.split(',')) {
    const [, link, secret] = /^([a-z0-9][a-z0-9-]{0,30})=(whsec_[A-Za-z0-9+/]{32,88}={0,2})$/.exec(entry.trim()) ?? [];
    const known = secrets.get(link ?? '') ?? [];
    if (link === undefined || secret === undefined || known.length === 2)
      context.addIssue({ code: 'custom', message: 'must be link=whsec_ and 24 to 64 bytes in base64, each link at most twice' });
    else secrets.set(link, [...known, secret]);
  }
  return secrets;
}

/** Values with commas between. */
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
  );
/** How long something is kept; 0: for ever. */
const days = z.coerce.number().int().min(0).max(36_500).default(0);
/** An address that is nothing but one: no name beside it, nothing that could be a header. */
const mail = z.email();

/** Every variable the processes read; `config/default.env` explains each one. Nothing else reads the environment. */
export const Environment = z.object({
  /** PostgreSQL. Empty: the embedded server under `dataDir` is started. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** The owner of the tables, for migrations. Empty: DATABASE_URL (or the embedded server's user) migrates where it may. */
  DATABASE_OWNER_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Database role whose rights the gateway works with; `landbridge migrate` makes it and gives it its rights. */
  DATABASE_ROLE: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/)
    .default('landbridge_app'),
  /** RabbitMQ. Needed when a link uses the `amqp` transport. */
  AMQP_URL: z.url({ protocol: /^amqps?$/ }).optional(),
  /** Whom to trust about the broker's certificate (`amqps:`): certificates in PEM. Empty: the public authorities Node knows. */
  AMQP_CA: z.string().startsWith('-----BEGIN CERTIFICATE-----').optional(),
  /** Management API of RabbitMQ, for `landbridge topology` only. */
  AMQP_MANAGEMENT_URL: z.url({ protocol: /^https?$/ }).optional(),
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port.default(8080),
  /** Whether what happens here has effect in the world: shown to people, and test messages stay apart from productive ones. */
  LANDBRIDGE_ENVIRONMENT: z.enum(['production', 'test']).default('test'),
  /** Folder for the embedded database, keys and generated files. */
  LANDBRIDGE_DATA: z.string().default('.landbridge'),
  /** Agreements file: parties, links, routes. Default: config/agreements/corridor.yaml of the installation. */
  LANDBRIDGE_AGREEMENTS: z.string().optional(),
  /** Holds the boxes of links by folder, one folder a link. */
  LANDBRIDGE_FOLDERS: z.string().optional(),
  /** 32 bytes, base64: encrypts private keys at rest. */
  MASTER_KEY: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64')
    .optional(),
  /** More messages than this in one replay plan need a second person. */
  REPLAY_BULK_LIMIT: z.coerce.number().int().min(0).max(1_000).default(20),
  /** An incident resolves by itself after so many hours without a failure. */
  RETENTION_DOCUMENTS_DAYS: days,
  RETENTION_ALERTS_DAYS: days,
  RETENTION_DEAD_LETTERS_DAYS: days,
  RETENTION_REQUESTS_DAYS: days,
  RETENTION_SESSIONS_DAYS: z.coerce.number().int().min(1).max(36_500).default(30),
  INCIDENT_CLEAN_HOURS: z.coerce.number().int().min(1).max(8_760).default(24),
  /** Interval of the message log: how often a signed root is made over what was logged. */
  LOG_INTERVAL_SECONDS: z.coerce.number().int().min(1).max(86_400).default(60),
  /** Time-stamping authority (RFC 3161 over HTTP). Empty: roots are not time-stamped. */
  TSA_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Certificates in PEM that a time-stamp must lead to: the authority's root, and its issuing certificates where tokens leave them out. */
  TSA_CA: z.string().startsWith('-----BEGIN CERTIFICATE-----').optional(),
  /** How long the oldest root may wait for its time-stamp before the gateway warns, and before it takes no more messages. */
  TSA_WARN_MINUTES: z.coerce.number().int().min(1).default(30),
  TSA_STOP_MINUTES: z.coerce.number().int().min(1).default(240),
  /** Signature modules by name, `name=/path/of/program` or `name=http://127.0.0.1:port/path`, separated by commas. */
  SIGNATURE_SERVICES: z.string().default('').transform(signaturePlaces),
  /** Program that wraps and unwraps data keys (KMS, HSM); goes before MASTER_KEY. */
  MASTER_KEY_COMMAND: z.string().startsWith('/').optional(),
  /** Alert rules. Default: config/alerts/rules.yaml of the installation. */
  LANDBRIDGE_ALERTS: z.string().optional(),
  /** How often the rules are looked at, and how long after telling people nobody is told again. */
  ALERT_INTERVAL_SECONDS: z.coerce.number().int().min(1).max(3_600).default(30),
  ALERT_PAUSE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(120),
  /** Whom alerts are sent to as a webhook (Standard Webhooks), and the secrets it is signed with: `whsec_…`, two with a space between to change over. */
  ALERT_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  ALERT_WEBHOOK_SECRET: z
    .string()
    .regex(
      /^whsec_[A-Za-z0-9+/]{32,88}={0,2}( whsec_[A-Za-z0-9+/]{32,88}={0,2})?$/,
      'must be whsec_ and 24 to 64 bytes in base64, once or twice',
    )
    .transform((text) => text.split(' '))
    .optional(),
  /** Hosts, addresses and networks the gateway may call by itself. Empty: none. */
  ALERT_OUTBOUND_ALLOW: list,
  /** Hosts, addresses and networks of partners the gateway may push to (links of the transport `push`). Empty: none. */
  PUSH_OUTBOUND_ALLOW: list,
  /** Secrets of Standard Webhooks for links that push to plain receivers: `link=whsec_…`, a link twice to change over, with commas between. */
  PUSH_WEBHOOK_SECRETS: z.string().default('').transform(webhookSecrets),
  /** Our private key at SFTP servers, in PEM or as OpenSSH writes it, without a passphrase; and the hosts, addresses and networks that links of the transport `sftp` may lead to. */
  SFTP_PRIVATE_KEY: z.string().startsWith('-----BEGIN ').optional(),
  SFTP_OUTBOUND_ALLOW: list,
  /** Mail server (`smtp:` asks for STARTTLS), who sends, whom alerts are mailed to, and the languages they are written in. */
  ALERT_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  ALERT_MAIL_FROM: mail.optional(),
  ALERT_MAIL_TO: list.pipe(z.array(mail).max(50)),
  ALERT_LANGUAGES: z
    .string()
    .default('zh-CN,en')
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.enum(ALERT_LANGUAGES)).min(1)),
  /** Where partners' systems connect for a conformance run that was started here: port, or address and port. */
  CONFORMANCE_LISTEN: z
    .string()
    .regex(/^(?:\[?[^\]]+\]?:)?\d{1,5}$/, 'must be a port, or an address and a port')
    .default('127.0.0.1:8099'),
  /** Hours after which a certified endpoint is asked again whether it is still what was certified. */
  CONFORMANCE_DRIFT_HOURS: z.coerce.number().int().min(1).max(8_760).default(24),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /**
   * Address under which people and scripts reach the gateway. With https: (TLS ends at a proxy before us) the operators' API
   * answers everywhere with `__Host-` cookies; without it the API answers callers on the same machine only.
   */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine((text) => new URL(text).pathname === '/', 'has no path')
    .optional(),
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: z.string().optional(),
  /** Roles as lists of rights. Default: config/access/roles.yaml of the installation. */
  LANDBRIDGE_ROLES: z.string().optional(),
  SESSION_IDLE_MINUTES: z.coerce.number().int().min(1).max(60).default(15),
  SESSION_HOURS: z.coerce.number().int().min(1).max(24).default(12),
  /** OpenID Connect: issuer, and this gateway's registration there. */
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  /** Bearer token the command line shows to a gateway. */
  LANDBRIDGE_TOKEN: z.string().optional(),
  /** Only for crash tests: `point:nth` ends the process with SIGKILL at the nth passing of a named point. */
  CRASH_AT: z
    .string()
    .regex(/^[a-z-]+:\d+$/)
    .optional(),
});
export type Environment = Readonly<z.infer<typeof Environment>>;

const FROM_FILES = [
  'MASTER_KEY',
  'LANDBRIDGE_TOKEN',
  'OIDC_CLIENT_SECRET',
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'AMQP_URL',
  'AMQP_CA',
  'TSA_CA',
  'ALERT_WEBHOOK_SECRET',
  'PUSH_WEBHOOK_SECRETS',
  'ALERT_SMTP_URL',
  'SFTP_PRIVATE_KEY',
] as const;

/**
 * Reads and freezes the settings. A secret or certificate may be given as `NAME_FILE`, the path of a file that holds it. On failure
 * throws CONFIGURATION_INVALID with one issue a variable: names and rules, never values.
 */
export function loadEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const values: Record<string, string | undefined> = {};
  const issues = [];
  for (const [name, value] of Object.entries(source)) if (value !== '') values[name] = value;
  for (const name of FROM_FILES) {
    const file = values[`${name}_FILE`];
    if (file === undefined) continue;
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch {
      issues.push(issue('CONFIGURATION_INVALID', `${name}_FILE`, 'The file cannot be read.'));
    }
  }
  const parsed = Environment.safeParse(values);
  for (const problem of parsed.error?.issues ?? [])
    issues.push(issue('CONFIGURATION_INVALID', problem.path.join('.'), `${problem.message}.`));
  if (issues.length > 0 || !parsed.success) throw new ExchangeError('CONFIGURATION_INVALID', { issues });
  return Object.freeze(parsed.data);
}
