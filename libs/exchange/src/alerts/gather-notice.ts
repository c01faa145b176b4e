import type { Alert, NoticeContent, NoticeLine, Silence } from '../ports/alert-store.port.ts';

/** Whether a silence is about this alert. */
export const silencedBy = ({ rule, link }: Silence, alert: Pick<Alert, 'rule' | 'link'>): boolean =>
  (rule === undefined || rule === alert.rule) && (link === undefined || link === alert.link);

/**
 * What is told of alerts that changed and of which nobody was told: all in one notice, the most urgent first, no more lines than `lines`.
 * Undefined: there is nothing to tell.
 */
export function gatherNotice(untold: readonly Alert[], lines: number): NoticeContent | undefined {
  if (untold.length === 0) return undefined;
  const ordered = untold.toSorted((one, other) => urgency(one) - urgency(other) || Number(one.id) - Number(other.id));
  return { kind: 'alerts', lines: ordered.slice(0, lines).map(lineOf), more: Math.max(0, ordered.length - lines) };
}

const urgency = ({ state, severity }: Alert): number => (state === 'resolved' ? 2 : severity === 'critical' ? 0 : 1);

function lineOf({ id, rule, measure, severity, subject, link, value, limit, state, since }: Alert): NoticeLine {
  return { id, rule, measure, severity, subject, ...(link !== undefined && { link }), value, limit, state, since };
}
