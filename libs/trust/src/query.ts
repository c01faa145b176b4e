/**
 * "Do you have it?" (LB-PROTO-1 §5.1): asked by the sender of a message whose receipt stayed out, before it sends the same
 * bytes again; answered by the receiver, signed, with every receipt it has issued about that message, or with "no".
 */
import { ExchangeError, parseStrictJson } from '#model';
import { z } from 'zod';
import { sha256 } from './encoding.ts';
import { futureTime, leniencyUsed, MAX_JWS, openJws, signJws, TYPES, type ArtefactType, type Leniency, type LeniencyKind } from './jws.ts';
import type { KeyDirectory } from './key-directory.ts';
import { Digest, Instant, MessageId, PartyKey, PROFILE } from './manifest.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

/** Receipts in one answer: R1 and R2 apart and two business answers. */
export const MAX_RECEIPTS = 4;

/** One question about one message. `from` sent the message and asks; `to` was to receive it. */
export const Query = z.strictObject({
  profile: z.literal(PROFILE),
  queryId: MessageId,
  from: PartyKey,
  to: PartyKey,
  about: z.strictObject({ messageId: MessageId, manifestDigest: Digest }),
  asked: Instant,
});
export type Query = z.infer<typeof Query>;

export const Answer = z
  .strictObject({
    profile: z.literal(PROFILE),
    /** Id of the question and SHA-256 of its exact octets: an answer fits one question only. */
    queryId: MessageId,
    queryDigest: Digest,
    from: PartyKey,
    to: PartyKey,
    about: Query.shape.about,
    have: z.boolean(),
    /** The stored receipts as first issued, compact JWS; none exactly when the message is not held. */
    receipts: z.array(z.string().min(1)).max(MAX_RECEIPTS),
    answered: Instant,
  })
  .refine(({ have, receipts }) => have === receipts.length > 0, 'receipts stand with a message that is held');
export type Answer = z.infer<typeof Answer>;

export interface SealedQuery {
  readonly query: Query;
  readonly jws: Buffer;
  readonly digest: string;
}

/** Signs a question. */
export function sealQuery(fields: Omit<Query, 'profile' | 'asked'>, signer: Signer, now: Date): SealedQuery {
  const query = built(Query, { profile: PROFILE, ...fields, asked: now.toISOString() });
  const jws = signJws(Buffer.from(JSON.stringify(query)), TYPES.query, signer, now);
  return { query, jws, digest: sha256(jws) };
}

export interface OpenedQuery {
  readonly ok: true;
  readonly query: Query;
  readonly kid: string;
  /** SHA-256 of the octets received: what the answer must name. */
  readonly digest: string;
  readonly leniency?: readonly LeniencyKind[];
}

export interface OpenContext {
  readonly now: Date;
  /** The partner of the link, who must have signed. */
  readonly from: string;
  /** Ourselves. */
  readonly to: string;
  readonly leniency?: Leniency | undefined;
}

/** Verifies who asks, and that we are asked. */
export function openQuery(jws: Buffer, directory: KeyDirectory, context: OpenContext): OpenedQuery | Refusal {
  const opened = openAddressed(Query, TYPES.query, jws, directory, context);
  if (!opened.ok) return opened;
  const { value: query, ...rest } = opened;
  return { ...rest, query };
}

/** Signs the answer to a question. `receipts`: what was issued about the message, oldest first; empty: it is not held. */
export function sealAnswer(asked: Pick<OpenedQuery, 'query' | 'digest'>, receipts: readonly Buffer[], signer: Signer, now: Date): Buffer {
  const { queryId, from, to, about } = asked.query;
  const answer = built(Answer, {
    profile: PROFILE,
    queryId,
    queryDigest: asked.digest,
    from: to,
    to: from,
    about,
    have: receipts.length > 0,
    receipts: fitting(receipts).map((jws) => jws.toString('latin1')),
    answered: now.toISOString(),
  });
  return signJws(Buffer.from(JSON.stringify(answer)), TYPES.answer, signer, now);
}

