import type { Clock } from '#exchange';
import type { Link } from '#model';
import { type KeyDirectory, verifyMailboxToken } from '#trust';

/** One request at a mailbox, as far as its authorisation goes. */
export interface MailboxCall {
  readonly link: Link;
  readonly token: string;
  readonly method: 'GET' | 'POST';
  /** Path with its query, exactly as in the request line. */
  readonly path: string;
}

/** Decides whether a request may look into the mailbox of a link: its bearer must be the link's partner. */
export abstract class MailboxGate {
  abstract admits(call: MailboxCall): boolean | Promise<boolean>;
}

/** Admits a token signed by the link's partner for exactly this request (LB-PROTO-1 §8), once. */
export class SignedTokenGate extends MailboxGate {
  /** Token ids seen, until they expire; at most a minute and a half of requests. */
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly directory: KeyDirectory,
    private readonly gateway: string,
    private readonly clock: Clock,
  ) {
    super();
  }

  admits({ link, token, method, path }: MailboxCall): boolean {
    const now = this.clock.now();
    const verdict = verifyMailboxToken(token, this.directory, { gateway: this.gateway, method, path, now });
    if (!verdict.ok || verdict.party !== link.partner) return false;
    this.forgetExpired(now.getTime());
    if (this.seen.has(verdict.jti)) return false;
    this.seen.set(verdict.jti, verdict.expires.getTime());
    return true;
  }

  private forgetExpired(now: number): void {
    for (const [jti, expires] of this.seen) {
      // Roughly in the order of expiry; what is passed over now goes with a later call.
      if (expires > now) return;
      this.seen.delete(jti);
    }
  }
}
