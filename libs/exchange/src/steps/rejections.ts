import { createHash } from 'node:crypto';
import type { AuditRecord } from '../ports/audit-log.port.ts';
import type { Opened, OpenedMessage } from './open.ts';

/** Digests named in one record; a flood is one record a batch and not one a delivery. */
const MOST = 20;

/**
 * What of a batch will not be believed: one audit record for each link and code, with the digests of the octets that stand in
 * quarantine. Who sent it is not known, but for an id used again with other content: that its owner signed.
 */
export function rejections(opened: readonly Opened[], isConflict: (one: OpenedMessage) => boolean, at: Date): readonly AuditRecord[] {
  const groups = new Map<string, { link: string; code: string; actor: string; digests: string[]; count: number }>();
  for (const one of opened) {
    const conflict = one.kind === 'message' && isConflict(one);
    if (one.kind !== 'unproven' && !conflict) continue;
    const link = one.delivery.link;
    const code = one.kind === 'unproven' ? one.code : 'ID_CONFLICT';
    const group = groups.get(`${link} ${code}`) ?? {
      link,
      code,
      actor: conflict ? `partner:${one.link.partner}` : 'unknown',
      digests: [],
      count: 0,
    };
    group.count += 1;
    if (group.digests.length < MOST) group.digests.push(createHash('sha256').update(one.delivery.frame).digest('hex'));
    groups.set(`${link} ${code}`, group);
  }
  return [...groups.values()].map(({ link, code, actor, count, digests }) => ({
    actor,
    action: 'delivery.reject',
    subject: `link:${link}`,
    after: { code, count, sha256: digests },
    at,
  }));
}

/** Old algorithms in carried signatures that a link allows until a date: one record for each link and algorithm used. */
export function legacyUses(opened: readonly Opened[], at: Date): readonly AuditRecord[] {
  const uses = new Map<string, { link: OpenedMessage['link']; used: string; ids: string[] }>();
  for (const one of opened) {
    if (one.kind !== 'message') continue;
    for (const { verdict, reason } of one.witnessed ?? []) {
      if (verdict !== 'valid' || !reason?.startsWith('LEGACY ')) continue;
      const use = uses.get(`${one.link.id} ${reason}`) ?? { link: one.link, used: reason.slice('LEGACY '.length), ids: [] };
      use.ids.push(one.message.manifest.messageId);
      uses.set(`${one.link.id} ${reason}`, use);
    }
  }
  return [...uses.values()].map(({ link, used, ids }) => ({
    actor: `partner:${link.partner}`,
    action: 'legacy.use',
    subject: `link:${link.id}`,
    after: { allowed: used, until: link.carriedEvidence?.legacy?.until, ids },
    at,
  }));
}
