import { createHash, randomUUID } from 'node:crypto';

/** UUID version 7 (RFC 9562 §5.7) in small letters: the one spelling of a message id. */
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isMessageId(text: string): boolean {
  return UUID_V7.test(text);
}

/** A new id: 48 bits of time, 74 random bits. */
export function newMessageId(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  // The random bits of a version 4, which the platform makes in advance, stand where version 7 has its own.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/**
 * The id of a message made from another one: the same inputs give the same id, so a translation repeated after a crash
 * is the same message. Time is that of the source; the random bits are a hash of source and `parts` (destination, rule, replay number).
 */
export function derivedMessageId(sourceId: string, ...parts: readonly string[]): string {
  const time = Number.parseInt(sourceId.replaceAll('-', '').slice(0, 12), 16);
  const hash = createHash('sha256');
  for (const part of [sourceId, ...parts]) hash.update(`${Buffer.byteLength(part)}:${part};`);
  return uuid(time, hash.digest());
}

function uuid(milliseconds: number, random: Buffer): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  random.copy(bytes, 6, 0, 10);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
