/** What the endpoints about accounts, sessions and tokens answer. */
import { z } from 'zod';

const Time = z.iso.datetime().describe('UTC, with milliseconds');
const text = z.string();
const count = z.number().int().min(0);
const Partners = z.union([z.literal('all'), z.array(text)]);
const Kind = z.enum(['person', 'service']);

const Account = z.object({
  id: text,
  kind: Kind,
  name: text,
  roles: z.array(text),
  partners: Partners,
  disabled: z.boolean(),
  mustChangePassword: z.boolean(),
  enrolled: z.boolean(),
  oidc: z.object({ issuer: text, subject: text }).optional(),
  createdAt: Time,
  lastSignInAt: Time.optional(),
});
export const AccountsAnswer = z.object({ accounts: z.array(Account) });
export const OneAccountAnswer = z.object({ account: Account });
export const MadeAccountAnswer = OneAccountAnswer.extend({ oneTimeSecret: text.optional().describe('Shown this once.') });

export const RolesAnswer = z.object({
  roles: z.record(text, z.object({ text, rights: z.array(text) })),
  exclusive: z.array(z.array(text)),
  rights: z.record(text, z.object({ writes: z.boolean(), text })),
});

const session = {
  id: text,
  accountId: text,
  kind: z.enum(['browser', 'token']),
  stage: z.enum(['setup', 'full']),
  createdAt: Time,
  seenAt: Time,
  until: Time,
  address: text,
};
export const AccountSessionsAnswer = z.object({ sessions: z.array(z.object(session)) });
export const OwnSessionsAnswer = z.object({ sessions: z.array(z.object({ ...session, current: z.boolean() })) });
export const EndedAnswer = z.object({ ended: count });

const token = { id: text, accountId: text, label: text, createdAt: Time, until: Time };
export const TokensAnswer = z.object({
  tokens: z.array(z.object({ ...token, lastUsedAt: Time.optional(), revokedAt: Time.optional() })),
});

export const IssuedTokenAnswer = z.object({ ...token, token: text.describe('Shown this once.') });

export const SessionAnswer = z.object({
  account: z.object({ id: text, name: text, kind: Kind }),
  roles: z.array(text),
  rights: z.array(text),
  partners: Partners,
  stage: z.enum(['setup', 'full']),
  setup: z.object({ password: z.boolean(), factor: z.boolean() }).optional().describe('Which first steps are missing.'),
  until: Time,
  idleMinutes: z.number(),
  csrfToken: text.optional(),
  token: text.optional().describe('kind token: the bearer token, shown this once.'),
});
export const FactorAnswer = z.object({ secret: text, uri: text });
export const ConfirmedFactorAnswer = SessionAnswer.extend({ recoveryCodes: z.array(text) });
export const BegunAnswer = z.object({ location: text });
