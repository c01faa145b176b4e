import type { BodyKind } from '#trust';

/** What the transport itself said to bytes handed over; the signed answers come through `onBody`. */
export interface TransportAnswer {
  /** The other side took the bytes to keep or to answer them. Transports that cannot know say true. */
  readonly taken: boolean;
  /** Code of the catalogue in the problem answered. */
  readonly code?: string;
  /** The same bytes may be tried again later. */
  readonly again?: boolean;
}

/**
 * One endpoint as the suite sees it: bytes out, bytes in. Everything else is the protocol's. Bodies keep their order; a body
 * that came in the answer to a `send` reaches the listener before that `send` resolves.
 */
export abstract class EndpointUnderTest {
  /** The transport tells at once what became of bytes (HTTP); otherwise silence is refusal, proven by a question behind them. */
  abstract readonly tellsAtOnce: boolean;
  /** Hands over bytes exactly as they are. Never rejects. */
  abstract send(body: Buffer, kind: BodyKind, possibleDuplicate: boolean): Promise<TransportAnswer>;
  /** Called once. The body counts as delivered when the listener resolved. */
  abstract onBody(listener: (body: Buffer) => Promise<void>): void;
  /** Hands over bytes and hangs up before reading any answer. Absent where the transport cannot. */
  cut?(body: Buffer, kind: BodyKind): Promise<void>;
  /** Makes the endpoint rotate its own key. Absent where nobody can ask it to. */
  rotate?(): Promise<void>;
  abstract close(): Promise<void>;
}
