/** Signatures that are not of our own profile, as the exchange sees them. */

export interface ForeignVerifyRequest {
  /** `jws`: a second signature over `input`. `external`: whatever the link agreed on (GOST, CMS), opaque to us. */
  readonly scheme: 'jws' | 'external';
  /** Exact octets: the JWS signing input, or the document. */
  readonly input: Buffer;
  /** Absent where the signature is inside the document. */
  readonly signature?: Buffer;
  /** Pinned by the agreement; absent for `external`, where the answer names it. */
  readonly algorithm?: string;
  /** Public key in PEM, for `jws`. */
  readonly publicKey?: string;
  /** Certificates agreed on the link in PEM, for `external`. */
  readonly certificates?: readonly string[];
}

/** What a verifier found. `indeterminate`: it works, but has no verdict about these octets. */
export interface ForeignVerdict {
  readonly verdict: 'valid' | 'invalid' | 'indeterminate';
  /** SHA-256 (base64url) of the DER certificate behind the signature; compared with the agreed ones, never believed alone. */
  readonly certificateDigest?: string;
  readonly algorithm?: string;
  /** A short code of the verifier's own. */
  readonly reason?: string;
}

export interface SecondSignRequest {
  readonly algorithm: string;
  readonly kid: string;
  /** Public half of the key to sign with, in PEM. */
  readonly publicKey: string;
  readonly input: Buffer;
}

/** Judges what this process cannot. Rejects with SIGNATURE_SERVICE_UNAVAILABLE when it cannot be asked: nothing is decided then. */
export interface ForeignVerifier {
  verify(request: ForeignVerifyRequest): Promise<ForeignVerdict>;
}

/** Signs with a key that never comes near us. Rejects with SIGNATURE_SERVICE_UNAVAILABLE. */
export interface SecondSigner {
  sign(request: SecondSignRequest): Promise<Buffer>;
}

/** One certified module behind a program or a loopback address: signs, judges, or both. */
export abstract class SignatureService implements ForeignVerifier, SecondSigner {
  abstract verify(request: ForeignVerifyRequest): Promise<ForeignVerdict>;
  abstract sign(request: SecondSignRequest): Promise<Buffer>;
}

/**
 * What became of one foreign signature, kept for ever in the commit of its message. Outlives the payload: digests of the
 * bytes judged and of the certificate, and the signature's own octets where it could be taken out.
 */
export interface CarriedEvidence {
  /** As in events: `in:<sender>/<message id>`, `out:<message id>` or `quarantine:<sha256>`. */
  readonly subject: string;
  readonly link: string;
  readonly scheme: 'jws-second' | 'xml-dsig' | 'external';
  /** `kid` of a second signature, KeyName of an XML signature. */
  readonly keyName?: string;
  /** SHA-256 (base64url) of the DER certificate. */
  readonly certificateDigest?: string;
  readonly algorithm?: string;
  /** `made`: our own second signature. */
  readonly verdict: 'valid' | 'invalid' | 'indeterminate' | 'absent' | 'made';
  /** Why not `valid`, or which legacy allowance it needed. */
  readonly reason?: string;
  readonly at: Date;
  /** SHA-256 (base64url) of the octets judged: the manifest for a second signature, else the document. */
  readonly bytesDigest: string;
  /** The signature alone: artefact of a second signature, Signature element, detached file; empty where there is none to take out. */
  readonly signature: Buffer;
}

/** Evidence as people, exports and evidence packs see it: plain JSON, members in a fixed order, the signature in base64. */
export interface CarriedEvidenceEntry extends Omit<CarriedEvidence, 'subject' | 'link' | 'at' | 'signature'> {
  readonly at: string;
  readonly signature: string;
}

/** Same record, same bytes when printed with JSON.stringify. */
export function evidenceEntry({ signature, at, ...record }: CarriedEvidence): CarriedEvidenceEntry {
  const { scheme, keyName, certificateDigest, algorithm, verdict, reason, bytesDigest } = record;
  return {
    scheme,
    ...(keyName !== undefined && { keyName }),
    ...(certificateDigest !== undefined && { certificateDigest }),
    ...(algorithm !== undefined && { algorithm }),
    verdict,
    ...(reason !== undefined && { reason }),
    at: at.toISOString(),
    bytesDigest,
    signature: signature.toString('base64'),
  };
}

/** Second signatures of ours: made once, kept before the message goes out, the same octets in every attempt. */
export abstract class SecondSignatureStore {
  /** Keeps what is new; what was kept first stays. Resolves to the artefacts in force, by message id. Durable when it resolves. */
  abstract keep(made: readonly CarriedEvidence[]): Promise<ReadonlyMap<string, Buffer>>;
  abstract find(messageIds: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}
