/**
 * Receipts (LB-PROTO-1 §5), signed by the receiver of a message over the exact octets it received:
 * R1 stored (only after the commit), R2 technically valid or refused with all errors, R3 the business answer.
 * R1 and R2 may stand in one receipt, since one commit settles both; R3 stands alone.
 */
import { ExchangeError, issue, jsonPointer, parseStrictJson, type Issue } from '#model';
import { z } from 'zod';
import { sha256 } from './encoding.ts';
import { futureTime, leniencyUsed, openJws, signJws, TYPES, type Leniency, type LeniencyKind } from './jws.ts';
import type { KeyDirectory } from './key-directory.ts';
import {
  Digest,
  DigestAlgorithm,
  Instant,
  MAX_PARTS,
  MessageId,
  PartName,
  PartyKey,
  PROFILE,
  type Manifest,
  type ManifestPart,
} from './manifest.ts';
import { newMessageId } from './message-id.ts';
import { isReceipt, MAX_ISSUES, mayCarry } from './receipt-form.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

export { MAX_ISSUES } from './receipt-form.ts';

export const LEVELS = ['R1', 'R2', 'R3'] as const;
export type ReceiptLevel = (typeof LEVELS)[number];

export type ReceiptStatus = 'stored' | 'valid' | 'refused' | 'accepted' | 'released' | 'held' | 'inspection' | 'cancelled';

export const PartDigest = z.strictObject({ name: PartName, algorithm: DigestAlgorithm, digest: Digest });
export type PartDigest = z.infer<typeof PartDigest>;

export const ReceiptIssue = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/),
  severity: z.enum(['error', 'warning']),
  /** XPath, JSON pointer or segment address. */
  pointer: z.string().max(500),
  message: z.string().max(500),
  /** Business reference the finding belongs to, for example a bill or note number. */
  reference: z.string().max(200).optional(),
});
export type ReceiptIssue = z.infer<typeof ReceiptIssue>;

export const Receipt = z
  .strictObject({
    profile: z.literal(PROFILE),
    receiptId: MessageId,
    levels: z.array(z.enum(LEVELS)).min(1).max(2),
    about: z.strictObject({ messageId: MessageId, from: PartyKey, to: PartyKey, jwsDigest: Digest, manifestDigest: Digest }),
    parts: z.array(PartDigest).min(1).max(MAX_PARTS),
    status: z.enum(['stored', 'valid', 'refused', 'accepted', 'released', 'held', 'inspection', 'cancelled']),
    issueCount: z.number().int().nonnegative(),
    issues: z.array(ReceiptIssue).max(MAX_ISSUES),
    /** R3: the business message that carries the answer in full. */
    answer: MessageId.optional(),
    issuer: PartyKey,
    issued: Instant,
  })
  .superRefine(({ levels, status, issues, issueCount, answer }, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (!mayCarry(levels, status)) fault('status', 'levels and status do not belong together');
    if (issueCount < issues.length || (issueCount > issues.length && issues.length < MAX_ISSUES))
      fault('issueCount', 'all issues found are listed');
    const errors = issues.some(({ severity }) => severity === 'error');
    if (levels.includes('R2') && errors !== (status === 'refused')) fault('issues', 'refused with errors, valid without');
    if (answer !== undefined && !levels.includes('R3')) fault('answer', 'only an R3 names an answer');
  });
export type Receipt = z.infer<typeof Receipt>;

export interface ReceiptFields {
  readonly levels: readonly ReceiptLevel[];
  readonly status: ReceiptStatus;
  readonly issues?: readonly (Issue & { readonly reference?: string })[];
  readonly answer?: string;
  readonly issuedAt: Date;
  /** Given where the id must be repeatable; otherwise new. */
  readonly receiptId?: string;
}

export interface SealedReceipt {
  readonly receipt: Receipt;
  /** Body on every transport, media type `MEDIA_TYPES.receipt`. */
  readonly jws: Buffer;
  readonly jwsDigest: string;
}

/** The message a receipt speaks of: a verified one, or what was remembered of it. */
export interface ReceiptAbout {
  readonly manifest: Pick<Manifest, 'messageId' | 'from' | 'to'> & {
    readonly parts: readonly Pick<ManifestPart, 'name' | 'digestAlgorithm' | 'digest'>[];
  };
  readonly manifestDigest: string;
  readonly jwsDigest: string;
}

/** Builds and signs a receipt about a message received. An R1 may only be released to anyone after the commit. */
export function sealReceipt(about: ReceiptAbout, fields: ReceiptFields, signer: Signer): SealedReceipt {
  const { manifest } = about;
  const found = fields.issues ?? [];
  const receipt = {
    profile: PROFILE,
    receiptId: fields.receiptId ?? newMessageId(fields.issuedAt),
    levels: [...fields.levels],
    about: {
      messageId: manifest.messageId,
      from: manifest.from.party,
      to: manifest.to.party,
      jwsDigest: about.jwsDigest,
      manifestDigest: about.manifestDigest,
    },
    parts: partDigests(manifest),
    status: fields.status,
    issueCount: found.length,
    issues: [...found].sort(errorsFirst).slice(0, MAX_ISSUES).map(receiptIssue),
    ...(fields.answer === undefined ? {} : { answer: fields.answer }),
    issuer: manifest.to.party,
    issued: fields.issuedAt.toISOString(),
  };
  if (!isReceipt(receipt)) throw unbuildable(receipt);
  const jws = signJws(Buffer.from(JSON.stringify(receipt)), TYPES.receipt, signer, fields.issuedAt);
  return { receipt, jws, jwsDigest: sha256(jws) };
}

