/**
 * Short-lived signed token with which a partner shows at the HTTP mailbox who it is (LB-PROTO-1 §8): bound to one request
 * and one gateway, at most 60 seconds, used once (the adapter remembers `jti` until `expires`).
 */
import { randomBytes } from 'node:crypto';
import { parseStrictJson } from '#model';
import { z } from 'zod';
import { futureTime, openJws, signJws, TYPES } from './jws.ts';
import type { KeyDirectory } from './key-directory.ts';
import { PartyKey, PROFILE } from './manifest.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

export const MAX_TOKEN_SECONDS = 60;
/** Clocks may differ by this much; small, since the token lives only a minute. */
const TOLERANCE_SECONDS = 30;

const MailboxToken = z.strictObject({
  profile: z.literal(PROFILE),
  sub: PartyKey,
  aud: PartyKey,
  exp: z.number().int().positive(),
  jti: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
  method: z.enum(['GET', 'POST', 'DELETE']),
  /** Path with its query, exactly as in the request line. */
  path: z.string().startsWith('/').max(2000),
});

export interface MailboxRequest {
  readonly gateway: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
}

/** A token for one request. */
export function signMailboxToken(request: MailboxRequest, party: string, signer: Signer, now: Date, seconds = MAX_TOKEN_SECONDS): string {
  const payload = {
    profile: PROFILE,
    sub: party,
    aud: request.gateway,
    exp: Math.floor(now.getTime() / 1000) + seconds,
    jti: randomBytes(16).toString('base64url'),
    method: request.method,
    path: request.path,
  };
  return signJws(Buffer.from(JSON.stringify(payload)), TYPES.mailbox, signer, now).toString('latin1');
}

/** Verifies a token for the request at hand; the caller refuses a `jti` it has seen before. */
export function verifyMailboxToken(
  token: string,
  directory: KeyDirectory,
  request: MailboxRequest & { readonly now: Date },
): { readonly ok: true; readonly party: string; readonly kid: string; readonly jti: string; readonly expires: Date } | Refusal {
  const { now } = request;
  const opened = openJws(Buffer.from(token, 'utf8'), {
    typ: TYPES.mailbox,
    resolve: (kid) => directory.resolve(kid, { at: now, purpose: 'verify' }),
  });
  if (!opened.ok) return opened;
  const json = parseStrictJson(opened.payload, { depth: 2 });
  const parsed = json.ok ? MailboxToken.safeParse(json.value) : undefined;
  if (!parsed?.success) return refuse('PAYLOAD_MALFORMED');
  const { sub, aud, exp, jti, method, path } = parsed.data;
  if (sub !== opened.party) return refuse('KEY_NOT_OF_PARTY');
  if (aud !== request.gateway || method !== request.method || path !== request.path) return refuse('TOKEN_OTHER_REQUEST');
  const lifetime = exp - opened.issuedAt.getTime() / 1000;
  const expires = new Date((exp + TOLERANCE_SECONDS) * 1000);
  if (lifetime > MAX_TOKEN_SECONDS || now >= expires || futureTime(opened.issuedAt, now, TOLERANCE_SECONDS)) return refuse('TOKEN_EXPIRED');
  return { ok: true, party: sub, kid: opened.kid, jti, expires };
}
