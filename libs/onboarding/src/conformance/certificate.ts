/**
 * The conformance certificate (`lb-conformance+jws`): the word of whoever ran the suite that an endpoint passed it, bound to
 * endpoint, software version, signing key and profile, for a limited time. It proves nothing about later versions or other keys.
 */
import { ExchangeError, parseStrictJson } from '#model';
import {
  Digest,
  futureTime,
  Instant,
  openJws,
  PartyKey,
  PROFILE,
  sha256,
  signJws,
  TYPES,
  type KeyDirectory,
  type Reason,
  type Signer,
} from '#trust';
import { z } from 'zod';
import { GROUPS } from './case.ts';
import type { SuiteReport } from './run.ts';

/** Days a certificate counts. */
export const CONFORMANCE_DAYS = 365;

export const ConformanceCertificate = z.strictObject({
  profile: z.literal(PROFILE),
  issuer: PartyKey,
  /** Who was tested: party, role and address of the endpoint, and the software that ran there as its owner named it. */
  subject: z.strictObject({
    party: PartyKey,
    role: z.enum(['gateway', 'partner']),
    endpoint: z.string().min(1).max(300),
    software: z.string().min(1).max(100),
    /** The key with which it signed. */
    kid: Digest,
  }),
  suite: z.strictObject({
    version: z.string(),
    groups: z.array(z.enum(GROUPS)).min(1),
    cases: z.number().int().positive(),
    assertions: z.number().int().positive(),
    /** SHA-256 of the JSON report, which lists every case and assertion. */
    reportDigest: Digest,
  }),
  issued: Instant,
  expires: Instant,
});
export type ConformanceCertificate = z.infer<typeof ConformanceCertificate>;

export interface CertificateFields {
  readonly report: SuiteReport;
  /** The exact octets of the JSON report. */
  readonly reportBytes: Uint8Array;
  readonly endpoint: string;
  readonly software: string;
  readonly kid: string;
}

/** Signs a certificate for a full run that passed. Throws CONFORMANCE_FAILED for any other. */
export function certificateOf({ report, reportBytes, endpoint, software, kid }: CertificateFields, signer: Signer, now: Date): Buffer {
  if (!report.passed || report.extent !== 'full') throw new ExchangeError('CONFORMANCE_FAILED');
  const certificate: ConformanceCertificate = ConformanceCertificate.parse({
    profile: PROFILE,
    issuer: report.self,
    subject: { party: report.endpoint, role: report.role, endpoint, software, kid },
    suite: {
      version: report.suite,
      groups: report.groups,
      cases: report.counts.passed,
      assertions: report.assertions,
      reportDigest: sha256(reportBytes),
    },
    issued: now.toISOString(),
    expires: new Date(now.getTime() + CONFORMANCE_DAYS * 86_400_000).toISOString(),
  });
  return signJws(Buffer.from(JSON.stringify(certificate)), TYPES.conformance, signer, now);
}

export type CertificateVerdict = 'valid' | 'expired' | 'other key' | 'other software' | 'other report' | 'not trusted';

export interface OpenedCertificate {
  /** Present where the signature is right. */
  readonly certificate?: ConformanceCertificate;
  readonly verdict: CertificateVerdict;
  /** Why the signature is not trusted, for our own eyes. */
  readonly reason?: Reason;
}

/** What a certificate must be about; what is not given is not compared. */
export interface CertificateExpected {
  readonly now: Date;
  readonly kid?: string | undefined;
  readonly software?: string | undefined;
  readonly reportBytes?: Uint8Array | undefined;
}

/** Judges a certificate with the keys known of its issuer, as they stood when it was issued. */
export function openCertificate(
  jws: Buffer,
  directory: KeyDirectory,
  { now, kid, software, reportBytes }: CertificateExpected,
): OpenedCertificate {
  const at = issuedOf(jws) ?? now;
  const opened = openJws(jws, { typ: TYPES.conformance, resolve: (key) => directory.resolve(key, { at, purpose: 'evidence' }) });
  if (!opened.ok) return { verdict: 'not trusted', reason: opened.reason };
  const json = parseStrictJson(opened.payload, { depth: 4 });
  const parsed = json.ok ? ConformanceCertificate.safeParse(json.value) : undefined;
  if (!parsed?.success) return { verdict: 'not trusted', reason: 'PAYLOAD_MALFORMED' };
  const certificate = parsed.data;
  if (certificate.issuer !== opened.party) return { verdict: 'not trusted', reason: 'SENDER' };
  if (futureTime(opened.issuedAt, now)) return { verdict: 'not trusted', reason: 'ISSUED_IN_FUTURE' };
  return { certificate, verdict: verdictOf(certificate, { now, kid, software, reportBytes }) };
}

function verdictOf(
  { subject, suite, expires }: ConformanceCertificate,
  { now, kid, software, reportBytes }: CertificateExpected,
): CertificateVerdict {
  if (now.getTime() >= Date.parse(expires)) return 'expired';
  if (kid !== undefined && kid !== subject.kid) return 'other key';
  if (software !== undefined && software !== subject.software) return 'other software';
  if (reportBytes !== undefined && sha256(reportBytes) !== suite.reportDigest) return 'other report';
  return 'valid';
}

/** The claimed time of issue, to look the key up; the signature decides whether it is believed. */
function issuedOf(jws: Buffer): Date | undefined {
  const json = parseStrictJson(Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url'), { depth: 4 });
  const issued = json.ok ? (json.value as { issued?: unknown } | null)?.issued : undefined;
  return typeof issued === 'string' && !Number.isNaN(Date.parse(issued)) ? new Date(issued) : undefined;
}
