import { auditDigest, type LogRoot } from '#trust';
import type { StoredAudit } from '../ports/message-log.port.ts';
import type { LogFinding } from './verify-log.ts';

/** End of the audit chain as a signed root states it. */
export type AuditMark = LogRoot['audit'] & { readonly root: number };

/**
 * Recomputes the audit chain and holds it against the ends that signed roots state: an entry that was altered, inserted or
 * removed breaks the chain there; a chain that was rewritten or cut off contradicts the roots. Returns how many entries there are.
 */
export async function verifyAudit(
  entries: AsyncIterable<StoredAudit>,
  marks: readonly AuditMark[],
  found: (finding: LogFinding) => void,
): Promise<number> {
  const stated = new Map(marks.map((mark) => [mark.count, mark]));
  let count = 0;
  let previous = '';
  for await (const entry of entries) {
    const where = `audit ${entry.sequence}`;
    if (entry.sequence !== count + 1) {
      found({ what: 'removed', where: `audit ${count + 1}`, detail: `Entries before audit ${entry.sequence} are missing.` });
    } else if (auditDigest(entry, previous) !== entry.digest) {
      found({ what: 'altered', where, detail: 'The entry does not fit its digest and the digest before it.' });
    }
    const mark = stated.get(entry.sequence);
    if (mark && mark.digest !== entry.digest)
      found({ what: 'altered', where, detail: `Signed root ${mark.root} states another end of the chain: the chain was rewritten.` });
    count = entry.sequence;
    previous = entry.digest;
  }
  const cut = marks.find((mark) => mark.count > count);
  if (cut)
    found({
      what: 'removed',
      where: `audit ${count + 1}`,
      detail: `Signed root ${cut.root} states ${cut.count} entries; ${count} are there.`,
    });
  return count;
}
