import type { FrameKind } from '#exchange';
import type { ErrorCode } from '#model';

/** What a partner hands to its endpoint: bytes and the labels that travel outside of them. */
export interface PartnerMessage {
  readonly kind: FrameKind;
  /** A framed message, or the bare JWS of a receipt, question or answer. */
  readonly frame: Buffer;
  readonly messageId: string;
  readonly type: string;
  readonly correlationId?: string;
  /** Sent before without an answer. */
  readonly possibleDuplicate?: boolean;
}

/**
 * What became of a send. `sent`: the gateway's side keeps it (broker confirm, or HTTP answer with a stored receipt).
 * `refused`: the gateway will never take these bytes (signature, conflict, refusal); sending them again is pointless.
 * Otherwise in doubt or not sent: send again, the same bytes, in order, with `possibleDuplicate`.
 */
export type PartnerSendResult =
  | {
      readonly sent: true;
      readonly receipt?: Buffer;
      /** To a question: the signed answer. */ readonly answer?: Buffer;
      readonly status?: number;
    }
  | { readonly sent: false; readonly refused: boolean; readonly code: ErrorCode; readonly receipt?: Buffer; readonly status?: number };

export interface PartnerFrameInfo {
  readonly kind: FrameKind;
  readonly possibleDuplicate: boolean;
  readonly messageId?: string;
  readonly type?: string;
}

/** Takes one frame in; the frame is acknowledged only after it resolved. When it rejects, the same frame is offered again. */
export type PartnerFrameHandler = (frame: Buffer, info: PartnerFrameInfo) => Promise<void>;

/**
 * A partner's side of a link, whichever transport it uses. Frames arrive in the gateway's order, one at a time or, with
 * `concurrency`, several at once; the endpoint reconnects by itself.
 */
export interface PartnerEndpoint {
  /** Resolves with what became of it; never rejects. Order is kept over concurrent calls on AMQP; on HTTP await each. */
  send(message: PartnerMessage): Promise<PartnerSendResult>;
  /** Begins to take frames. Call once. */
  onFrame(handler: PartnerFrameHandler): void;
  /** Lets running handlers finish, acknowledges, hangs up. */
  close(): Promise<void>;
}
