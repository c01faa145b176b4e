import { verifyEvidence, type EvidenceVerdict, type TrustAnchors } from '#trust';
import { actorName, type Actor } from '../access/actor.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import { gatherEvidence, type EvidenceSources } from './gather-evidence.ts';

export interface EvidenceDeskOptions extends EvidenceSources {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly ring: Pick<KeyRing, 'directory'>;
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

  /** What the pack of a message would prove now, judged with the keys that this gateway believes. Errors as `gatherEvidence`. */
  async judge(by: Actor, messageId: string): Promise<EvidenceVerdict> {
    return verifyEvidence(await gatherEvidence(by.scope, messageId, this.options, { content: true }), this.#believed());
  }

  /** Thumbprints of the keys of every party that this gateway knows. */
  #believed(): TrustAnchors {
    const all: Record<string, string[]> = {};
    for (const { party, kid } of this.options.ring.directory.records()) (all[party] ??= []).push(kid);
    return all;
  }
}
