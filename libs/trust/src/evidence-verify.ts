/**
 * Judges an evidence pack from its bytes alone (LB-PROTO-5 §2): no gateway, no network, no clock. Everything found is
 * listed; the outcome is the gravest of it. What the pack says about times and keys counts as far as it is proven in it.
 */
import { sha256 } from './encoding.ts';
import {
  manifestIn,
  type EvidenceKeys,
  type EvidenceMessage,
  type EvidencePack,
  type EvidenceProof,
  type EvidenceReceipt,
} from './evidence-content.ts';
import { EvidenceDirectory, type SigningTime, type TrustAnchors, type UsedKey } from './evidence-keys.ts';
import { readEvidence } from './evidence.ts';
import { openJws, TYPES, type ArtefactType, type OpenedJws } from './jws.ts';
import { decodeLogEntry, type LogEntry } from './log-entry.ts';
import { claimedTime, LogRoot } from './log-root.ts';
import type { Manifest } from './manifest.ts';
import { includes, leafHash } from './merkle.ts';
import { matchReceipt, parseReceipt, partDigests, type Receipt } from './receipt.ts';
import { refuse, type Reason, type Refusal } from './refusal.ts';
import { matchTranslation, readTranslation, type TranslationStatement } from './translation.ts';
import { parseStrictJson } from '#model';

/** What a pack can turn out to be, with the exit code of `landbridge verify`; the gravest first. */
export const EVIDENCE_OUTCOMES = { signature: 20, key: 22, receipt: 21, time: 23, purged: 10, intact: 0 } as const;
export type EvidenceOutcome = keyof typeof EVIDENCE_OUTCOMES;

/** Something that is not as it should be, or not here. `at` names the place in the pack. */
export interface EvidenceFinding {
  readonly outcome: Exclude<EvidenceOutcome, 'intact'>;
  readonly at: string;
  readonly reason: Reason;
}

export interface EvidenceVerdict {
  readonly outcome: EvidenceOutcome;
  readonly findings: readonly EvidenceFinding[];
  /** Present where the file could be read as a pack. */
  readonly pack?: EvidencePack;
  /** The message in question, where its manifest could be read. */
  readonly subject?: Manifest;
  /** When the subject was there beyond doubt, by a signed root of the log; whose word that is says `pack.gateway`. */
  readonly provenAt?: Date;
  readonly receipts: readonly Receipt[];
  readonly translations: readonly TranslationStatement[];
  /** What signatures were checked with, and why these keys are believed. */
  readonly keys: readonly UsedKey[];
}

/** Reasons that speak of the key and not of the signature. */
const KEY_REASONS: ReadonlySet<Reason> = new Set<Reason>([
  'KEY_UNKNOWN',
  'KEY_NOT_OF_PARTY',
  'KEY_PENDING',
  'KEY_RETIRED',
  'KEY_COMPROMISED',
  'KEY_NOT_YET_VALID',
  'KEY_EXPIRED',
  'KEY_NOT_VOUCHED',
  'KEY_UNUSABLE',
]);

/**
 * Judges the bytes of a pack. `anchors` are thumbprints of the parties' keys, known otherwise; without them every signature
 * is checked with the keys that the pack brings, which shows that it is whole but not who signed it.
 */
export function verifyEvidence(file: Buffer, anchors?: TrustAnchors): EvidenceVerdict {
  const pack = readEvidence(file);
  if (!pack) {
    const findings = [{ outcome: 'signature', at: '', reason: 'PACK_ALTERED' }] as const;
    return { outcome: 'signature', findings, receipts: [], translations: [], keys: [] };
  }
  return new Judge(pack, anchors).verdict();
}

/** A message of the pack whose signature was checked. */
interface Proven {
  readonly message: EvidenceMessage;
  readonly manifest: Manifest;
  readonly manifestDigest: string;
  readonly jwsDigest: string;
  readonly provenAt?: Date | undefined;
}

class Judge {
  readonly #pack: EvidencePack;
  readonly #keys: EvidenceDirectory;
  readonly #findings: EvidenceFinding[] = [];
  readonly #receipts: Receipt[] = [];
  readonly #translations: TranslationStatement[] = [];