/** The first receipt and the newest ones, as many as one answer may carry. */
function fitting(receipts: readonly Buffer[]): readonly Buffer[] {
  const [first, ...later] = receipts;
  if (!first) return [];
  const newest = later.slice(-(MAX_RECEIPTS - 1));
  while (octetsOf([first, ...newest]) > ROOM) newest.shift();
  return [first, ...newest];
}
const octetsOf = (receipts: readonly Buffer[]): number => receipts.reduce((sum, { length }) => sum + length, 0);
/** A JWS is base64url of its payload; the rest is for the other members. */
const ROOM = Math.floor((MAX_JWS[TYPES.answer] * 3) / 4) - 16 * 1024;

export interface OpenedAnswer {
  readonly ok: true;
  readonly answer: Answer;
  readonly kid: string;
  readonly receipts: readonly Buffer[];
  readonly leniency?: readonly LeniencyKind[];
}

/** Verifies who answers. Whether the question was ours and is still open is for `matchAnswer` and the store. */
export function openAnswer(jws: Buffer, directory: KeyDirectory, context: OpenContext): OpenedAnswer | Refusal {
  const opened = openAddressed(Answer, TYPES.answer, jws, directory, context);
  if (!opened.ok) return opened;
  const { value: answer, kid, leniency } = opened;
  const receipts = answer.receipts.map((text) => Buffer.from(text, 'latin1'));
  return { ok: true, answer, kid, receipts, ...(leniency ? { leniency } : {}) };
}

/** Compares an authentic answer with the question asked: id, exact octets, parties, message and content. */
export function matchAnswer(answer: Answer, asked: { readonly query: Query; readonly digest: string }): { readonly ok: true } | Refusal {
  const { query, digest } = asked;
  const same =
    answer.queryId === query.queryId &&
    answer.queryDigest === digest &&
    answer.from === query.to &&
    answer.to === query.from &&
    answer.about.messageId === query.about.messageId &&
    answer.about.manifestDigest === query.about.manifestDigest;
  return same ? { ok: true } : refuse('ANSWER_OTHER_QUESTION', 'ANSWER_INVALID');
}

/** Reads a question of our own again, from the octets we kept. */
export function ownQuery(jws: Buffer): SealedQuery | undefined {
  const payload = Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url');
  const json = parseStrictJson(payload, { depth: 4 });
  const parsed = json.ok ? Query.safeParse(json.value) : undefined;
  return parsed?.success ? { query: parsed.data, jws, digest: sha256(jws) } : undefined;
}

type Parties = { readonly from: string; readonly to: string };

/** Verifies who signed an artefact that one party addresses to another, and reads its payload. */
export function openAddressed<T extends Parties>(
  schema: z.ZodType<T>,
  typ: ArtefactType,
  jws: Buffer,
  directory: KeyDirectory,
  { now, from, to, leniency }: OpenContext,
): ({ readonly ok: true; readonly value: T } & Pick<OpenedQuery, 'kid' | 'digest' | 'leniency'>) | Refusal {
  const opened = openJws(jws, { typ, leniency, resolve: (kid) => directory.resolve(kid, { at: now, purpose: 'verify', party: from }) });
  if (!opened.ok) return opened;
  const json = parseStrictJson(opened.payload, { depth: 4 });
  const parsed = json.ok ? schema.safeParse(json.value) : undefined;
  if (!parsed?.success) return refuse('PAYLOAD_MALFORMED');
  if (parsed.data.from !== opened.party) return refuse('SENDER');
  if (parsed.data.to !== to) return refuse('ADDRESSEE');
  return (
    futureTime(opened.issuedAt, now, leniency?.toleranceSeconds) ?? {
      ok: true,
      value: parsed.data,
      kid: opened.kid,
      digest: sha256(jws),
      ...leniencyUsed(opened, now),
    }
  );
}

function built<T>(schema: z.ZodType<T>, candidate: unknown): T {
  const parsed = schema.safeParse(candidate);
  if (!parsed.success) throw new ExchangeError('INTERNAL', { detail: 'The question or answer cannot be built.' });
  return parsed.data;
}
