/**
 * Sealing and verifying whole messages: the two calls the pipeline makes.
 */
import { sha256 } from './encoding.ts';
import { decodeFrame, encodeFrame, MAX_FRAME } from './frame.ts';
import { futureTime, leniencyUsed, openJws, signJws, TYPES, type Leniency, type LeniencyKind } from './jws.ts';
import type { KeyDirectory } from './key-directory.ts';
import { buildManifest, parseManifest, verifyParts, type Manifest, type ManifestFields, type Part, type VerifiedPart } from './manifest.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

export interface SealedMessage {
  readonly manifest: Manifest;
  readonly manifestBytes: Buffer;
  /** SHA-256 of the manifest's bytes: identity of the content, the same after `re-sign`. */
  readonly manifestDigest: string;
  readonly jws: Buffer;
  /** SHA-256 of the JWS octets: what receipts attest. */
  readonly jwsDigest: string;
  readonly frame: Buffer;
}

/** Builds, signs and frames a message. The result is stored and sent as the same bytes in every attempt. */
export function sealMessage(fields: ManifestFields, parts: readonly Part[], signer: Signer, issuedAt: Date): SealedMessage {
  const { manifest, bytes } = buildManifest(fields, parts);
  return seal(manifest, bytes, parts, signer, issuedAt);
}

/** Puts a new signature on the same manifest bytes after a change of keys; message id and manifest digest stay. */
export function resignMessage(
  sealed: Pick<SealedMessage, 'manifest' | 'manifestBytes'>,
  parts: readonly Part[],
  signer: Signer,
  issuedAt: Date,
): SealedMessage {
  return seal(sealed.manifest, sealed.manifestBytes, parts, signer, issuedAt);
}

function seal(manifest: Manifest, manifestBytes: Buffer, parts: readonly Part[], signer: Signer, issuedAt: Date): SealedMessage {
  const jws = signJws(manifestBytes, TYPES.message, signer, issuedAt);
  return {
    manifest,
    manifestBytes,
    manifestDigest: sha256(manifestBytes),
    jws,
    jwsDigest: sha256(jws),
    frame: encodeFrame({ jws, parts }),
  };
}

/** What must be true of a message on this link, here and now. */
export interface MessageExpectations {
  /** Our own party key: the message must be addressed to it. */
  readonly addressee: string;
  /** The partner at the other end of the link: sender and owner of the signing key. */
  readonly sender: string;
  /** Whether the link carries test messages. */
  readonly test: boolean;
  readonly now: Date;
  readonly leniency?: Leniency | undefined;
  readonly maxBytes?: number;
  /** The link agreed on a second signature. Without it a frame that carries one is refused as a frame nobody here reads. */
  readonly second?: boolean;
}

export interface VerifiedMessage {
  readonly manifest: Manifest;
  readonly manifestBytes: Buffer;
  readonly manifestDigest: string;
  readonly jws: Buffer;
  readonly jwsDigest: string;
  readonly kid: string;
  readonly parts: readonly VerifiedPart[];
  /** Exceptions of the link it needed. */
  readonly leniency?: readonly LeniencyKind[];
  /** The second signature as received, not judged yet (`openSecond`). */
  readonly second?: Buffer;
}

export type MessageVerdict =
  | ({ readonly ok: true } & VerifiedMessage)
  /** `authentic` is present when sender, bytes and addressee are proven and only time or environment are wrong: such a message is answered with a signed refusal. */
  | (Refusal & { readonly authentic?: VerifiedMessage });

/** Verifies a framed message from the outermost octet to the last part. Never throws for bad input. */
export function verifyMessage(frame: Buffer, directory: KeyDirectory, expected: MessageExpectations): MessageVerdict {
  const decoded = decodeFrame(frame, expected.maxBytes ?? MAX_FRAME);
  if (!decoded.ok) return decoded;
  if (decoded.second && !expected.second) return refuse('SECOND_NOT_AGREED', 'FRAME_MALFORMED');
  const resolve = (kid: string) => directory.resolve(kid, { at: expected.now, purpose: 'verify', party: expected.sender });
  const opened = openJws(decoded.jws, { typ: TYPES.message, resolve, leniency: expected.leniency });
  if (!opened.ok) return opened;
  const parsed = parseManifest(opened.payload);
  if (!parsed.ok) return parsed;
  const { manifest } = parsed;
  if (manifest.from.party !== opened.party) return refuse('SENDER');
  if (manifest.to.party !== expected.addressee) return refuse('ADDRESSEE');
  const compared = verifyParts(manifest, decoded.parts);
  if (!compared.ok) return compared;
  const message: VerifiedMessage = {
    manifest,
    manifestBytes: opened.payload,
    manifestDigest: sha256(opened.payload),
    jws: decoded.jws,
    jwsDigest: sha256(decoded.jws),
    kid: opened.kid,
    parts: compared.parts,
    ...leniencyUsed(opened, expected.now),
    ...(decoded.second && { second: decoded.second }),
  };
  const untimely = timeAndEnvironment(manifest, opened.issuedAt, expected);
  return untimely ? { ...untimely, authentic: message } : { ok: true, ...message };
}

function timeAndEnvironment(manifest: Manifest, issuedAt: Date, { test, now, leniency }: MessageExpectations): Refusal | undefined {
  const { toleranceSeconds } = leniency ?? {};
  if (manifest.test !== test) return refuse('TEST_PRODUCTION', 'TEST_PRODUCTION_MIXED');
  if (now.getTime() > Date.parse(manifest.notAfter)) return refuse('EXPIRED', 'MESSAGE_EXPIRED');
  return futureTime(issuedAt, now, toleranceSeconds) ?? futureTime(new Date(manifest.created), now, toleranceSeconds);
}
