import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { signatureVerifies, signedBy, type AnySigner, type KeyDirectory, type SigningAlgorithm } from '#trust';

/** What a signature has to cover: where it goes, what it carries, and the labels beside it. */
const COVERED = ['@method', '@target-uri', 'content-type', 'content-digest', 'landbridge-message-id', 'landbridge-possible-duplicate'];
const PARAMETERS = ['created', 'keyid', 'alg', 'nonce', 'tag'];
/** Says what the signature is for: one made for something else counts for nothing here. */
const TAG = 'landbridge-push';
const TOLERANCE_MS = 300_000;
const NAMES: Readonly<Record<SigningAlgorithm, string>> = { ES256: 'ecdsa-p256-sha256', Ed25519: 'ed25519' };

export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** RFC 9530. */
export const contentDigest = (body: Buffer): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

/** The headers with `Content-Digest`, `Signature-Input` and `Signature` (RFC 9421) by the key that signs now. Rejects as the signer does. */
export async function signRequest(
  { method, url, headers }: SignedRequest,
  { body, signer, now }: { readonly body: Buffer; readonly signer: AnySigner; readonly now: Date },
): Promise<Record<string, string>> {
  const key = { id: signer.kid, alg: NAMES[signer.alg], sign: (data: Buffer) => signedBy(signer, (one) => one.sign(data)) };
  const signed = await httpbis.signMessage(
    { key, name: 'lb', fields: COVERED, params: PARAMETERS, paramValues: { created: now, nonce: randomUUID(), tag: TAG } },
    { method, url, headers: { ...headers, 'content-digest': contentDigest(body) } },
  );
  return signed.headers as Record<string, string>;
}

export interface Verification {
  readonly directory: KeyDirectory;
  /** Whose key it must be. */
  readonly party: string;
  readonly now: Date;
}

/**
 * Whether the request was signed by a key of the party that counts now, over everything that has to be covered, at most five minutes ago, and
 * whether the body is the one its digest names. Never says why not. A request that is shown again proves no more than the frame in it, which is taken once.
 */
export async function requestIsGenuine(
  { method, url, headers }: SignedRequest,
  body: Buffer,
  verification: Verification,
): Promise<boolean> {
  const { directory, party, now } = verification;
  if (!sameText(headers['content-digest'] ?? '', contentDigest(body))) return false;
  try {
    const verified = await httpbis.verifyMessage(
      {
        requiredFields: COVERED,
        requiredParams: PARAMETERS,
        all: true,
        // Its own clock is not ours: `created` is judged below.
        notAfter: new Date(8_640_000_000_000_000),
        keyLookup: async ({ keyid = '', alg, created, tag }) => {
          const timely = created instanceof Date && Math.abs(created.getTime() - now.getTime()) <= TOLERANCE_MS;
          const found = directory.resolve(keyid, { at: now, purpose: 'verify', party });
          if (!timely || tag !== TAG || !found.ok || NAMES[found.alg as SigningAlgorithm] !== alg) return null;
          return { id: keyid, algs: [alg!], verify: async (data, signature) => signatureVerifies(found.alg, found.key, data, signature) };
        },
      },
      { method, url, headers: { ...headers } },
    );
    return verified === true;
  } catch {
    return false;
  }
}

const sameText = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
