/**
 * Proof of translation (LB-PROTO-5 §1): the gateway signs, for every message it makes of another, which octets it read, by
 * which mapping, in which projection, by which mapping it wrote them again with which reference data, and which octets came
 * out. The statement holds digests and names only, so that it outlives the documents and tells nothing of their content.
 */
import { ExchangeError, issue, jsonPointer, parseStrictJson } from '#model';
import { z } from 'zod';
import { openJws, signJws, TYPES, type ResolvedKey } from './jws.ts';
import { Digest, Instant, MessageId, PartName, PartyKey, PROFILE, type Manifest } from './manifest.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

const text = (max: number) => z.string().min(1).max(max);

/** A mapping by name, version and the digest (hexadecimal) of its files. */
export const MappingName = z.strictObject({ id: text(100), version: text(40), digest: z.string().regex(/^[0-9a-f]{64}$/) });
export type MappingName = z.infer<typeof MappingName>;

export const TranslationStatement = z.strictObject({
  profile: z.literal(PROFILE),
  issuer: PartyKey,
  issued: Instant,
  /** What was read: digest of the signed manifest, and of the very octets of the document. */
  source: z.strictObject({ sender: PartyKey, messageId: MessageId, manifestDigest: Digest, part: PartName, digest: Digest }),
  readBy: MappingName,
  /** Canonical to canonical, where the receiver needs another message than came. */
  projection: text(100).optional(),
  /** Place among the messages that the source became on this route, from 0. */
  index: z.number().int().nonnegative(),
  writtenBy: MappingName,
  envelope: MappingName.optional(),
  referenceDataVersion: text(100),
  /** What was written. */
  result: z.strictObject({ recipient: PartyKey, messageId: MessageId, manifestDigest: Digest, part: PartName, digest: Digest }),
});
export type TranslationStatement = z.infer<typeof TranslationStatement>;

/** Either side of a translation: a message by its manifest, and which of its parts was read or written. */
export interface TranslationSide {
  readonly manifest: Pick<Manifest, 'messageId' | 'from' | 'to'> & {
    readonly parts: readonly { readonly name: string; readonly digest: string }[];
  };
  readonly manifestDigest: string;
}

export type TranslationFields = Omit<TranslationStatement, 'profile' | 'issuer' | 'issued' | 'source' | 'result'>;

/**
 * Signs how one message was made of another. One signature and no hashing beyond it: both manifests and both digests are
 * known already. What is put together here is ours, so its form is not checked again.
 */
export function sealTranslation(
  {
    source,
    result,
    readBy,
    projection,
    index,
    writtenBy,
    envelope,
    referenceDataVersion,
  }: TranslationFields & { readonly source: TranslationSide; readonly result: TranslationSide },
  signer: Signer,
  issuedAt: Date,
): Buffer {
  const from = firstPart(source);
  const to = firstPart(result);
  const statement: TranslationStatement = {
    profile: PROFILE,
    issuer: result.manifest.from.party,
    issued: issuedAt.toISOString(),
    source: {
      sender: source.manifest.from.party,
      messageId: source.manifest.messageId,
      manifestDigest: source.manifestDigest,
      part: from.name,
      digest: from.digest,
    },
    readBy: named(readBy),
    ...(projection === undefined ? {} : { projection }),
    index,
    writtenBy: named(writtenBy),
    ...(envelope === undefined ? {} : { envelope: named(envelope) }),
    referenceDataVersion,
    result: {
      recipient: result.manifest.to.party,
      messageId: result.manifest.messageId,
      manifestDigest: result.manifestDigest,
      part: to.name,
      digest: to.digest,
    },
  };
  return signJws(Buffer.from(JSON.stringify(statement)), TYPES.translation, signer, issuedAt);
}

/** Just the name: what a mapping knows of itself beyond that is not stated. */
const named = ({ id, version, digest }: MappingName): MappingName => ({ id, version, digest });

function firstPart({ manifest: { parts, messageId } }: TranslationSide): { readonly name: string; readonly digest: string } {
  const [part] = parts;
  if (!part) throw new ExchangeError('INTERNAL', { issues: [issue('INTERNAL', jsonPointer(['parts']), messageId)] });
  return part;
}

export interface OpenedTranslation {
  readonly ok: true;
  readonly statement: TranslationStatement;
  readonly kid: string;
  readonly issuedAt: Date;
}

/** Verifies who signed a statement and reads it strictly. `matchTranslation` then compares it with the messages. */
export function openTranslation(jws: Buffer, resolve: (kid: string) => ResolvedKey | Refusal): OpenedTranslation | Refusal {
  const opened = openJws(jws, { typ: TYPES.translation, resolve });
  if (!opened.ok) return opened;
  const statement = readTranslation(opened.payload);
  if (!statement) return refuse('PAYLOAD_MALFORMED');
  if (statement.issuer !== opened.party) return refuse('TRANSLATION_OTHER');
  return { ok: true, statement, kid: opened.kid, issuedAt: opened.issuedAt };
}

/** The payload of a statement, strictly; undefined where it is not one. */
export function readTranslation(payload: Buffer): TranslationStatement | undefined {
  const json = parseStrictJson(payload, { depth: 4 });
  return json.ok ? TranslationStatement.safeParse(json.value).data : undefined;
}

/** Compares an authentic statement with the message that was written and, where it is at hand, the one that was read. */
export function matchTranslation(
  statement: TranslationStatement,
  result: TranslationSide & { readonly manifest: Pick<Manifest, 'translatedFrom'> },
  source?: TranslationSide,
): { readonly ok: true } | Refusal {
  const { manifest, manifestDigest } = result;
  const told = manifest.translatedFrom;
  const same =
    sameSide(statement.result, manifest.to.party, result) &&
    statement.result.manifestDigest === manifestDigest &&
    statement.issuer === manifest.from.party &&
    told?.messageId === statement.source.messageId &&
    told.sender === statement.source.sender &&
    told.manifestDigest === statement.source.manifestDigest &&
    told.referenceDataVersion === statement.referenceDataVersion &&
    sameMapping(told.mapping, statement.writtenBy) &&
    (!source || (sameSide(statement.source, source.manifest.to.party, source) && statement.source.sender === source.manifest.from.party));
  return same ? { ok: true } : refuse('TRANSLATION_OTHER');
}

function sameSide(
  said: TranslationStatement['source'] | TranslationStatement['result'],
  recipient: string,
  side: TranslationSide,
): boolean {
  return (
    said.messageId === side.manifest.messageId &&
    said.manifestDigest === side.manifestDigest &&
    (!('recipient' in said) || said.recipient === recipient) &&
    side.manifest.parts.some(({ name, digest }) => name === said.part && digest === said.digest)
  );
}

const sameMapping = (a: MappingName, b: MappingName): boolean => a.id === b.id && a.version === b.version && a.digest === b.digest;
