import { PROFILE } from '#trust';
import type { OpenedCertificate } from './certificate.ts';

/** Ways in which an endpoint is no longer what its certificate is about. `silent`: it did not answer a signed question. */
export const DRIFT_FINDINGS = ['not trusted', 'expired', 'silent', 'other key', 'other software', 'other profile'] as const;
export type DriftFinding = (typeof DRIFT_FINDINGS)[number];

/** What a signed answer of the endpoint said; absent where none came. `software` is absent where it does not say. */
export interface SaidByEndpoint {
  readonly kid: string;
  readonly software?: string | undefined;
}

/**
 * Compares an endpoint with its certificate. The profile of an authentic answer is ours, or it would not have been read; so only a
 * certificate of another profile differs in it. Software that does not say what it is is not called other.
 */
export function driftOf({ certificate, verdict }: OpenedCertificate, said: SaidByEndpoint | undefined): readonly DriftFinding[] {
  if (!certificate) return ['not trusted'];
  const { subject, profile } = certificate;
  const found: Record<Exclude<DriftFinding, 'not trusted'>, boolean> = {
    expired: verdict === 'expired',
    silent: said === undefined,
    'other key': said !== undefined && said.kid !== subject.kid,
    'other software': said?.software !== undefined && said.software !== subject.software,
    'other profile': profile !== PROFILE,
  };
  return DRIFT_FINDINGS.filter((finding) => finding !== 'not trusted' && found[finding]);
}
