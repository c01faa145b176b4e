import { actorName, type Actor } from '../access/actor.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import { gatherEvidence, type EvidenceSources } from './gather-evidence.ts';

export interface EvidenceDeskOptions extends EvidenceSources {
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Hands out evidence packs to people, each one on record. */
export class EvidenceDesk {
  constructor(private readonly options: EvidenceDeskOptions) {}

  /** The pack of a message within the actor's scope; on record before it is handed out. Errors as `gatherEvidence`. */
  async pack(by: Actor, messageId: string, choice: { readonly content: boolean }): Promise<Buffer> {
    const { audit, clock } = this.options;
    const pack = await gatherEvidence(by.scope, messageId, this.options, choice);
    await audit.append({
      actor: actorName(by),
      action: 'evidence.export',
      subject: `message:${messageId}`,
      after: choice,
      at: clock.now(),
    });
    return pack;
  }
}
