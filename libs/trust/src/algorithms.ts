/**
 * Every signature algorithm the strict core can judge, one row each. The gateway signs and believes ES256 and Ed25519
 * only (`GATEWAY_ALGORITHMS`); the others exist for the probe, which judges JWS of RFC 7515, 7520 and 8037 with a given key.
 */
import { constants, createHmac, timingSafeEqual, verify, type KeyObject } from 'node:crypto';

interface AlgorithmRow {
  readonly kty: 'EC' | 'OKP' | 'RSA' | 'oct';
  readonly crv?: string;
  /** node:crypto digest name; absent where the algorithm hashes by itself. */
  readonly hash?: string;
  /** Octets of a signature; for RSA it is the length of the modulus. */
  readonly octets?: number;
  readonly pss?: true;
}

export const ALGORITHMS = {
  ES256: { kty: 'EC', crv: 'P-256', hash: 'sha256', octets: 64 },
  ES384: { kty: 'EC', crv: 'P-384', hash: 'sha384', octets: 96 },
  ES512: { kty: 'EC', crv: 'P-521', hash: 'sha512', octets: 132 },
  Ed25519: { kty: 'OKP', crv: 'Ed25519', octets: 64 },
  /** The polymorphic name of RFC 8037, still written by older software; the gateway wants the fully specified one. */
  EdDSA: { kty: 'OKP', crv: 'Ed25519', octets: 64 },
  RS256: { kty: 'RSA', hash: 'sha256' },
  RS384: { kty: 'RSA', hash: 'sha384' },
  RS512: { kty: 'RSA', hash: 'sha512' },
  PS256: { kty: 'RSA', hash: 'sha256', pss: true },
  PS384: { kty: 'RSA', hash: 'sha384', pss: true },
  PS512: { kty: 'RSA', hash: 'sha512', pss: true },
  HS256: { kty: 'oct', hash: 'sha256', octets: 32 },
  HS384: { kty: 'oct', hash: 'sha384', octets: 48 },
  HS512: { kty: 'oct', hash: 'sha512', octets: 64 },
} as const satisfies Record<string, AlgorithmRow>;

export type Algorithm = keyof typeof ALGORITHMS;

export const GATEWAY_ALGORITHMS = ['ES256', 'Ed25519'] as const;
export type SigningAlgorithm = (typeof GATEWAY_ALGORITHMS)[number];

export function isAlgorithm(name: unknown): name is Algorithm {
  return typeof name === 'string' && Object.hasOwn(ALGORITHMS, name);
}

/** Octets a signature must have: IEEE P1363 for ECDSA (RFC 7518 §3.4), so that DER never fits. */
export function signatureLength(alg: Algorithm, key: KeyObject): number {
  const row: AlgorithmRow = ALGORITHMS[alg];
  return row.octets ?? Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

/** The one place where a signature is checked; the caller has pinned algorithm and key and compared the length. */
export function signatureVerifies(alg: Algorithm, key: KeyObject, input: Buffer, signature: Buffer): boolean {
  const { kty, hash, pss }: AlgorithmRow = ALGORITHMS[alg];
  switch (kty) {
    case 'oct':
      return timingSafeEqual(
        createHmac(hash ?? '', key)
          .update(input)
          .digest(),
        signature,
      );
    case 'RSA':
      return verify(
        hash,
        input,
        pss ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : key,
        signature,
      );
    case 'EC':
      return verify(hash, input, { key, dsaEncoding: 'ieee-p1363' }, signature);
    case 'OKP':
      return verify(null, input, key, signature);
  }
}
