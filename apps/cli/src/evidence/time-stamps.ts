import { Rfc3161TimeStamper } from '#adapters';
import { sha256, type EvidencePack, type EvidenceProof, type EvidenceVerdict } from '#trust';

/** One time-stamp of a third party in a pack, over the root at `at`. `unjudged`: nobody named the authority's certificates. */
export interface JudgedStamp {
  readonly at: string;
  readonly verdict: 'verified' | 'refused' | 'unjudged';
  /** What the authority says; present when it is believed. */
  readonly time?: Date;
}

/** Judges each token over a signed root of the pack once, against the certificates (PEM) of the authority, if given. */
export async function judgeStamps(pack: EvidencePack, authority: string | undefined): Promise<JudgedStamp[]> {
  const stamper = authority === undefined ? undefined : new Rfc3161TimeStamper({ url: '', trusted: authority });
  const judged = new Map<string, JudgedStamp>();
  for (const [at, { root, timestamp }] of stamped(pack)) {
    const key = sha256(Buffer.concat([root, timestamp]));
    if (judged.has(key)) continue;
    const time = await stamper?.judge(timestamp, root);
    judged.set(key, time ? { at, verdict: 'verified', time } : { at, verdict: stamper ? 'refused' : 'unjudged' });
  }
  return [...judged.values()];
}

type Stamped = EvidenceProof & { readonly timestamp: Buffer };

function stamped({ messages }: EvidencePack): [at: string, proof: Stamped][] {
  const proofs = messages.flatMap(({ proof, receipts }, n) => [
    [`messages/${n + 1}/log`, proof] as const,
    ...receipts.map((receipt, m) => [`messages/${n + 1}/receipts/${m + 1}`, receipt.proof] as const),
  ]);
  return proofs.flatMap(([at, proof]) => (proof?.timestamp ? [[`${at}/timestamp.tsr`, { ...proof, timestamp: proof.timestamp }]] : []));
}

/** The verdict with tokens that do not hold among its findings: a pack with such a token is not what it says. */
export function withStamps(verdict: EvidenceVerdict, stamps: readonly JudgedStamp[]): EvidenceVerdict {
  const refused = stamps.filter(({ verdict: found }) => found === 'refused');
  if (refused.length === 0) return verdict;
  const findings = refused.map(({ at }) => ({ outcome: 'signature', at, reason: 'TIMESTAMP_WRONG' }) as const);
  return { ...verdict, outcome: 'signature', findings: [...verdict.findings, ...findings] };
}
