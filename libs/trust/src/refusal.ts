/**
 * Why something was not believed. `code` goes outward and is the same for every failed authentication; `reason` is for
 * the gateway's own log, the probe and the tests, and is never told to the sender (LB-PROTO-1 §9: no error text may tell
 * an attacker which step failed).
 */
import type { ErrorCode } from '#model';

export const REASONS = {
  // segments and header (shared by gateway and probe)
  TOO_LARGE: 'larger than the limit for this artefact',
  NOT_COMPACT: 'not exactly three parts',
  NOT_BASE64URL: 'a part is not canonical base64url',
  HEADER_MALFORMED: 'the protected header is not one strict JSON object',
  HEADER_MEMBER_REFUSED: 'the header names a key, a certificate, a compression or an unencoded payload',
  HEADER_MEMBER_UNKNOWN: 'the header has a member this profile does not define',
  HEADER_VALUE: 'a header member has the wrong form',
  CRITICAL_UNKNOWN: 'crit names an extension this profile does not define',
  ALG_REFUSED: 'the algorithm is none, HMAC, or not on the list',
  ALG_NOT_OF_KEY: 'the algorithm is not the one registered for the key',
  SIGNATURE_LENGTH: 'the signature does not have the length of its algorithm (DER is refused)',
  SIGNATURE_WRONG: 'the signature does not verify',
  TYPE_WRONG: 'typ is not the one of the artefact expected here',
  ISSUED_IN_FUTURE: 'iat lies in the future beyond the tolerance',
  // keys
  KEY_UNKNOWN: 'no party has registered this kid',
  KEY_NOT_OF_PARTY: 'the key belongs to another party',
  KEY_PENDING: 'the key is not published yet',
  KEY_RETIRED: 'the key is retired and serves as evidence only',
  KEY_COMPROMISED: 'the key is compromised',
  KEY_NOT_YET_VALID: 'the key is not valid yet',
  KEY_EXPIRED: 'the key is no longer valid',
  KEY_UNUSABLE: 'the given key is not acceptable',
  KEY_MISMATCH: 'kid differs from the given key',
  // message
  FRAME_MALFORMED: 'the frame cannot be read',
  PAYLOAD_MALFORMED: 'the signed payload is not strict JSON of the form this profile defines',
  PART_MISSING: 'a part the manifest lists is absent',
  PART_EXTRA: 'a part is present that the manifest does not list',
  PART_REPEATED: 'a part name occurs twice',
  PART_ALTERED: 'length or digest of a part differ from the manifest',
  ADDRESSEE: 'addressed to another party',
  SENDER: 'from another party than the one of this link',
  EXPIRED: 'past its not-after time',
  TEST_PRODUCTION: 'test flag and environment differ',
  // second signature
  SECOND_NOT_AGREED: 'a second signature on a link that agreed on none',
  SECOND_MISSING: 'the second signature is required on this link and absent',
  SECOND_MALFORMED: 'the second signature is not the one JSON text this profile allows',
  SECOND_WRONG: 'the second signature does not verify',
  // receipt
  RECEIPT_OTHER_MESSAGE: 'the receipt is about another message id',
  RECEIPT_OTHER_BYTES: 'the receipt attests other octets than were sent',
  RECEIPT_OTHER_PARTS: 'the receipt lists other parts or digests',
  RECEIPT_OTHER_PARTIES: 'issuer, sender or addressee are not those of the message',
  // question and answer
  ANSWER_OTHER_QUESTION: 'the answer does not fit the question that was asked',
  // translation
  TRANSLATION_OTHER: 'the statement is about other messages, octets or mappings',
  // evidence
  PACK_ALTERED: 'the pack is not in its one form: octets were changed, added or left out, or it is no evidence pack',
  PACK_UNRELATED: 'what the pack holds does not belong together',
  LOG_OTHER: 'the entry of the log speaks of other octets',
  LOG_PATH: 'the path does not lead to the signed root',
  TIMESTAMP_WRONG: 'the time-stamp is about other octets, or does not lead to the certificates given',
  KEY_NOT_VOUCHED: 'nobody you trust vouches for this key',
  RECEIPT_ABSENT: 'there is no receipt of the addressee',
  CONTENT_ABSENT: 'a document is no longer here; its digest is',
  TIME_UNPROVEN: 'the message is not under a signed root of the log',
  // directory and token
  DIRECTORY_STALE: 'not newer than the directory known',
  DIRECTORY_KEY_LOST: 'a known key is left out or taken back to an earlier status',
  DIRECTORY_KEY_REUSED: 'a key of another party is listed',
  STATEMENT_OTHER_PARTIES: 'the statement about keys is from or to another party',
  TOKEN_OTHER_REQUEST: 'the token was made for another request',
  TOKEN_EXPIRED: 'the token has expired or lives too long',
} as const;

export type Reason = keyof typeof REASONS;

export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly reason: Reason;
}

/** A refusal whose outward code is the uniform one, unless said otherwise. */
export function refuse(reason: Reason, code: ErrorCode = 'SIGNATURE_INVALID'): Refusal {
  return { ok: false, code, reason };
}
