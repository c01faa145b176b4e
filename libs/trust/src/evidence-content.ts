/** What an evidence pack holds (LB-PROTO-5 §2), and how to look into it before anything of it is believed. */
import { z } from 'zod';
import { readCompact } from './jws.ts';
import { Instant, parseManifest, type Manifest } from './manifest.ts';
import { parseReceipt, type Receipt } from './receipt.ts';
import { readTranslation, type TranslationStatement } from './translation.ts';

/** Place of a message or receipt in the message log: the leaf, its path to a signed root (RFC 9162), and the root's timestamp. */
export interface EvidenceProof {
  readonly leaf: Buffer;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Buffer[];
  readonly root: Buffer;
  readonly timestamp?: Buffer;
}

export interface EvidenceReceipt {
  readonly jws: Buffer;
  readonly proof?: EvidenceProof;
}

/** A line of the gateway's journal. Nobody signs it: it is the account of whoever made the pack. */
export const EvidenceEvent = z.strictObject({
  kind: z.string().max(100),
  from: z.string().max(100).optional(),
  to: z.string().max(100).optional(),
  actor: z.string().max(200),
  cause: z.string().max(500).optional(),
  at: Instant,
});
export type EvidenceEvent = z.infer<typeof EvidenceEvent>;

export const ROLES = ['subject', 'source', 'made'] as const;

export interface EvidenceMessage {
  readonly role: (typeof ROLES)[number];
  /** The signed manifest. */
  readonly jws: Buffer;
  /** What is left of the documents: a part of the manifest that is not here was purged or is withheld. */
  readonly parts: readonly { readonly name: string; readonly bytes: Buffer }[];
  readonly translation?: Buffer;
  readonly proof?: EvidenceProof;
  readonly receipts: readonly EvidenceReceipt[];
  readonly events: readonly EvidenceEvent[];
}

/**
 * What was known of a party's keys: a version of its key document, signed (`lb-keys+jws`) or as the operator vouched for it
 * (JSON), or the gateway's signed word that a key is compromised. Certificates stand in the documents (`x5c`).
 */
export interface EvidenceKeys {
  readonly party: string;
  /** Of the document; for a word about a compromised key, which of them, from 1. */
  readonly version: number;
  readonly form: 'signed' | 'vouched' | 'compromised';
  readonly bytes: Buffer;
}

export interface EvidencePack {
  /** Whose journal this is from. */
  readonly gateway: string;
  /** The subject first. */
  readonly messages: readonly EvidenceMessage[];
  /** Every version known of every party concerned, in order. */
  readonly keys: readonly EvidenceKeys[];
}

/** The manifest in a signed message, believed by nobody yet. */
export function manifestIn(jws: Buffer): { readonly manifest: Manifest; readonly bytes: Buffer } | undefined {
  const read = readCompact(jws, jws.length);
  const parsed = read.ok ? parseManifest(read.payload) : undefined;
  return read.ok && parsed?.ok ? { manifest: parsed.manifest, bytes: read.payload } : undefined;
}

/** The receipt in a JWS, believed by nobody yet. */
export function receiptIn(jws: Buffer): Receipt | undefined {
  const read = readCompact(jws, jws.length);
  const parsed = read.ok ? parseReceipt(read.payload) : undefined;
  return parsed?.ok ? parsed.receipt : undefined;
}

/** The statement in a JWS, believed by nobody yet. */
export function translationIn(jws: Buffer): TranslationStatement | undefined {
  const read = readCompact(jws, jws.length);
  return read.ok ? readTranslation(read.payload) : undefined;
}
