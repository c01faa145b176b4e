import type { Link } from '#model';
import { newMessageId, newNonce, signedBy, signKeyStatement } from '#trust';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../ports/clock.port.ts';
import type { KeyContact, KeyStore } from '../ports/key-store.port.ts';
import { keysRow } from './key-exchange.ts';
import type { KeyRing } from './key-ring.ts';
import { sendKeys, type KeySender } from './send-keys.ts';

export interface PartnerPingOptions extends KeySender {
  readonly gateway: string;
  readonly ring: KeyRing;
  readonly store: Pick<KeyStore, 'recordContact' | 'contacts'>;
  readonly clock: Clock;
}

/** What came back to a signed question; `answer` is absent where nothing authentic came in time. */
export interface Ping {
  readonly askedAt: Date;
  readonly answer?: KeyContact;
}

const CONTACTS = 500;

/**
 * Asks a partner a signed question over its link, as LB-PROTO-1 §3.1 has it, and waits for the signed answer: that proves the way there and
 * back, the key it signs with now, and tells its clock and its software. Carries no business message; works on production links.
 */
export class PartnerPing {
  constructor(private readonly options: PartnerPingOptions) {}

  /** `waitMilliseconds`: how long the answer may take. Throws where the store does not answer. */
  async ask(link: Link, waitMilliseconds: number): Promise<Ping> {
    const { gateway, ring, store, clock } = this.options;
    const askedAt = clock.now();
    const signer = ring.current();
    const nonce = newNonce();
    const said = { id: newMessageId(askedAt), from: gateway, to: link.partner, ask: nonce };
    const { jws } = await signedBy(signer, (by) => signKeyStatement(said, ring.directory, by, askedAt));
    await store.recordContact({ link: link.id, event: 'asked', kid: signer.kid, accepts: [], nonce, at: askedAt });
    await sendKeys(this.options, [keysRow(link, said.id, jws, signer.kid, askedAt)]);
    const end = performance.now() + waitMilliseconds;
    for (;;) {
      const contacts = await store.contacts(CONTACTS);
      const answer = contacts.find((one) => one.link === link.id && one.event === 'heard' && one.nonce === nonce);
      if (answer) return { askedAt, answer };
      if (performance.now() >= end) return { askedAt };
      await sleep(50);
    }
  }
}
