/**
 * Certificates behind signatures that are not of this profile (carried evidence). They are agreed for a link and looked up
 * by the name the signature gives (KeyName, the number of the certificate); nothing a message brings is ever believed.
 */
import { X509Certificate, type KeyObject } from 'node:crypto';
import { ExchangeError } from '#model';
import { sha256 } from './encoding.ts';
import { isRoca } from './weak-keys.ts';

/** What a link's legacy switch may let in, each until its date. */
export const LEGACY_ALLOWANCES = ['sha1', 'rsa-2048', 'rsa-1024'] as const;
export type LegacyAllowance = (typeof LEGACY_ALLOWANCES)[number];

export interface ForeignCertificate {
  /** Name under which signatures refer to it. */
  readonly keyName: string;
  /** SHA-256 of the DER certificate, canonical base64url. */
  readonly digest: string;
  /** Absent where node:crypto does not know the key's algorithm (GOST): only an external verifier can use such a certificate. */
  readonly key?: KeyObject;
  /** Bits of an RSA modulus. */
  readonly rsaBits?: number;
  readonly pem: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly revokedSince?: Date;
}

/** Why a certificate cannot stand behind a signature made now. */
export type CertificateFault = 'CERTIFICATE_NOT_YET_VALID' | 'CERTIFICATE_EXPIRED' | 'CERTIFICATE_REVOKED' | 'CERTIFICATE_KEY_WEAK';

/** Reads an agreed certificate in PEM. Throws KEY_REFUSED when it is none, or its RSA key is even, of another exponent than 65537, or bears the ROCA fingerprint. */
export function readForeignCertificate(keyName: string, pem: string, revokedSince?: Date): ForeignCertificate {
  const certificate = parse(pem);
  const { key, rsaBits } = keyOf(certificate);
  return {
    keyName,
    digest: sha256(certificate.raw),
    ...(key && { key }),
    ...(rsaBits !== undefined && { rsaBits }),
    pem,
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    ...(revokedSince && { revokedSince }),
  };
}

/** Judges a certificate at the time of receiving. RSA below 3,072 bits needs the legacy switch of the link. */
export function certificateFault(
  { notBefore, notAfter, revokedSince, rsaBits }: ForeignCertificate,
  at: Date,
  legacy: ReadonlySet<LegacyAllowance>,
): CertificateFault | undefined {
  if (revokedSince && at >= revokedSince) return 'CERTIFICATE_REVOKED';
  if (at < notBefore) return 'CERTIFICATE_NOT_YET_VALID';
  if (at > notAfter) return 'CERTIFICATE_EXPIRED';
  const needed = rsaAllowance(rsaBits);
  return needed === undefined || (needed !== 'never' && legacy.has(needed)) ? undefined : 'CERTIFICATE_KEY_WEAK';
}

/** Which allowance an RSA key of so many bits needs. */
function rsaAllowance(bits: number | undefined): LegacyAllowance | 'never' | undefined {
  if (bits === undefined || bits >= 3072) return undefined;
  if (bits >= 2048) return 'rsa-2048';
  return bits >= 1024 ? 'rsa-1024' : 'never';
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new ExchangeError('KEY_REFUSED', { detail: 'Not one X.509 certificate in PEM.' });
  }
}

function keyOf(certificate: X509Certificate): { key?: KeyObject; rsaBits?: number } {
  let key: KeyObject;
  try {
    key = certificate.publicKey;
  } catch {
    return {};
  }
  if (key.asymmetricKeyType !== 'rsa') return { key };
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const modulus = BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);
  const exponent = BigInt(`0x${Buffer.from(e, 'base64url').toString('hex')}`);
  if (modulus % 2n === 0n || exponent !== 65537n || isRoca(modulus))
    throw new ExchangeError('KEY_REFUSED', { detail: 'The certificate has an unsound RSA key.' });
  return { key, rsaBits: key.asymmetricKeyDetails?.modulusLength ?? 0 };
}
