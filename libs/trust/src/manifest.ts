/**
 * The signed manifest of a message (LB-PROTO-1 §4): a small JSON text, built once, stored and sent as the same bytes for
 * ever. Payload parts travel beside it and are covered by digest. What differs between attempts is not in it.
 */
import { ExchangeError, issue, jsonPointer, parseStrictJson } from '#model';
import { z } from 'zod';
import { sha256 } from './encoding.ts';
import { isManifest } from './manifest-form.ts';
import { isMessageId } from './message-id.ts';
import { MAX_LIFETIME_DAYS, MAX_PARTS, PROFILE } from './profile.ts';
import { refuse, type Refusal } from './refusal.ts';

export { MAX_LIFETIME_DAYS, MAX_PARTS, PROFILE };

/** UTC with milliseconds, the one spelling that `toISOString` gives. */
export const Instant = z.string().refine((text) => /^\d{4}-/.test(text) && isoOrNothing(text) === text, 'a UTC time with milliseconds');
function isoOrNothing(text: string): string | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

export const MessageId = z.string().refine(isMessageId, 'a UUID of version 7 in small letters');
export const PartyKey = z.string().regex(/^[A-Z][A-Z0-9]{1,15}$/);
export const Digest = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 'a SHA-256 as canonical base64url');
const text = (max: number) => z.string().min(1).max(max);
export const PartName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a part name');
const Endpoint = z.strictObject({ party: PartyKey, endpoint: text(64).optional() });

/** SHA-256 today; SM3 where agreed would be one more literal and one row in the digest table. */
export const DigestAlgorithm = z.literal('sha-256');

export const ManifestPart = z.strictObject({
  name: PartName,
  mediaType: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/)
    .max(127),
  charset: text(40).optional(),
  byteLength: z.number().int().nonnegative(),
  digestAlgorithm: DigestAlgorithm,
  digest: Digest,
});
export type ManifestPart = z.infer<typeof ManifestPart>;

/** Proof of translation: which message, by which mapping, with which reference data. */
export const TranslatedFrom = z.strictObject({
  sender: PartyKey,
  messageId: MessageId,
  /** SHA-256 of the source manifest's bytes. */
  manifestDigest: Digest,
  mapping: z.strictObject({ id: text(100), version: text(40), digest: z.string().regex(/^[0-9a-f]{64}$/) }),
  referenceDataVersion: text(100),
});
export type TranslatedFrom = z.infer<typeof TranslatedFrom>;

export const Manifest = z
  .strictObject({
    profile: z.literal(PROFILE),
    messageId: MessageId,
    conversationId: text(64),
    /** Message this one answers or replaces. */
    refTo: MessageId.optional(),
    from: Endpoint,
    to: Endpoint,
    /** The format's message type, for example `cn-manifest/MT1101`. */
    messageType: z.strictObject({ type: text(100), version: text(40) }),
    created: Instant,
    notAfter: Instant,
    priority: z.enum(['A', 'B', 'C']),
    test: z.boolean(),
    /** Position on the link in this direction and SHA-256 of the manifest before; absent only for the first. */
    link: z.strictObject({ sequence: z.number().int().positive(), previous: Digest.optional() }),
    businessKeys: z.array(z.strictObject({ type: text(40), value: text(200) })).max(1000),
    parts: z.array(ManifestPart).min(1).max(MAX_PARTS),
    translatedFrom: TranslatedFrom.optional(),
    /** A later state of the matter was passed on before: a receiver keeps the message and does not go back to it. */
    superseded: z.literal(true).optional(),
  })
  .superRefine((manifest, context) => {
    const { created, notAfter, link, parts } = manifest;
    const lifetime = Date.parse(notAfter) - Date.parse(created);
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: path.split('.'), message });
    if (lifetime < 0 || lifetime > MAX_LIFETIME_DAYS * 86_400_000)
      fault('notAfter', `not later than ${MAX_LIFETIME_DAYS} days after created`);
    if ((link.sequence === 1) !== (link.previous === undefined))
      fault('link.previous', 'absent for the first message of a link, present for all others');
    if (new Set(parts.map((part) => part.name)).size !== parts.length) fault('parts', 'part names are unique');
  });
export type Manifest = z.infer<typeof Manifest>;

