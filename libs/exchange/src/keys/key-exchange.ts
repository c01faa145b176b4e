import type { Link } from '#model';
import { MAX_JWS, newMessageId, openKeyStatement, readCompact, signedBy, signKeyStatement, TYPES, type AnySigner } from '#trust';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { KeyStore } from '../ports/key-store.port.ts';
import type { InboundDelivery } from '../ports/transport.port.ts';
import type { Opened } from '../steps/open.ts';
import type { SealedRow } from '../steps/seal.ts';
import type { KeyRing } from './key-ring.ts';

export interface KeyExchangeOptions {
  readonly gateway: string;
  readonly ring: KeyRing;
  readonly store: KeyStore;
  readonly audit: Pick<AuditLog, 'append'>;
  /** Said in answers. */
  readonly software?: string;
  /** Told when a partner's document was taken in. */
  readonly learned?: (party: string, version: number) => void;
}

/**
 * What partners send about keys over their links: signed updates of their key document, questions and answers. A document is
 * durable before it is answered, so a partner that holds our answer may sign with the key it published.
 */
export class KeyExchange {
  readonly #options: KeyExchangeOptions;

  constructor(options: KeyExchangeOptions) {
    this.#options = options;
  }

  /** The directory as the store has it now; true when that changed something. */
  catchUp(): Promise<boolean> {
    return this.#options.ring.refreshNow();
  }

  /** Takes one artefact in. Never throws for bad input; throws when the store is unreachable, so that it is offered again. */
  async take(delivery: InboundDelivery, link: Link, now: Date): Promise<Opened> {
    const jws = Buffer.from(delivery.frame);
    const read = readCompact(jws, MAX_JWS[TYPES.keys]);
    if (!read.ok) return { kind: 'unproven', delivery, ...read };
    return read.header['typ'] === TYPES.keys ? this.#document(jws, delivery, link, now) : this.#statement(jws, delivery, link, now);
  }

  async #document(jws: Buffer, delivery: InboundDelivery, link: Link, now: Date): Promise<Opened> {
    const { ring, store, audit } = this.#options;
    const judged = ring.directory.judgeSigned(jws, now);
    // Authentic and no news: it came twice, or late. The answer says what we go by.
    if (!judged.ok && judged.reason !== 'DIRECTORY_STALE') return { kind: 'unproven', delivery, ...judged };
    if (judged.ok) {
      const { party, version } = judged.document;
      if (party !== link.partner) return { kind: 'unproven', delivery, code: 'SIGNATURE_INVALID', reason: 'KEY_NOT_OF_PARTY' };
      // Before the document: what cannot be audited is offered again, and audited twice at worst.
      await audit.append({
        actor: `partner:${party}`,
        action: 'key.update',
        subject: `party:${party}`,
        before: { version: ring.directory.document(party)?.version },
        after: { version, keys: Object.fromEntries(judged.document.keys.map(({ kid, status }) => [kid, status])) },
        at: now,
      });
      await store.append({ party, version, jws, origin: 'partner', actor: party, at: now });
      await ring.refreshNow();
      this.#options.learned?.(party, version);
    }
    return { kind: 'keys', delivery, link, reply: await this.#say(link, ring.current(), {}, now) };
  }

  async #statement(jws: Buffer, delivery: InboundDelivery, link: Link, now: Date): Promise<Opened> {
    const { gateway, ring, store } = this.#options;
    const opened = openKeyStatement(jws, ring.directory, { from: link.partner, to: gateway, now });
    if (!opened.ok) return { kind: 'unproven', delivery, ...opened };
    const { accepts, ask, answer, software, issued } = opened.statement;
    const nonce = answer === undefined ? {} : { nonce: answer, ...(software !== undefined && { software }) };
    await store.recordContact({
      link: link.id,
      event: 'heard',
      partnerKid: opened.kid,
      accepts,
      ...nonce,
      saidAt: new Date(issued),
      at: now,
    });
    if (ask === undefined) return { kind: 'keys', delivery, link };
    return { kind: 'keys', delivery, link, reply: await this.#say(link, ring.next(), { answer: ask }, now) };
  }

  async #say(link: Link, signer: AnySigner, what: { readonly answer?: string }, now: Date): Promise<SealedRow> {
    const { gateway, ring, software } = this.#options;
    const said = { id: newMessageId(now), from: gateway, to: link.partner, ...what, software };
    const { jws } = await signedBy(signer, (by) => signKeyStatement(said, ring.directory, by, now));
    return keysRow(link, said.id, jws, signer.kid, now);
  }
}

/** A document or statement about keys on its way to a partner: in order with others of its kind, before everything else. */
export function keysRow(link: Link, id: string, jws: Buffer, kid: string, now: Date): SealedRow {
  return {
    messageId: id,
    link: link.id,
    kind: 'keys',
    orderKey: 'keys',
    type: 'keys',
    businessKeys: [],
    frame: jws,
    kid,
    priority: 'A',
    test: link.test,
    deadline: new Date(now.getTime() + link.delivery.deadlineHours * 3_600_000),
    createdAt: now,
  };
}
