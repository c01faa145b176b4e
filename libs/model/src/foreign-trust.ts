/**
 * What a link agreed about signatures that are not of our own profile: a second signature beside ours, and signatures that
 * documents bring along (carried evidence). Part of the agreements file; keys and certificates stand here and nowhere else.
 */
import { z } from 'zod';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
/** Name of a signature service of this installation (setting SIGNATURE_SERVICES): a program or a loopback address. */
const service = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a service name: small letters, digits and hyphens');
const pem = z.string().startsWith('-----BEGIN ').max(16_384);
const keyName = z.string().min(1).max(128);

export const SecondSignatureKey = z.strictObject({
  /** SubjectPublicKeyInfo in PEM; its SHA-256 is the `kid` of the second signature. */
  publicKey: pem,
  /** Judges signatures of this key where we cannot (SM2, GOST). Absent: we judge them ourselves. */
  service: service.optional(),
  from: instant.optional(),
  until: instant.optional(),
  compromisedSince: instant.optional(),
});

export const SecondSignature = z.strictObject({
  /** A name registered for JOSE, or `urn:oid:` and the OID of the signature algorithm. Pinned to every key below. */
  alg: z.string().regex(/^(?:[A-Z][A-Za-z0-9]{2,11}|urn:oid:[0-2](?:\.\d{1,12}){2,20})$/, 'a JOSE algorithm or urn:oid:…'),
  /**
   * `all`: both signatures must verify, or the message is quarantined. `any`: one suffices; as ours is always checked, the
   * second is then judged and kept as evidence, and its absence or failure is a warning.
   */
  policy: z.enum(['all', 'any']),
  /** The partner's keys. Empty: the partner does not sign a second time. */
  keys: z.array(SecondSignatureKey).max(16).default([]),
  /** We sign a second time: the service that holds the key, and the key's public half. Absent: we do not. */
  sign: z.strictObject({ service, publicKey: pem }).optional(),
});
export type SecondSignature = z.infer<typeof SecondSignature>;

export const ForeignCertificateEntry = z.strictObject({
  /** How signatures name it: the KeyName of an XML signature, the number of the certificate. */
  keyName,
  certificate: pem,
  revokedSince: instant.optional(),
});

export const CarriedEvidencePolicy = z.strictObject({
  /**
   * `xml-dsig`: enveloped in the document, judged here. `external`: opaque to us (GOST, CMS), judged by `service`; `part`
   * names the part that holds a detached signature, absent where it is inside the document.
   */
  scheme: z.enum(['xml-dsig', 'external']),
  service: service.optional(),
  part: z.string().max(64).optional(),
  /** What happens to a message whose carried signature is absent or does not verify. */
  onFailure: z.enum(['refuse', 'quarantine', 'keep']).default('refuse'),
  /** Certificates the partner signs with. A signature under any other is not valid, whoever says so. */
  certificates: z.array(ForeignCertificateEntry).max(64).default([]),
  /** Old algorithms let in until a date. Every use is a warning on the message and stands in its evidence. */
  legacy: z.strictObject({ until: instant, allow: z.array(z.enum(['sha1', 'rsa-2048', 'rsa-1024'])).min(1) }).optional(),
  /** We sign our own documents to this partner the same way: number of our certificate there, and the algorithm. */
  sign: z.strictObject({ keyName, algorithm: z.enum(['rsa-sha256', 'rsa-sha512', 'rsa-sha1']).default('rsa-sha256') }).optional(),
});
export type CarriedEvidencePolicy = z.infer<typeof CarriedEvidencePolicy>;
