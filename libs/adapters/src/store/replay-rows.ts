import type { ReplayCandidate, ReplayItem, ReplayPlan } from '#exchange';

export interface CandidateRow {
  readonly direction: 'in' | 'out';
  readonly sender: string | null;
  readonly message_id: string;
  readonly link: string;
  readonly type: string;
  readonly function_code: string | null;
  readonly canonical_type: string | null;
  readonly state: string;
  readonly at: Date;
  readonly order_key: string | null;
  readonly business_keys: string[];
  readonly test: boolean;
  readonly priority: 'A' | 'B' | 'C';
  readonly mapping: ReplayCandidate['mapping'] | null;
  readonly translation: string | null;
  readonly source_sender: string | null;
  readonly source_message_id: string | null;
  readonly deadline: Date | null;
  readonly published_before: boolean;
  readonly successor: string | null;
  readonly open_plan: string | null;
  readonly newer: 'waits' | 'received' | null;
  readonly frame: Buffer;
}

export const candidateOf = (row: CandidateRow): ReplayCandidate => ({
  subject: row.direction === 'in' ? `in:${row.sender ?? ''}/${row.message_id}` : `out:${row.message_id}`,
  direction: row.direction,
  ...(row.sender === null ? {} : { sender: row.sender }),
  messageId: row.message_id,
  link: row.link,
  type: row.type,
  ...(row.function_code === null ? {} : { functionCode: row.function_code }),
  ...(row.canonical_type === null ? {} : { canonicalType: row.canonical_type }),
  state: row.state,
  at: row.at,
  ...(row.order_key === null ? {} : { orderKey: row.order_key }),
  businessKeys: row.business_keys,
  test: row.test,
  priority: row.priority,
  ...(row.mapping ? { mapping: row.mapping } : {}),
  ...(row.translation === null ? {} : { translation: row.translation }),
  ...(row.source_sender === null || row.source_message_id === null
    ? {}
    : { source: { sender: row.source_sender, messageId: row.source_message_id } }),
  ...(row.deadline === null ? {} : { deadline: row.deadline }),
  publishedBefore: row.published_before,
  ...(row.successor === null ? {} : { successor: row.successor }),
  ...(row.open_plan === null ? {} : { openPlan: row.open_plan }),
  ...(row.newer === null ? {} : { newer: row.newer }),
  frame: row.frame,
});

export interface PlanRow {
  readonly id: string;
  readonly kind: ReplayPlan['kind'];
  readonly state: ReplayPlan['state'];
  readonly cause: string | null;
  readonly reason: string;
  readonly author_id: string;
  readonly author: string;
  readonly approver_id: string | null;
  readonly approver: string | null;
  readonly decision: string | null;
  readonly decided_at: Date | null;
  readonly needs_second_person: boolean;
  readonly digest: string;
  readonly action: Buffer;
  readonly links: string[];
  readonly reroute_to: string | null;
  readonly canary: number;
  readonly rate: number;
  readonly max_failures: number;
  readonly tolerated: number;
  readonly at: Date;
  readonly expires_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly report: string | null;
  readonly query: string | null;
}

export const planOf = (row: PlanRow): ReplayPlan => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  ...(row.cause === null ? {} : { cause: row.cause }),
  reason: row.reason,
  author: { id: row.author_id, name: row.author },
  ...(row.approver_id === null ? {} : { approver: { id: row.approver_id, name: row.approver ?? '' } }),
  ...(row.decision === null ? {} : { decision: row.decision }),
  ...(row.decided_at === null ? {} : { decidedAt: row.decided_at }),
  needsSecondPerson: row.needs_second_person,
  digest: row.digest,
  action: row.action,
  links: row.links,
  ...(row.reroute_to === null ? {} : { to: row.reroute_to }),
  canary: row.canary,
  rate: row.rate,
  maxFailures: row.max_failures,
  at: row.at,
  expiresAt: row.expires_at,
  ...(row.started_at === null ? {} : { startedAt: row.started_at }),
  ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  ...(row.report === null ? {} : { report: row.report }),
  ...(row.query === null ? {} : { query: row.query }),
});

export interface ItemRow {
  readonly position: number;
  readonly subject: string;
  readonly direction: 'in' | 'out';
  readonly sender: string | null;
  readonly message_id: string;
  readonly link: string;
  readonly type: string;
  readonly order_key: string | null;
  readonly verdict: ReplayItem['verdict'];
  readonly reasons: ReplayItem['reasons'];
  readonly state: ReplayItem['state'];
  readonly code: string | null;
  readonly becomes: string[];
  readonly results: ReplayItem['results'] | null;
  readonly at: Date | null;
}

export const itemOf = (row: ItemRow): ReplayItem => ({
  position: row.position,
  subject: row.subject,
  direction: row.direction,
  ...(row.sender === null ? {} : { sender: row.sender }),
  messageId: row.message_id,
  link: row.link,
  type: row.type,
  ...(row.order_key === null ? {} : { orderKey: row.order_key }),
  verdict: row.verdict,
  reasons: row.reasons,
  state: row.state,
  ...(row.code === null ? {} : { code: row.code }),
  becomes: row.becomes,
  results: row.results ?? [],
  ...(row.at === null ? {} : { at: row.at }),
});
