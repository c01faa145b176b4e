import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ExchangeError, issue } from '#model';

const port = z.coerce.number().int().min(0).max(65535);

/** Every variable the processes read; `config/default.env` explains each one. Nothing else reads the environment. */
export const Environment = z.object({
  /** PostgreSQL. Empty: the embedded server under `dataDir` is started. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** RabbitMQ. Needed when a link uses the `amqp` transport. */
  AMQP_URL: z.url({ protocol: /^amqps?$/ }).optional(),
  /** Management API of RabbitMQ, for `landbridge topology` only. */
  AMQP_MANAGEMENT_URL: z.url({ protocol: /^https?$/ }).optional(),
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port.default(8080),
  /** Folder for the embedded database, keys and generated files. */
  LANDBRIDGE_DATA: z.string().default('.landbridge'),
  /** Agreements file: parties, links, routes. Default: config/agreements/corridor.yaml of the installation. */
  LANDBRIDGE_AGREEMENTS: z.string().optional(),
  /** 32 bytes, base64: encrypts private keys at rest. */
  MASTER_KEY: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64')
    .optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Bearer token for the operators' API until accounts exist; empty: the operators' API answers on loopback only. */
  OPERATOR_TOKEN: z.string().min(24).optional(),
  /** Only for crash tests: `point:nth` ends the process with SIGKILL at the nth passing of a named point. */
  CRASH_AT: z
    .string()
    .regex(/^[a-z-]+:\d+$/)
    .optional(),
});
export type Environment = Readonly<z.infer<typeof Environment>>;

const SECRETS = ['MASTER_KEY', 'OPERATOR_TOKEN', 'DATABASE_URL', 'AMQP_URL'] as const;

/**
 * Reads and freezes the settings. A secret may be given as `NAME_FILE`, the path of a file that holds it. On failure
 * throws CONFIGURATION_INVALID with one issue a variable: names and rules, never values.
 */
export function loadEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const values: Record<string, string | undefined> = {};
  const issues = [];
  for (const [name, value] of Object.entries(source)) if (value !== '') values[name] = value;
  for (const name of SECRETS) {
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
