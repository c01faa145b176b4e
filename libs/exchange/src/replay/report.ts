import { signJws, TYPES, type Signer } from '#trust';
import type { PlanCounts, ReplayItem, ReplayPlan } from '../ports/replay-store.port.ts';
import type { PlanState } from './plan-state.ts';

/** What became of a plan, signed by the gateway (`typ: lb-replay+jws`): the action by its digest, both persons, and every message. */
export function sealReport(
  plan: ReplayPlan,
  end: {
    readonly state: PlanState;
    readonly cause?: string;
    readonly counts: PlanCounts;
    readonly items: readonly ReplayItem[];
    readonly at: Date;
  },
  gateway: string,
  signer: Signer,
): string {
  const { id, kind, digest, reason, author, approver, decision, startedAt } = plan;
  const report = {
    profile: 'LB-REPLAY-1',
    issuer: gateway,
    plan: id,
    kind,
    action: digest,
    reason,
    author: author.name,
    ...(approver && { approver: approver.name }),
    ...(decision !== undefined && { decision }),
    state: end.state,
    ...(end.cause !== undefined && { cause: end.cause }),
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    endedAt: end.at.toISOString(),
    counts: end.counts,
    items: end.items.map(({ subject, verdict, reasons, becomes, state, code, results, at }) => ({
      subject,
      verdict,
      reasons,
      ...(becomes.length === 0 ? {} : { becomes }),
      state,
      ...(code === undefined ? {} : { code }),
      results,
      ...(at && { at: at.toISOString() }),
    })),
  };
  return signJws(Buffer.from(JSON.stringify(report)), TYPES.replay, signer, end.at).toString('latin1');
}
