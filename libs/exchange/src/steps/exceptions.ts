import type { LeniencyKind } from '#trust';
import type { AuditRecord } from '../ports/audit-log.port.ts';
import type { Opened } from './open.ts';

type Proven = Exclude<Opened, { kind: 'unproven' | 'keys' | 'reconciliation' }>;

/** The id under which an opened delivery is known: of the message, receipt or question. */
export function subjectIdOf(opened: Proven): string {
  if (opened.kind === 'message') return opened.message.manifest.messageId;
  if (opened.kind === 'receipt') return opened.receipt.receiptId;
  return opened.kind === 'query' ? opened.asked.query.queryId : opened.answer.queryId;
}

/** One audit record for each exception that a batch used: which link, why and by whom it was allowed, and what passed by it. */
export function exceptionUses(opened: readonly Opened[], at: Date): readonly AuditRecord[] {
  const uses = new Map<string, { link: Proven['link']; kind: LeniencyKind; ids: string[] }>();
  for (const one of opened) {
    if (one.kind === 'unproven' || one.kind === 'keys' || one.kind === 'reconciliation') continue;
    for (const kind of one.leniency ?? []) {
      const key = `${one.link.id} ${kind}`;
      const use = uses.get(key) ?? { link: one.link, kind, ids: [] };
      use.ids.push(subjectIdOf(one));
      uses.set(key, use);
    }
  }
  return [...uses.values()].map(({ link, kind, ids }) => {
    const exception = link.exceptions.find((allowed) => allowed.kind === kind);
    return {
      actor: `partner:${link.partner}`,
      action: 'exception.use',
      subject: `link:${link.id}`,
      ...(exception ? { reason: exception.reason, approver: exception.approvedBy } : {}),
      after: { exception: kind, until: exception?.until, ids },
      at,
    };
  });
}
