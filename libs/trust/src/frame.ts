/**
 * The binary frame of a message (LB-PROTO-1 §7): AMQP body, HTTP body and `.lbm` file alike.
 *
 *     magic "LBMF" | version 1 (u8) | parts (u16) | JWS length (u32) | JWS
 *     then for each part: name length (u8) | name | byte length (u32) | bytes
 *
 * Numbers are big-endian, nothing stands between the fields, nothing follows the last part. A receipt is not framed: its
 * body is the JWS itself, so that its digest is the digest of the body.
 */
import { ExchangeError } from '#model';
import { MAX_JWS } from './jws.ts';
import { MAX_PARTS } from './manifest.ts';
import { refuse, type Refusal } from './refusal.ts';

export const MEDIA_TYPES = {
  message: 'application/vnd.landbridge.message',
  receipt: 'application/vnd.landbridge.receipt+jws',
} as const;
/** File name extension of a framed message. */
export const FRAME_EXTENSION = '.lbm';

const MAGIC = Buffer.from('LBMF\x01', 'latin1');
const HEAD = MAGIC.length + 2 + 4;
const NAME_MAX = 64;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** Default of `Limits.messageBytes` (libs/model agreement). */
export const MAX_FRAME = 64 * 1024 * 1024;

export interface FramePart {
  readonly name: string;
  readonly bytes: Buffer;
}
export interface Frame {
  readonly jws: Buffer;
  readonly parts: readonly FramePart[];
}

/** What a body claims to be, by its first octets: for dispatch only, verification decides. */
export function bodyKind(body: Buffer): keyof typeof MEDIA_TYPES {
  return body.subarray(0, 4).equals(MAGIC.subarray(0, 4)) ? 'message' : 'receipt';
}

/** Frames one sealed message. Same input, same bytes. */
export function encodeFrame({ jws, parts }: Frame): Buffer {
  if (parts.length > MAX_PARTS) throw new ExchangeError('TOO_LARGE', { detail: `A message has at most ${MAX_PARTS} parts.` });
  const head = Buffer.alloc(HEAD);
  MAGIC.copy(head);
  head.writeUInt16BE(parts.length, MAGIC.length);
  head.writeUInt32BE(jws.length, MAGIC.length + 2);
  return Buffer.concat([head, jws, ...parts.flatMap(framePart)]);
}

function framePart({ name, bytes }: FramePart): Buffer[] {
  const head = Buffer.alloc(1 + name.length + 4);
  head.writeUInt8(name.length, 0);
  head.write(name, 1, 'latin1');
  head.writeUInt32BE(bytes.length, 1 + name.length);
  return [head, bytes];
}

/** Reads a frame without copying: the parts are views of `body`. Every length is checked against a limit and against what is there. */
export function decodeFrame(body: Buffer, maxOctets = MAX_FRAME): ({ readonly ok: true } & Frame) | Refusal {
  if (body.length > maxOctets) return refuse('TOO_LARGE', 'TOO_LARGE');
  if (body.length < HEAD || !body.subarray(0, MAGIC.length).equals(MAGIC)) return malformed();
  const count = body.readUInt16BE(MAGIC.length);
  const jwsLength = body.readUInt32BE(MAGIC.length + 2);
  if (count > MAX_PARTS || jwsLength > MAX_JWS['lb-message+jws'] || HEAD + jwsLength > body.length) return malformed();
  const jws = body.subarray(HEAD, HEAD + jwsLength);
  const parts: FramePart[] = [];
  let at = HEAD + jwsLength;
  for (let i = 0; i < count; i++) {
    const part = readPart(body, at);
    if (!part) return malformed();
    parts.push({ name: part.name, bytes: part.bytes });
    at = part.end;
  }
  return at === body.length ? { ok: true, jws, parts } : malformed();
}

function readPart(body: Buffer, at: number): (FramePart & { readonly end: number }) | undefined {
  const nameLength = body[at] ?? 0;
  const dataAt = at + 1 + nameLength + 4;
  if (nameLength < 1 || nameLength > NAME_MAX || dataAt > body.length) return undefined;
  const name = body.toString('latin1', at + 1, at + 1 + nameLength);
  const end = dataAt + body.readUInt32BE(at + 1 + nameLength);
  if (!NAME.test(name) || end > body.length) return undefined;
  return { name, bytes: body.subarray(dataAt, end), end };
}

function malformed(): Refusal {
  return refuse('FRAME_MALFORMED', 'FRAME_MALFORMED');
}
