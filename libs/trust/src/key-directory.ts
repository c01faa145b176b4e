/**
 * Who may sign with what, and since when (LB-PROTO-1 §3): one versioned JWK Set document per party, signed or brought by
 * the operator. Every key of a message is resolved here and nowhere else.
 */
import type { KeyObject } from 'node:crypto';
import { ExchangeError, issue, jsonPointer, parseStrictJson } from '#model';
import { z } from 'zod';
import { GATEWAY_ALGORITHMS } from './algorithms.ts';
import { chainFault } from './certificate.ts';
import { checkKey, KEY_FAULTS } from './jwk.ts';
import { futureTime, openJws, readCompact, MAX_JWS, signJws, TYPES, type ResolvedKey } from './jws.ts';
import { Digest, Instant, PartyKey, PROFILE } from './manifest.ts';
import { REASONS, refuse, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

/**
 * Life of a key, in this order only. Others verify with `published`, `active` and `retiring` keys; the owner signs with
 * the newest `active` one; `retired` serves evidence only. `compromised` can follow any of them and is final.
 */
export const KEY_STATUSES = ['pending', 'published', 'active', 'retiring', 'retired', 'compromised'] as const;
export type KeyStatus = (typeof KEY_STATUSES)[number];

/** A member of the key set: a public JWK (RFC 7517) with the life of the key beside it. */
export const DirectoryKey = z
  .strictObject({
    kty: z.enum(['EC', 'OKP']),
    crv: z.enum(['P-256', 'Ed25519']),
    x: z.string(),
    y: z.string().optional(),
    kid: Digest,
    alg: z.enum(GATEWAY_ALGORITHMS),
    use: z.literal('sig'),
    status: z.enum(KEY_STATUSES),
    from: Instant,
    until: Instant.optional(),
    compromisedSince: Instant.optional(),
    /** Certificate chain (RFC 7517 §4.7), for those who want one. It never chooses trust. */
    x5c: z.array(z.base64().max(20_000)).min(1).max(6).optional(),
  })
  .refine(
    (key) => (key.status === 'compromised') === (key.compromisedSince !== undefined),
    'compromisedSince stands with status compromised',
  );
export type DirectoryKey = z.infer<typeof DirectoryKey>;

export const KeyDocument = z.strictObject({
  profile: z.literal(PROFILE),
  party: PartyKey,
  version: z.number().int().positive(),
  issued: Instant,
  keys: z.array(DirectoryKey).max(100),
});
export type KeyDocument = z.infer<typeof KeyDocument>;

/** Word of the operator of this directory that a key of a party must not be believed any more, whatever its owner says. */
export const KeyCompromised = z.strictObject({
  profile: z.literal(PROFILE),
  party: PartyKey,
  kid: Digest,
  since: Instant,
  issued: Instant,
});
export type KeyCompromised = z.infer<typeof KeyCompromised>;

/** A key with its owner. */
export type KeyRecord = DirectoryKey & { readonly party: string };

export interface Resolution {
  /** For live traffic the time of receiving; for evidence the proven time. */
  readonly at: Date;
  /**
   * `verify`: live traffic, where the claimed time of a signature proves nothing, so retired and compromised keys are
   * refused outright. `evidence`: the time is proven otherwise, so a key counts as it stood then.
   */
  readonly purpose: 'verify' | 'evidence';
  /** Refuse keys of anyone else. */
  readonly party?: string;
}

interface Entry {
  readonly record: KeyRecord;
  readonly resolved: ResolvedKey;
  readonly from: number;
  readonly until: number;
  readonly compromisedSince: number;
}

/** The key directory of the gateway or of a partner's kit. Updates take effect at once; a refused update changes nothing. */
export class KeyDirectory {
  readonly #entries = new Map<string, Entry>();
  readonly #documents = new Map<string, KeyDocument>();
  /** Keys that the operator called compromised: kid to time. They stay so in every later document. */
  readonly #compromised = new Map<string, string>();
  readonly #authority: string | undefined;

  /** `authority`: the one party besides the owner whose signature a directory update may carry. */
  constructor(options: { readonly authority?: string } = {}) {
    this.#authority = options.authority;
  }

  /** The key of a kid as it stands at a time, or why it may not be used. */
  resolve(kid: string, { at, purpose, party }: Resolution): ResolvedKey | Refusal {
    const entry = this.#entries.get(kid);
    if (!entry) return refuse('KEY_UNKNOWN');
    if (party !== undefined && entry.record.party !== party) return refuse('KEY_NOT_OF_PARTY');
    const time = at.getTime();
    const { status } = entry.record;
    if (status === 'pending') return refuse('KEY_PENDING');
    if (status === 'retired' && purpose === 'verify') return refuse('KEY_RETIRED');
    if (status === 'compromised' && (purpose === 'verify' || time >= entry.compromisedSince)) return refuse('KEY_COMPROMISED');
    if (time < entry.from) return refuse('KEY_NOT_YET_VALID');
    if (time >= entry.until) return refuse('KEY_EXPIRED');
    return entry.resolved;
  }

  /** The key a party signs with: its newest active one. */
  signingKey(party: string, at: Date): KeyRecord | undefined {
    return this.records(party)
      .filter(({ kid, status }) => status === 'active' && this.resolve(kid, { at, purpose: 'verify' }).ok)
      .sort((a, b) => b.from.localeCompare(a.from))[0];
  }

  /** Every key known, or those of one party. */
  records(party?: string): readonly KeyRecord[] {
    return [...this.#entries.values()].map(({ record }) => record).filter((record) => party === undefined || record.party === party);
  }

  document(party: string): KeyDocument | undefined {
    return this.#documents.get(party);
  }

  /** The newest document of every party. */
  documents(): readonly KeyDocument[] {
    return [...this.#documents.values()];
  }

  /**
   * Takes a document the operator vouches for (fingerprints compared out of band). Throws KEY_REFUSED with every
   * finding: pointers to the keys, codes of `KEY_FAULTS`.
   */
  importTrusted(document: unknown): KeyDocument {
    const judged = this.judgeTrusted(document);
    this.#store(judged, judged.keys.map((key) => toEntry(key, judged.party)) as Entry[]);
    return judged;
  }

  /** Throws what `importTrusted` would throw, and takes nothing in: for a keeper that stores the document first. */
  judgeTrusted(document: unknown): KeyDocument {
    const parsed = KeyDocument.safeParse(document);
    if (!parsed.success) {
      throw new ExchangeError('KEY_REFUSED', {
        detail: 'The key document is not of the form of LB-PROTO-1.',
        issues: parsed.error.issues.map((found) => issue('KEY_REFUSED', jsonPointer(found.path.map(String)), found.code)),
      });
    }
    const entries = parsed.data.keys.map((key) => toEntry(key, parsed.data.party));
    const issues = entries.flatMap((entry, i) =>
      typeof entry === 'string' ? [issue('KEY_REFUSED', `/keys/${i}`, `${FAULTS[entry]}: ${entry}`)] : [],
    );
    const conflict = this.#conflict(parsed.data);
    if (conflict) issues.push(issue('KEY_REFUSED', '/keys', `${REASONS[conflict]}: ${conflict}`));
    if (issues.length > 0) throw new ExchangeError('KEY_REFUSED', { issues });
    return parsed.data;
  }

  /**
   * Takes a signed update (`lb-keys+jws`). It must be signed with a key of that party, or of the authority, that is good
   * now; be newer than what is known; keep every known key; and take none back to an earlier status.
   */
  importSigned(jws: Buffer, now: Date): { readonly ok: true; readonly document: KeyDocument } | Refusal {
    const judged = this.judgeSigned(jws, now);
    if (judged.ok) this.#store(judged.document, judged.document.keys.map((key) => toEntry(key, judged.document.party)) as Entry[]);
    return judged;
  }

  /** Whether `importSigned` would take an update, without taking it: for a keeper that stores it first. */
  judgeSigned(jws: Buffer, now: Date): { readonly ok: true; readonly document: KeyDocument } | Refusal {
    const opened = openJws(jws, { typ: TYPES.keys, resolve: (kid) => this.resolve(kid, { at: now, purpose: 'verify' }) });
    if (!opened.ok) return opened;
    const document = documentOf(opened.payload);
    if (!document) return refuse('PAYLOAD_MALFORMED');
    if (opened.party !== document.party && opened.party !== this.#authority) return refuse('KEY_NOT_OF_PARTY');
    const future = futureTime(opened.issuedAt, now);
    if (future) return future;
    const reason = this.#conflict(document) ?? this.#regression(document);
    if (reason) return refuse(reason);
    const sound = document.keys.every((key) => typeof toEntry(key, document.party) !== 'string');
    return sound ? { ok: true, document } : refuse('KEY_UNUSABLE', 'KEY_REFUSED');
  }

  /**
   * Takes in again what was taken in before and kept: a key document or the operator's word about a compromised key. When it
   * was kept, its signature was judged by the directory of that moment; now it must verify with any key known of that party or
   * of `ours`, whatever became of the key since, so that nobody who merely writes to the store can slip a key in. The anchor is
   * a document of `ours` signed with a key it lists and of which we hold the private half.
   */
  restore(
    jws: Buffer,
    { ours, holds }: { readonly ours: string; readonly holds: (kid: string) => boolean },
  ): { readonly ok: true } | Refusal {
    const typ = readCompact(jws, MAX_JWS[TYPES.keys]);
    if (!typ.ok) return typ;
    const compromised = typ.header['typ'] === TYPES.keyCompromised;
    const listed = compromised ? undefined : documentOf(typ.payload);
    const known = (kid: string) => this.#entries.get(kid)?.resolved ?? anchor(kid, listed, ours, holds) ?? refuse('KEY_UNKNOWN');
    const opened = openJws(jws, { typ: compromised ? TYPES.keyCompromised : TYPES.keys, resolve: known });
    if (!opened.ok) return opened;
    if (compromised) return opened.party === ours ? this.#restoreCompromised(opened.payload) : refuse('KEY_NOT_OF_PARTY');
    if (!listed) return refuse('PAYLOAD_MALFORMED');
    if (opened.party !== listed.party && opened.party !== ours) return refuse('KEY_NOT_OF_PARTY');
    const entries = listed.keys.map((key) => toEntry(key, listed.party));
    const conflict = this.#conflict(listed);
    if (conflict) return refuse(conflict);
    if (entries.some((entry) => typeof entry === 'string')) return refuse('KEY_UNUSABLE', 'KEY_REFUSED');
    this.#store(listed, entries as Entry[]);
    return { ok: true };
  }

  #restoreCompromised(payload: Buffer): { readonly ok: true } | Refusal {
    const json = parseStrictJson(payload, { depth: 2 });
    const parsed = json.ok ? KeyCompromised.safeParse(json.value) : undefined;
    if (!parsed?.success) return refuse('PAYLOAD_MALFORMED');
    const { party, kid, since } = parsed.data;
    if (this.#entries.get(kid)?.record.party !== party) return refuse('KEY_NOT_OF_PARTY');
    this.#compromised.set(kid, since);
    this.#entries.set(kid, overruled(this.#entries.get(kid)!, since));
    return { ok: true };
  }

  #conflict(document: KeyDocument): 'DIRECTORY_STALE' | 'DIRECTORY_KEY_REUSED' | undefined {
    const kids = document.keys.map((key) => key.kid);
    if (document.version <= (this.#documents.get(document.party)?.version ?? 0)) return 'DIRECTORY_STALE';
    const foreign = kids.some((kid) => (this.#entries.get(kid)?.record.party ?? document.party) !== document.party);
    return foreign || new Set(kids).size !== kids.length ? 'DIRECTORY_KEY_REUSED' : undefined;
  }

  #regression(document: KeyDocument): 'DIRECTORY_KEY_LOST' | undefined {
    const next = new Map(document.keys.map((key) => [key.kid, KEY_STATUSES.indexOf(key.status)]));
    const lost = this.records(document.party).some(({ kid, status }) => (next.get(kid) ?? -1) < KEY_STATUSES.indexOf(status));
    return lost ? 'DIRECTORY_KEY_LOST' : undefined;
  }

  #store(document: KeyDocument, entries: readonly Entry[]): void {
    for (const { kid } of this.records(document.party)) this.#entries.delete(kid);
    for (const entry of entries) {
      const since = this.#compromised.get(entry.record.kid);
      this.#entries.set(entry.record.kid, since === undefined ? entry : overruled(entry, since));
    }
    this.#documents.set(document.party, document);
  }
}

/** Signs a key document for distribution. */
export function signKeyDocument(document: KeyDocument, signer: Signer, issuedAt: Date): Buffer {
  return signJws(Buffer.from(JSON.stringify(KeyDocument.parse(document))), TYPES.keys, signer, issuedAt);
}

/** Signs the operator's word that a key of a party is compromised, for the gateway's own directory. */
export function signKeyCompromised(party: string, kid: string, since: Date, signer: Signer, now: Date): Buffer {
  const word: KeyCompromised = { profile: PROFILE, party, kid, since: since.toISOString(), issued: now.toISOString() };
  return signJws(Buffer.from(JSON.stringify(word)), TYPES.keyCompromised, signer, now);
}

function documentOf(payload: Buffer): KeyDocument | undefined {
  const json = parseStrictJson(payload, { depth: 6 });
  const parsed = json.ok ? KeyDocument.safeParse(json.value) : undefined;
  return parsed?.success ? parsed.data : undefined;
}

/** A key that stands only in the document it signs, believed because we hold its private half. */
function anchor(kid: string, document: KeyDocument | undefined, ours: string, holds: (kid: string) => boolean): ResolvedKey | undefined {
  const key = document?.party === ours && holds(kid) ? document.keys.find((one) => one.kid === kid) : undefined;
  const entry = key && toEntry(key, ours);
  return typeof entry === 'object' ? entry.resolved : undefined;
}

/** The operator's word goes before the owner's; an earlier time of the owner's own stays. */
function overruled(entry: Entry, since: string): Entry {
  const earliest = [since, entry.record.compromisedSince ?? since].sort()[0]!;
  const record: KeyRecord = { ...entry.record, status: 'compromised', compromisedSince: earliest };
  return { ...entry, record, compromisedSince: Date.parse(earliest) };
}

/** The set member for a public key; status `active` unless said otherwise. */
export function directoryKey(
  jwk: unknown,
  life: { readonly from: Date; readonly until?: Date; readonly status?: KeyStatus },
): DirectoryKey {
  const checked = checkKey(jwk);
  if (!checked.ok) throw new ExchangeError('KEY_REFUSED', { detail: checked.reason });
  const { kid, alg } = checked;
  const until = life.until && { until: life.until.toISOString() };
  return { ...checked.jwk, kid, alg, use: 'sig', status: life.status ?? 'active', from: life.from.toISOString(), ...until };
}

const FAULTS = { ...KEY_FAULTS, KEY_MISMATCH: REASONS.KEY_MISMATCH };

/** Judges one listed key; a string is the fault. */
function toEntry(key: DirectoryKey, party: string): Entry | keyof typeof FAULTS {
  const checked = checkKey(key);
  if (!checked.ok) return checked.reason;
  if (checked.kid !== key.kid) return 'KEY_MISMATCH';
  if (key.x5c && chainFault(key.x5c, checked.key)) return 'KEY_CERTIFICATE';
  const record: KeyRecord = { ...key, party };
  const time = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : Date.parse(text));
  return {
    record,
    resolved: { ok: true, kid: key.kid, party, alg: checked.alg, key: checked.key satisfies KeyObject },
    from: time(key.from, -Infinity),
    until: time(key.until, Infinity),
    compromisedSince: time(key.compromisedSince, Infinity),
  };
}
