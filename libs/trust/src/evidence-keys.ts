/**
 * The keys of an evidence pack and who vouches for them. A pack brings its own key documents, so they prove nothing by
 * themselves: whoever judges pins thumbprints of the parties' keys, and every later key must have been introduced by a
 * document signed with a key pinned or so introduced. Without pins every key is as good as the pack.
 */
import { ExchangeError, parseStrictJson } from '#model';
import type { EvidenceKeys } from './evidence-content.ts';
import { KeyDirectory, KeyDocument } from './key-directory.ts';
import { checkSignature, MAX_JWS, readCompact, TYPES, type ResolvedKey } from './jws.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Thumbprints (RFC 7638) of keys that are known to be a party's, compared with the party itself. */
export type TrustAnchors = Readonly<Record<string, readonly string[]>>;

/** Why a key is believed: pinned, introduced by one that is believed, only because the pack says so, or not at all. */
export type Anchor = 'pinned' | 'introduced' | 'pack' | 'none';

export interface UsedKey {
  readonly party: string;
  readonly kid: string;
  readonly anchor: Anchor;
}

export interface SigningTime {
  /** When the signature says it was made. */
  readonly claimed: Date;
  /** When it was there beyond doubt; without it a compromised key proves nothing. */
  readonly proven?: Date | undefined;
}

export class EvidenceDirectory {
  readonly #directory = new KeyDirectory();
  readonly #anchors: TrustAnchors | undefined;
  /** Who signed the document in which a key was first listed. */
  readonly #introducedBy = new Map<string, string>();
  readonly #used = new Map<string, UsedKey>();
  /** Documents that could not be taken in, by their place in the pack. */
  readonly faults: { readonly document: EvidenceKeys; readonly refusal: Refusal }[] = [];

  /** `gateway`: whose word about a compromised key counts, as far as its own keys are believed. */
  constructor(documents: readonly EvidenceKeys[], gateway: string, anchors?: TrustAnchors) {
    this.#anchors = anchors;
    for (const document of documents) {
      const refusal = this.#taken(document, gateway);
      if (refusal) this.faults.push({ document, refusal });
    }
  }

  #taken(document: EvidenceKeys, gateway: string): Refusal | undefined {
    if (document.form === 'vouched') return this.#vouched(document);
    return document.form === 'signed' ? this.#signed(document) : this.#word(document, gateway);
  }

  /** Keys that signatures were checked with so far. */
  get used(): readonly UsedKey[] {
    return [...this.#used.values()];
  }

  /** The key of a kid for a signature made then, or why it does not count. */
  resolve(kid: string, party: string, { claimed, proven }: SigningTime): ResolvedKey | Refusal {
    const then = this.#directory.resolve(kid, { at: claimed, purpose: 'evidence', party });
    if (!then.ok) return then;
    const latest = this.#directory.resolve(kid, { at: proven ?? new Date(8.64e15), purpose: 'evidence', party });
    if (!latest.ok && latest.reason === 'KEY_COMPROMISED') return latest;
    const anchor = this.#anchorOf(kid, party);
    this.#used.set(kid, { party, kid, anchor });
    return anchor === 'none' ? refuse('KEY_NOT_VOUCHED') : then;
  }

  #anchorOf(kid: string, party: string): Anchor {
    if (!this.#anchors) return 'pack';
    if (this.#anchors[party]?.includes(kid)) return 'pinned';
    const by = this.#introducedBy.get(kid);
    return by !== undefined && !this.#compromised(by) && this.#anchorOf(by, party) !== 'none' ? 'introduced' : 'none';
  }

  /** Whoever holds a compromised key can sign and date a document as he likes, so it introduces nobody. */
  #compromised(kid: string): boolean {
    return this.#directory.records().some((record) => record.kid === kid && record.status === 'compromised');
  }

  #vouched({ party, bytes }: EvidenceKeys): Refusal | undefined {
    const json = parseStrictJson(bytes, { depth: 6 });
    const document = json.ok ? KeyDocument.safeParse(json.value).data : undefined;
    return document?.party === party ? this.#take(document) : refuse('PAYLOAD_MALFORMED');
  }

  /** A signed document: by a key known before, or, for the first of a party, by one it lists itself. */
  #signed({ party, bytes }: EvidenceKeys): Refusal | undefined {
    const jws = readCompact(bytes, MAX_JWS[TYPES.keys]);
    if (!jws.ok) return jws;
    const json = parseStrictJson(jws.payload, { depth: 6 });
    const document = json.ok ? KeyDocument.safeParse(json.value).data : undefined;
    const { kid, typ } = jws.header;
    if (document?.party !== party || typ !== TYPES.keys || typeof kid !== 'string') return refuse('PAYLOAD_MALFORMED');
    const known = this.#directory.records().find((record) => record.kid === kid);
    const own = new KeyDirectory();
    if (!known && refusalOf(() => own.importTrusted(document))) return refuse('KEY_UNUSABLE', 'KEY_REFUSED');
    const key = anyTime(known ? this.#directory : own, kid);
    if (!key.ok) return key;
    const wrong = checkSignature(jws, key.alg, key.key);
    if (wrong) return refuse(wrong);
    const before = new Set(this.#directory.records(party).map((record) => record.kid));
    const news = document.keys.filter((listed) => listed.kid !== kid && !before.has(listed.kid));
    const refusal = this.#take(document);
    if (!refusal && (known?.party ?? party) === party) for (const listed of news) this.#introducedBy.set(listed.kid, kid);
    return refusal;
  }

  /** The gateway's word that a key is compromised: it goes before what the owner says of it. */
  #word({ bytes }: EvidenceKeys, gateway: string): Refusal | undefined {
    const read = readCompact(bytes, MAX_JWS[TYPES.keyCompromised]);
    if (!read.ok) return read;
    const { kid, typ } = read.header;
    if (typ !== TYPES.keyCompromised || typeof kid !== 'string') return refuse('PAYLOAD_MALFORMED');
    if (this.#anchorOf(kid, gateway) === 'none') return refuse('KEY_NOT_VOUCHED');
    const restored = this.#directory.restore(bytes, { ours: gateway, holds: () => false });
    return restored.ok ? undefined : restored;
  }

  #take(document: KeyDocument): Refusal | undefined {
    return refusalOf(() => this.#directory.importTrusted(document)) ? refuse('KEY_UNUSABLE', 'KEY_REFUSED') : undefined;
  }
}

/** The key whatever its life: a document introduces keys also after its own signing key was retired. */
function anyTime(directory: KeyDirectory, kid: string): ResolvedKey | Refusal {
  const record = directory.records().find((one) => one.kid === kid);
  if (!record) return refuse('KEY_UNKNOWN');
  const since = record.compromisedSince === undefined ? undefined : new Date(Date.parse(record.compromisedSince) - 1);
  return directory.resolve(kid, { at: since ?? new Date(record.from), purpose: 'evidence' });
}

function refusalOf(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof ExchangeError) return true;
    throw error;
  }
}