/** One payload part: its exact bytes and what the manifest says about them. */
export interface Part {
  readonly name: string;
  readonly mediaType: string;
  readonly charset?: string | undefined;
  readonly bytes: Buffer;
}

/** What the caller knows of a new message; profile and digests are added here. */
export type ManifestFields = Omit<Manifest, 'profile' | 'parts'>;

/** Builds the manifest's bytes, once. Throws CONFIGURATION_INVALID with every wrong field: what we send is as strict as what we take. */
export function buildManifest(fields: ManifestFields, parts: readonly Part[]): { readonly manifest: Manifest; readonly bytes: Buffer } {
  const candidate = asDefined(fields, parts.map(describePart));
  const manifest = isManifest(candidate) ? candidate : asSchemaReads(candidate);
  return { manifest, bytes: Buffer.from(JSON.stringify(manifest)) };
}

/** What is not JSON yet, a member that is there but undefined, is left to the schema; it also names every fault. */
function asSchemaReads(candidate: unknown): Manifest {
  const parsed = Manifest.safeParse(candidate);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((found) => issue('CONFIGURATION_INVALID', jsonPointer(found.path.map(String)), found.code));
  throw new ExchangeError('CONFIGURATION_INVALID', { detail: 'The manifest cannot be built.', issues });
}

/** Members in the order of the definition and none that is absent: the bytes do not depend on how a caller wrote the fields. */
function asDefined(fields: ManifestFields, parts: readonly ManifestPart[]): unknown {
  const { messageId, conversationId, refTo, from, to, messageType, created, notAfter, priority, test, link, businessKeys } = fields;
  const { translatedFrom, superseded } = fields;
  return {
    profile: PROFILE,
    messageId,
    conversationId,
    ...(refTo === undefined ? {} : { refTo }),
    from,
    to,
    messageType,
    created,
    notAfter,
    priority,
    test,
    link,
    businessKeys,
    parts,
    ...(translatedFrom === undefined ? {} : { translatedFrom }),
    ...(superseded === undefined ? {} : { superseded }),
    ...unknownMembers(fields),
  };
}

const MEMBERS: ReadonlySet<string> = new Set(Object.keys(Manifest.shape));

/** A member of another name than the definition has: it must be seen, so that it is refused. */
function unknownMembers(fields: ManifestFields): object | undefined {
  let unknown: Record<string, unknown> | undefined;
  for (const name of Object.keys(fields)) if (!MEMBERS.has(name)) (unknown ??= {})[name] = fields[name as keyof ManifestFields];
  return unknown;
}

function describePart({ name, mediaType, charset, bytes }: Part): ManifestPart {
  return {
    name,
    mediaType,
    ...(charset === undefined ? {} : { charset }),
    byteLength: bytes.length,
    digestAlgorithm: 'sha-256',
    digest: sha256(bytes),
  };
}

/** Reads verified bytes, strictly and once. */
export function parseManifest(bytes: Buffer): { readonly ok: true; readonly manifest: Manifest } | Refusal {
  const json = parseStrictJson(bytes, { depth: 8 });
  return json.ok && isManifest(json.value) ? { ok: true, manifest: json.value } : refuse('PAYLOAD_MALFORMED');
}

/** A part whose digest was compared; `bytes` are the very octets that were digested. */
export type VerifiedPart = ManifestPart & { readonly bytes: Buffer };

/** Compares what came with what the manifest lists as an exact multiset: nothing missing, extra, swapped or repeated. */
export function verifyParts(
  manifest: Manifest,
  received: readonly { readonly name: string; readonly bytes: Buffer }[],
): { readonly ok: true; readonly parts: readonly VerifiedPart[] } | Refusal {
  const byName = new Map(received.map((part) => [part.name, part.bytes]));
  if (byName.size !== received.length) return refuse('PART_REPEATED');
  const parts: VerifiedPart[] = [];
  for (const listed of manifest.parts) {
    const bytes = byName.get(listed.name);
    if (!bytes) return refuse('PART_MISSING');
    if (bytes.length !== listed.byteLength || sha256(bytes) !== listed.digest) return refuse('PART_ALTERED');
    parts.push({ ...listed, bytes });
  }
  return parts.length === received.length ? { ok: true, parts } : refuse('PART_EXTRA');
}
