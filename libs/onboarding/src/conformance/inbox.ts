import { bodyKind, type BodyKind } from '#trust';

export interface Arrival {
  readonly kind: BodyKind;
  readonly body: Buffer;
  /** What the payload claims; believed only after the checks of a case. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Everything the endpoint sent, in order, and a way to wait for what is still to come. */
export class Inbox {
  readonly arrivals: Arrival[] = [];
  #waiting: (() => void)[] = [];

  take(body: Buffer): Arrival {
    const arrival = { kind: bodyKind(body), body, claims: claimsOf(body) };
    this.arrivals.push(arrival);
    for (const wake of this.#waiting.splice(0)) wake();
    return arrival;
  }

  /** What `find` gives as soon as it gives something; undefined after the deadline. */
  async wait<T>(find: () => T | undefined, deadlineMs: number): Promise<T | undefined> {
    const end = performance.now() + deadlineMs;
    for (;;) {
      const found = find();
      const left = end - performance.now();
      if (found !== undefined || left <= 0) return found;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => (clearTimeout(timer), resolve()));
      });
    }
  }

  /** Receipts that claim to be about a message, in the order they came. */
  receiptsAbout(messageId: string): readonly Buffer[] {
    const about = ({ claims }: Arrival) => (claims['about'] as { messageId?: unknown } | undefined)?.messageId === messageId;
    return this.arrivals.filter((one) => one.kind === 'receipt' && about(one)).map(({ body }) => body);
  }

  answersTo(queryId: string): readonly Buffer[] {
    return this.arrivals.filter(({ kind, claims }) => kind === 'answer' && claims['queryId'] === queryId).map(({ body }) => body);
  }
}

function claimsOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body.toString('latin1').split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