  constructor(pack: EvidencePack, anchors: TrustAnchors | undefined) {
    this.#pack = pack;
    this.#keys = new EvidenceDirectory(pack.keys, pack.gateway, anchors);
    for (const { document, refusal } of this.#keys.faults) this.#found(keyPlace(document), refusal.reason);
  }

  verdict(): EvidenceVerdict {
    const proven = this.#pack.messages.map((message, at) => this.#message(message, `messages/${at + 1}`));
    const [subject] = proven;
    this.#relations(proven);
    for (const [at, one] of proven.entries()) if (one) this.#receiptsOf(one, `messages/${at + 1}`);
    const answered = this.#receipts.some(({ about, levels }) => about.messageId === subject?.manifest.messageId && levels.length > 0);
    if (subject && !answered) this.#found('messages/1/receipts', 'RECEIPT_ABSENT', 'receipt');
    if (subject && !subject.provenAt) this.#found('messages/1/log', 'TIME_UNPROVEN', 'time');
    const outcome = (Object.keys(EVIDENCE_OUTCOMES) as EvidenceOutcome[]).find((one) =>
      this.#findings.some((found) => found.outcome === one),
    );
    return {
      outcome: outcome ?? 'intact',
      findings: this.#findings,
      pack: this.#pack,
      ...(subject && { subject: subject.manifest }),
      ...(subject?.provenAt && { provenAt: subject.provenAt }),
      receipts: this.#receipts,
      translations: this.#translations,
      keys: this.#keys.used,
    };
  }

  #found(at: string, reason: Reason, outcome: EvidenceFinding['outcome'] = KEY_REASONS.has(reason) ? 'key' : 'signature'): void {
    this.#findings.push({ outcome, at, reason });
  }

