/**
 * Signed roots of the message log (`lb-root+jws`, LB-PROTO-4 §2): one for each interval in which something was logged, each
 * holding the digest of the one before, so that the newest one stands for the whole log and for the end of the audit chain.
 */
import { parseStrictJson } from '#model';
import { z } from 'zod';
import { openJws, signJws, TYPES } from './jws.ts';
import type { KeyDirectory } from './key-directory.ts';
import { Digest, Instant, PartyKey, PROFILE } from './manifest.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

const Count = z.number().int().nonnegative();

export const LogRoot = z
  .strictObject({
    profile: z.literal(PROFILE),
    /** Whose log. */
    gateway: PartyKey,
    /** From 1 without gaps. */
    sequence: Count.min(1),
    closed: Instant,
    /** SHA-256 of the octets of the root before; absent only in the first. */
    previous: Digest.optional(),
    /** Entries with ids after `after` up to `last` belong to this interval: `size` of them, `tree` is their Merkle root. */
    entries: z.strictObject({ after: Count, last: Count, size: Count, tree: Digest }),
    /** Entries in all intervals so far. */
    total: Count,
    /** End of the audit chain: number of entries and digest of the last, absent while there is none. */
    audit: z.strictObject({ count: Count, digest: Digest.optional() }),
  })
  .refine(({ sequence, previous }) => (sequence === 1) === (previous === undefined), 'previous is absent only in the first root')
  .refine(({ entries }) => entries.last >= entries.after && entries.size > 0 === entries.last > entries.after, 'size fits the ids')
  .refine(({ audit }) => (audit.count === 0) === (audit.digest === undefined), 'a chain with entries has an end');
export type LogRoot = z.infer<typeof LogRoot>;

/** Signs a root; its octets are stored as they are, and their SHA-256 is what the next root and a time-stamp refer to. */
export function sealLogRoot(root: Omit<LogRoot, 'profile'>, signer: Signer): Buffer {
  const payload = LogRoot.parse({ profile: PROFILE, ...root });
  return signJws(Buffer.from(JSON.stringify(payload)), TYPES.root, signer, new Date(root.closed));
}

export interface OpenedLogRoot {
  readonly ok: true;
  readonly root: LogRoot;
  readonly kid: string;
}

/** Verifies a root as evidence: with the key of the gateway as it stood when the root says it was closed (or at `at`, where that is proven). */
export function openLogRoot(jws: Buffer, directory: KeyDirectory, at?: Date): OpenedLogRoot | Refusal {
  const signedAt = at ?? claimedTime(jws);
  const opened = openJws(jws, { typ: TYPES.root, resolve: (kid) => directory.resolve(kid, { at: signedAt, purpose: 'evidence' }) });
  if (!opened.ok) return opened;
  const json = parseStrictJson(opened.payload, { depth: 4 });
  const parsed = json.ok ? LogRoot.safeParse(json.value) : undefined;
  if (!parsed?.success) return refuse('PAYLOAD_MALFORMED');
  if (parsed.data.gateway !== opened.party) return refuse('KEY_NOT_OF_PARTY');
  return { ok: true, root: parsed.data, kid: opened.kid };
}

/** What a stored root says, unverified: for chaining on it and for pointing at it. */
export function readLogRoot(jws: Buffer): LogRoot | undefined {
  const json = parseStrictJson(Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url'), { depth: 4 });
  const parsed = json.ok ? LogRoot.safeParse(json.value) : undefined;
  return parsed?.success ? parsed.data : undefined;
}

/** The time a JWS claims; only for choosing the key it is then verified with. */
export function claimedTime(jws: Buffer): Date {
  const header = parseStrictJson(Buffer.from(jws.toString('latin1').split('.')[0] ?? '', 'base64url'), { depth: 4 });
  const iat = header.ok && typeof header.value === 'object' && header.value !== null ? (header.value as { iat?: unknown }).iat : undefined;
  return new Date(typeof iat === 'number' ? iat * 1000 : 0);
}
