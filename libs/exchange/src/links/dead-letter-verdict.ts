import { decodeFrame, MAX_JWS, parseManifest, readCompact, TYPES, type Manifest } from '#trust';
import type { LetterFacts } from '../ports/dead-letter-store.port.ts';
import type { Judgement } from '../replay/verdict.ts';

/** What a letter says it is. Nothing of it is proven: that is the pipeline's, when it is taken in. */
export interface ClaimedMessage {
  readonly messageId: string;
  readonly sender: string;
  readonly type: string;
  readonly created: Date;
  readonly notAfter: Date;
  /** `scheme:value`. */
  readonly keys: readonly string[];
  readonly parts: readonly { readonly name: string; readonly mediaType: string; readonly bytes: number }[];
}

/** Undefined where it is no message: a receipt, an answer, or nothing of ours. */
export function claimedMessage(frame: Buffer): ClaimedMessage | undefined {
  const decoded = decodeFrame(frame, frame.length);
  const jws = decoded.ok ? readCompact(decoded.jws, MAX_JWS[TYPES.message]) : undefined;
  const parsed = jws?.ok && jws.header['typ'] === TYPES.message ? parseManifest(jws.payload) : undefined;
  return parsed?.ok ? claimOf(parsed.manifest) : undefined;
}

const claimOf = ({ messageId, from, messageType, created, notAfter, businessKeys, parts }: Manifest): ClaimedMessage => ({
  messageId,
  sender: from.party,
  type: messageType.type,
  created: new Date(created),
  notAfter: new Date(notAfter),
  keys: businessKeys.map(({ type, value }) => `${type}:${value}`),
  parts: parts.map(({ name, mediaType, byteLength }) => ({ name, mediaType, bytes: byteLength })),
});

/** Whether a partner's letter may be taken in now. Taking in is harmless where it is known: it is recognised. Pure. */
export function judgeLetter(claim: ClaimedMessage | undefined, { known, newer }: LetterFacts, now: Date): Judgement {
  if (!claim) return { verdict: 'pointless', reasons: ['UNREADABLE'] };
  if (known) return { verdict: 'pointless', reasons: ['ALREADY_RECEIVED'] };
  if (newer) return { verdict: 'harmful', reasons: ['NEWER_RECEIVED'] };
  if (claim.notAfter <= now) return { verdict: 'pointless', reasons: ['DEADLINE_PASSED'] };
  // Without keys nobody can tell whether something newer went before.
  return { verdict: claim.keys.length === 0 ? 'care' : 'safe', reasons: ['NOT_TAKEN_IN'] };
}
