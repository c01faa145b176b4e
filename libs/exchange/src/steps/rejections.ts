import type { AuditRecord } from '../ports/audit-log.port.ts';
import type { QuarantineRow } from '../ports/exchange-store.port.ts';
import type { Opened, OpenedMessage } from './open.ts';
import { sha256Hex } from './seal.ts';

/** Digests named in one record; a flood is one record a batch and not one a delivery. */
const MOST = 20;

/**
 * What of a batch will not be believed: one audit record for each link and code, with the digests of the octets that stand in
 * quarantine. Who sent it is not known.
 */
export function rejections(opened: readonly Opened[], at: Date): readonly AuditRecord[] {
  const unproven = opened.filter((one) => one.kind === 'unproven');
  return recordsOf(
    unproven.map(({ delivery, code }) => ({ link: delivery.link, code, sha256: sha256Hex(delivery.frame), actor: 'unknown' })),
    at,
  );
}

/**
 * What a partner truly signed and a plan puts into quarantine: an id used again with other content, within one batch or long after,
 * a receipt or an answer that fits nothing of ours. One record for each link and code.
 */
export function provenRejections(
  rows: readonly Pick<QuarantineRow, 'link' | 'code' | 'sha256'>[],
  partnerOf: (link: string) => string | undefined,
  at: Date,
): readonly AuditRecord[] {
  return recordsOf(
    rows.map(({ link, code, sha256 }) => ({ link, code, sha256, actor: `partner:${partnerOf(link) ?? ''}` })),
    at,
  );
}

function recordsOf(
  rejected: readonly { readonly link: string; readonly code: string; readonly sha256: string; readonly actor: string }[],
  at: Date,
): readonly AuditRecord[] {
  const groups = new Map<string, { link: string; code: string; actor: string; digests: string[]; count: number }>();
  for (const { link, code, sha256, actor } of rejected) {
    const group = groups.get(`${link} ${code}`) ?? { link, code, actor, digests: [], count: 0 };
    group.count += 1;
    if (group.digests.length < MOST) group.digests.push(sha256);
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
