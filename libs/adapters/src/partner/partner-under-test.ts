import { EndpointUnderTest, type TransportAnswer } from '#onboarding';
import { MEDIA_TYPES, newMessageId, type BodyKind } from '#trust';
import type { PartnerEndpoint, PartnerSendResult } from './partner-endpoint.ts';

/** Answers after which the same bytes may be sent again a little later. */
const LATER = new Set<string>(['RATE_LIMITED', 'TOO_MANY_OPEN', 'QUOTA_USED', 'OVERLOADED', 'STILL_AT_WORK', 'STORE_UNAVAILABLE']);

export interface PartnerUnderTestOptions {
  /** HTTP answers every body at once; a queue does not. */
  readonly tellsAtOnce: boolean;
  readonly now: () => Date;
  /** Where messages are posted: makes hanging up in the middle possible. */
  readonly messagesUrl?: string;
}

/** Lets the conformance suite drive whatever stands at the other end of a partner's transport (AMQP or HTTP mailbox). */
export class PartnerUnderTest extends EndpointUnderTest {
  readonly tellsAtOnce: boolean;
  override readonly cut?: (body: Buffer, kind: BodyKind) => Promise<void>;
  #listener: ((body: Buffer) => Promise<void>) | undefined;

  constructor(
    private readonly partner: PartnerEndpoint,
    private readonly options: PartnerUnderTestOptions,
  ) {
    super();
    this.tellsAtOnce = options.tellsAtOnce;
    const { messagesUrl } = options;
    if (messagesUrl !== undefined) this.cut = (body, kind) => postAndHangUp(messagesUrl, body, kind);
  }

  async send(body: Buffer, kind: BodyKind, possibleDuplicate: boolean): Promise<TransportAnswer> {
    const messageId = newMessageId(this.options.now());
    const result = await this.partner.send({
      kind,
      frame: body,
      messageId,
      type: kind === 'message' ? 'conformance' : kind,
      possibleDuplicate,
    });
    for (const inline of bodiesOf(result)) await this.#listener?.(inline);
    return result.sent ? { taken: true } : { taken: false, code: result.code, again: LATER.has(result.code) };
  }

  onBody(listener: (body: Buffer) => Promise<void>): void {
    this.#listener = listener;
    this.partner.onFrame((frame) => listener(frame));
  }

  close(): Promise<void> {
    return this.partner.close();
  }
}

function bodiesOf(result: PartnerSendResult): readonly Buffer[] {
  const answer = result.sent ? result.answer : undefined;
  return [result.receipt, answer].filter((body) => body !== undefined);
}

/** Writes the whole request and breaks the connection before the answer is read: whether it was taken in stays open. */
async function postAndHangUp(url: string, body: Buffer, kind: BodyKind): Promise<void> {
  const gone = new AbortController();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(body)),
    pull: (controller) => {
      controller.close();
      setImmediate(() => gone.abort());
    },
  });
  const request = {
    method: 'POST',
    headers: { 'content-type': MEDIA_TYPES[kind] },
    body: stream,
    duplex: 'half',
    signal: gone.signal,
    redirect: 'error',
  };
  await fetch(url, request as RequestInit).catch(() => undefined);
}