  /** Its place in the log, then its signature as of that time, then its documents. */
  #message(message: EvidenceMessage, place: string): Proven | undefined {
    const claimed = manifestIn(message.jws);
    if (!claimed) return void this.#found(`${place}/manifest.jws`, 'PAYLOAD_MALFORMED');
    const { manifest, bytes } = claimed;
    const manifestDigest = sha256(bytes);
    const jwsDigest = sha256(message.jws);
    const provenAt = this.#logged(message.proof, `${place}/log`, {
      kind: 'message',
      messageId: manifest.messageId,
      manifestDigest,
      jwsDigest,
    });
    const opened = this.#open(message.jws, TYPES.message, manifest.from.party, provenAt);
    if (!opened.ok) return void this.#found(`${place}/manifest.jws`, opened.reason);
    for (const { name, byteLength, digest } of manifest.parts) {
      const part = message.parts.find((one) => one.name === name);
      if (!part) this.#found(`${place}/parts/${name}`, 'CONTENT_ABSENT', 'purged');
      else if (part.bytes.length !== byteLength || sha256(part.bytes) !== digest) this.#found(`${place}/parts/${name}`, 'PART_ALTERED');
    }
    return { message, manifest, manifestDigest, jwsDigest, provenAt };
  }

  #open(jws: Buffer, typ: ArtefactType, party: string, proven: Date | undefined): OpenedJws | Refusal {
    const time: SigningTime = { claimed: claimedTime(jws), proven };
    return openJws(jws, { typ, resolve: (kid) => this.#keys.resolve(kid, party, time) });
  }

  /** When the entry was under a signed root; undefined where there is no proof or it does not hold. */
  #logged(
    proof: EvidenceProof | undefined,
    place: string,
    is: Pick<LogEntry, 'kind' | 'messageId' | 'manifestDigest' | 'jwsDigest'>,
  ): Date | undefined {
    if (!proof) return undefined;
    const entry = decodeLogEntry(proof.leaf);
    const said = entry && [entry.kind, entry.messageId, entry.manifestDigest, entry.jwsDigest].join(' ');
    if (said !== [is.kind, is.messageId, is.manifestDigest, is.jwsDigest].join(' '))
      return void this.#found(`${place}/leaf.bin`, 'LOG_OTHER');
    const opened = this.#open(proof.root, TYPES.root, this.#pack.gateway, undefined);
    if (!opened.ok) return void this.#found(`${place}/root.jws`, opened.reason);
    const json = parseStrictJson(opened.payload, { depth: 4 });
    const root = json.ok ? LogRoot.safeParse(json.value).data : undefined;
    if (root?.gateway !== this.#pack.gateway) return void this.#found(`${place}/root.jws`, 'PAYLOAD_MALFORMED');
    const { index, size, path, leaf } = proof;
    const tree = Buffer.from(root.entries.tree, 'base64url');
    const within = size === root.entries.size && includes({ leaf: leafHash(leaf), index, size, path, root: tree });
    return within ? new Date(root.closed) : void this.#found(`${place}/leaf.bin`, 'LOG_PATH');
  }

  #receiptsOf({ message, manifest, manifestDigest, jwsDigest }: Proven, place: string): void {
    const expected = {
      messageId: manifest.messageId,
      from: manifest.from.party,
      to: manifest.to.party,
      jwsDigest,
      parts: partDigests(manifest),
    };
    message.receipts.forEach((receipt, n) => {
      const refusal = this.#receipt(receipt, `${place}/receipts/${n + 1}`, { ...expected, manifestDigest });
      if (refusal) this.#found(`${place}/receipts/${n + 1}.jws`, refusal.reason);
    });
  }

  #receipt(
    { jws, proof }: EvidenceReceipt,
    place: string,
    expected: Parameters<typeof matchReceipt>[1] & { manifestDigest: string },
  ): Refusal | undefined {
    const jwsDigest = sha256(jws);
    const entry = proof && decodeLogEntry(proof.leaf);
    const provenAt =
      entry &&
      this.#logged(proof, place, { kind: 'receipt', messageId: entry.messageId, manifestDigest: undefined, jwsDigest } as LogEntry);
    const opened = this.#open(jws, TYPES.receipt, expected.to, provenAt);
    if (!opened.ok) return opened;
    const parsed = parseReceipt(opened.payload);
    if (!parsed.ok) return parsed;
    const { receipt } = parsed;
    if (receipt.issuer !== expected.to || (entry && entry.messageId !== receipt.receiptId)) return refuse('RECEIPT_OTHER_PARTIES');
    if (receipt.about.manifestDigest !== expected.manifestDigest) return refuse('RECEIPT_OTHER_BYTES');
    const matched = matchReceipt(receipt, expected);
    if (!matched.ok) return matched;
    this.#receipts.push(receipt);
    return undefined;
  }

  /** Each message of the pack belongs to the subject: as what it was made of, or as made of it, and the statements say so. */
  #relations(proven: readonly (Proven | undefined)[]): void {
    const [subject] = proven;
    const sources = proven.filter((one) => one?.message.role === 'source');
    const [source] = sources;
    const shaped = this.#pack.messages.every(({ role }, at) => (role === 'subject') === (at === 0)) && sources.length <= 1;
    if (!shaped) this.#found('pack.json', 'PACK_UNRELATED');
    proven.forEach((one, at) => {
      if (!one || !subject) return;
      const place = `messages/${at + 1}`;
      const made = one.message.role === 'made' ? { of: subject } : one === subject && source ? { of: source } : undefined;
      if (made && !madeOf(one, made.of)) this.#found(`${place}/manifest.jws`, 'PACK_UNRELATED');
      if (one.message.role === 'source' && one.message.translation) this.#found(`${place}/translation.jws`, 'PACK_UNRELATED');
      else if (one.message.translation) this.#translation(one, one.message.translation, made?.of, `${place}/translation.jws`);
    });
  }

  #translation(made: Proven, jws: Buffer, source: Proven | undefined, place: string): void {
    const opened = this.#open(jws, TYPES.translation, made.manifest.from.party, made.provenAt);
    if (!opened.ok) return this.#found(place, opened.reason);
    const statement = readTranslation(opened.payload);
    if (!statement) return this.#found(place, 'PAYLOAD_MALFORMED');
    const matched = matchTranslation(statement, made, source);
    if (!matched.ok) return this.#found(place, matched.reason);
    this.#translations.push(statement);
  }
}

const madeOf = ({ manifest: { translatedFrom } }: Proven, { manifest, manifestDigest }: Proven): boolean =>
  translatedFrom?.sender === manifest.from.party &&
  translatedFrom.messageId === manifest.messageId &&
  translatedFrom.manifestDigest === manifestDigest;

const keyPlace = ({ party, version }: EvidenceKeys): string => `keys/${party}-${version}`;