function unbuildable(candidate: unknown): ExchangeError {
  const faults = Receipt.safeParse(candidate).error?.issues ?? [];
  const issues = faults.map(({ path, code }) => issue('INTERNAL', jsonPointer(path.map(String)), code));
  return new ExchangeError('INTERNAL', { detail: 'The receipt cannot be built.', issues });
}

/** What a receipt must attest of a message sent: name, algorithm and digest of each part. */
export function partDigests(manifest: ReceiptAbout['manifest']): PartDigest[] {
  return manifest.parts.map(({ name, digestAlgorithm, digest }) => ({ name, algorithm: digestAlgorithm, digest }));
}

/** Errors keep their place before warnings where the list has to be cut. */
function errorsFirst(a: Issue, b: Issue): number {
  return Number(a.severity === 'warning') - Number(b.severity === 'warning');
}

function receiptIssue({ code, severity, pointer, message, reference }: Issue & { readonly reference?: string }): ReceiptIssue {
  const short = { code, severity, pointer: pointer.slice(0, 500), message: message.slice(0, 500) };
  return reference === undefined ? short : { ...short, reference: reference.slice(0, 200) };
}

export interface OpenedReceipt {
  readonly ok: true;
  readonly receipt: Receipt;
  readonly kid: string;
  readonly jwsDigest: string;
  /** Exceptions of the link it needed. */
  readonly leniency?: readonly LeniencyKind[];
}

/** Reads the payload of a receipt, strictly and once. */
export function parseReceipt(bytes: Buffer): { readonly ok: true; readonly receipt: Receipt } | Refusal {
  const json = parseStrictJson(bytes, { depth: 8 });
  return json.ok && isReceipt(json.value) ? { ok: true, receipt: json.value } : refuse('PAYLOAD_MALFORMED');
}

/** Verifies who issued a receipt, so that the message it speaks of can be looked up. `matchReceipt` then compares. */
export function openReceipt(
  jws: Buffer,
  directory: KeyDirectory,
  context: {
    readonly now: Date;
    readonly issuer: string;
    readonly leniency?: Leniency | undefined;
    /** `evidence` where the receipt is carried by something signed with a good key. */
    readonly purpose?: 'verify' | 'evidence';
  },
): OpenedReceipt | Refusal {
  const { now, issuer, leniency } = context;
  const opened = openJws(jws, {
    typ: TYPES.receipt,
    leniency,
    resolve: (kid) => directory.resolve(kid, { at: now, purpose: context.purpose ?? 'verify', party: issuer }),
  });
  if (!opened.ok) return opened;
  const parsed = parseReceipt(opened.payload);
  if (!parsed.ok) return parsed;
  const { receipt } = parsed;
  if (receipt.issuer !== opened.party || receipt.about.to !== opened.party) return refuse('RECEIPT_OTHER_PARTIES');
  const future = futureTime(opened.issuedAt, now, leniency?.toleranceSeconds);
  return future ?? { ok: true, receipt, kid: opened.kid, jwsDigest: sha256(jws), ...leniencyUsed(opened, now) };
}

/** What was sent, as the sender remembers it. */
export interface ReceiptExpected {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  /** Digest of the JWS sent; several where the message was signed again. */
  readonly jwsDigest: string | readonly string[];
  readonly parts: readonly PartDigest[];
}

/** Compares an authentic receipt with what was sent: id, parties, octets, and the parts as an exact multiset of triples. */
export function matchReceipt(receipt: Receipt, expected: ReceiptExpected): { readonly ok: true } | Refusal {
  const { about } = receipt;
  if (about.messageId !== expected.messageId) return refuse('RECEIPT_OTHER_MESSAGE', 'RECEIPT_INVALID');
  if (about.from !== expected.from || about.to !== expected.to) return refuse('RECEIPT_OTHER_PARTIES', 'RECEIPT_INVALID');
  if (![expected.jwsDigest].flat().includes(about.jwsDigest)) return refuse('RECEIPT_OTHER_BYTES', 'RECEIPT_INVALID');
  if (asMultiset(receipt.parts) !== asMultiset(expected.parts)) return refuse('RECEIPT_OTHER_PARTS', 'RECEIPT_INVALID');
  return { ok: true };
}

function asMultiset(parts: readonly PartDigest[]): string {
  return JSON.stringify(parts.map(({ name, algorithm, digest }) => [name, algorithm, digest].join(' ')).sort());
}

/** Both steps at once, for a message at hand. */
export function verifyReceipt(
  jws: Buffer,
  directory: KeyDirectory,
  expected: ReceiptExpected & { readonly now: Date; readonly leniency?: Leniency },
): OpenedReceipt | Refusal {
  const opened = openReceipt(jws, directory, { ...expected, issuer: expected.to });
  if (!opened.ok) return opened;
  const matched = matchReceipt(opened.receipt, expected);
  return matched.ok ? opened : matched;
}
