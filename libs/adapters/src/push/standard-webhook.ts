import { Webhook } from 'standardwebhooks';
import type { OutboundItem } from '#exchange';
import { decodeFrame, MEDIA_TYPES } from '#trust';

/**
 * The body of a plain receiver: the payload parts in base64 as they are, to be read without knowing frames, and the whole frame, which
 * alone proves anything.
 */
export function webhookBody({ kind, messageId, type, correlationId, frame, possibleDuplicate, createdAt }: OutboundItem): Buffer {
  const decoded = kind === 'message' ? decodeFrame(frame) : undefined;
  const parts = decoded?.ok ? decoded.parts.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })) : [];
  return Buffer.from(
    JSON.stringify({
      type: `landbridge.${kind}`,
      timestamp: createdAt.toISOString(),
      data: {
        messageId,
        messageType: type,
        correlationId,
        possibleDuplicate,
        contentType: MEDIA_TYPES[kind],
        parts,
        frame: frame.toString('base64'),
      },
    }),
  );
}

/** The three headers of Standard Webhooks; a signature by each secret, while the receiver changes over. */
export function webhookHeaders(id: string, body: Buffer, secrets: readonly string[], now: Date): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body.toString())).join(' '),
  };
}
