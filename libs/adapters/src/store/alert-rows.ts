import type { Alert, Notice, Silence } from '#exchange';

export interface AlertRow {
  readonly id: string;
  readonly rule: string;
  readonly measure: Alert['measure'];
  readonly severity: Alert['severity'];
  readonly subject: string;
  readonly link: string | null;
  readonly value: number;
  readonly bound: number;
  readonly state: Alert['state'];
  readonly since: Date;
  readonly fired_at: Date | null;
  readonly clear_since: Date | null;
  readonly resolved_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_reason: string | null;
}

export const alertOf = (row: AlertRow): Alert => ({
  id: row.id,
  rule: row.rule,
  measure: row.measure,
  severity: row.severity,
  subject: row.subject,
  ...(row.link !== null && { link: row.link }),
  value: row.value,
  limit: row.bound,
  state: row.state,
  since: row.since,
  ...(row.fired_at && { firedAt: row.fired_at }),
  ...(row.clear_since && { clearSince: row.clear_since }),
  ...(row.resolved_at && { resolvedAt: row.resolved_at }),
  ...(row.acknowledged_by !== null &&
    row.acknowledged_at && {
      acknowledged: { by: row.acknowledged_by, at: row.acknowledged_at, reason: row.acknowledged_reason ?? '' },
    }),
});

export interface NoticeRow {
  readonly id: string;
  readonly channel: string;
  readonly content: Notice['content'];
  readonly state: Notice['state'];
  readonly attempt: number;
  readonly next_at: Date;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly code: string | null;
}

/** Times inside of the content were written as JSON. */
export const noticeOf = ({ next_at: nextAt, created_at: createdAt, sent_at: sentAt, code, content, ...row }: NoticeRow): Notice => ({
  ...row,
  content: { ...content, lines: content.lines.map((line) => ({ ...line, since: new Date(line.since) })) },
  nextAt,
  createdAt,
  ...(sentAt && { sentAt }),
  ...(code !== null && { code }),
});

export interface SilenceRow {
  readonly id: string;
  readonly rule: string | null;
  readonly link: string | null;
  readonly until: Date;
  readonly reason: string;
  readonly author: string;
  readonly at: Date;
  readonly ended_at: Date | null;
}

export const silenceOf = ({ id, rule, link, until, reason, author, at, ended_at: endedAt }: SilenceRow): Silence => ({
  id,
  ...(rule !== null && { rule }),
  ...(link !== null && { link }),
  until,
  reason,
  by: author,
  at,
  ...(endedAt && { endedAt }),
});
