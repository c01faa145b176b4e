/**
 * Statements of one party to another about keys (LB-PROTO-1 §3.1): which keys of the addressee the sender verifies with now,
 * a question that only the holder of a key can answer, and the answer. Signing one with a key that is published but not yet
 * active proves possession of it and, when it is answered, that the other end verifies it.
 */
import { randomBytes } from 'node:crypto';
import { parseStrictJson } from '#model';
import { z } from 'zod';
import { futureTime, openJws, signJws, TYPES } from './jws.ts';
import type { KeyDirectory } from './key-directory.ts';
import { Digest, Instant, PartyKey, PROFILE } from './manifest.ts';
import { newMessageId } from './message-id.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

const Nonce = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/);

const Software = z
  .string()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u);

export const KeyStatement = z.strictObject({
  profile: z.literal(PROFILE),
  id: z.uuidv7(),
  from: PartyKey,
  to: PartyKey,
  /** Version of the addressee's key document known to the sender; 0: none. */
  version: z.number().int().nonnegative(),
  /** Keys of the addressee that the sender verifies with now. */
  accepts: z.array(Digest).max(100),
  /** To be given back as `answer`, over a signature of the addressee. */
  ask: Nonce.optional(),
  answer: Nonce.optional(),
  /** In an answer: name and version of the software that gives it, as its owner calls it. A word, not a proof. */
  software: Software.optional(),
  issued: Instant,
});
export type KeyStatement = z.infer<typeof KeyStatement>;

export const newNonce = (): string => randomBytes(16).toString('base64url');

/** What `from` says to `to` now, going by its directory. Without an `id` it gets a new one. */
export function signKeyStatement(
  parties: {
    readonly id?: string;
    readonly from: string;
    readonly to: string;
    readonly ask?: string | undefined;
    readonly answer?: string | undefined;
    readonly software?: string | undefined;
  },
  directory: KeyDirectory,
  signer: Signer,
  now: Date,
): { readonly statement: KeyStatement; readonly jws: Buffer } {
  const { id = newMessageId(now), from, to, ask, answer, software } = parties;
  const good = directory.records(to).filter(({ kid }) => directory.resolve(kid, { at: now, purpose: 'verify' }).ok);
  const statement: KeyStatement = {
    profile: PROFILE,
    id,
    from,
    to,
    version: directory.document(to)?.version ?? 0,
    accepts: good.map(({ kid }) => kid),
    ...(ask === undefined ? {} : { ask }),
    ...(answer === undefined ? {} : { answer, ...(software === undefined ? {} : { software }) }),
    issued: now.toISOString(),
  };
  return { statement, jws: signJws(Buffer.from(JSON.stringify(statement)), TYPES.keyStatement, signer, now) };
}

/** Verifies a statement of `from` to `to` with the keys known of `from`. */
export function openKeyStatement(
  jws: Buffer,
  directory: KeyDirectory,
  expected: { readonly from: string; readonly to: string; readonly now: Date },
): { readonly ok: true; readonly statement: KeyStatement; readonly kid: string } | Refusal {
  const { from, to, now } = expected;
  const resolve = (kid: string) => directory.resolve(kid, { at: now, purpose: 'verify', party: from });
  const opened = openJws(jws, { typ: TYPES.keyStatement, resolve });
  if (!opened.ok) return opened;
  const json = parseStrictJson(opened.payload, { depth: 3 });
  const parsed = json.ok ? KeyStatement.safeParse(json.value) : undefined;
  if (!parsed?.success) return refuse('PAYLOAD_MALFORMED');
  if (parsed.data.from !== from || parsed.data.to !== to) return refuse('STATEMENT_OTHER_PARTIES');
  return futureTime(opened.issuedAt, now) ?? { ok: true, statement: parsed.data, kid: opened.kid };
}
