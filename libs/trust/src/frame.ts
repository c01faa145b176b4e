/**
 * The binary frame of a message (LB-PROTO-1 §7): AMQP body, HTTP body and `.lbm` file alike.
 *
 *     magic "LBMF" | version 1 (u8) | parts (u16) | JWS length (u32) | JWS
 *     then for each part: name length (u8) | name | byte length (u32) | bytes
 *
 * Version 2 is the same with a second signature behind the last part: length (u32) | octets. Only links that agreed on one
 * carry it, and the octets of the first signature are the same in both.
 * Numbers are big-endian, nothing stands between the fields, nothing follows the last one. A receipt is not framed: its
 * body is the JWS itself, so that its digest is the digest of the body.
 */
import { ExchangeError } from '#model';
import { claimedType, MAX_JWS, TYPES } from './jws.ts';
import { MAX_PARTS } from './manifest.ts';
import { refuse, type Refusal } from './refusal.ts';

export const MEDIA_TYPES = {
  message: 'application/vnd.landbridge.message',
  receipt: 'application/vnd.landbridge.receipt+jws',
  query: 'application/vnd.landbridge.query+jws',
  answer: 'application/vnd.landbridge.answer+jws',
  keys: 'application/vnd.landbridge.keys+jws',
  reconciliation: 'application/vnd.landbridge.reconciliation+jws',
} as const;
export type BodyKind = keyof typeof MEDIA_TYPES;
/** File name extension of a framed message. */
export const FRAME_EXTENSION = '.lbm';

const MAGIC = Buffer.from('LBMF', 'latin1');
const PLAIN = 1;
const WITH_SECOND = 2;
const COUNT_AT = MAGIC.length + 1;
const LENGTH_AT = COUNT_AT + 2;
const HEAD = LENGTH_AT + 4;
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
  /** The second signature as its own artefact (`second-signature.ts`); its presence makes the frame version 2. */
  readonly second?: Buffer;
}

/** What a body claims to be, by its first octets or its `typ`: for dispatch only, verification decides. */
export function bodyKind(body: Buffer): BodyKind {
  if (body.subarray(0, MAGIC.length).equals(MAGIC)) return 'message';
  const typ = claimedType(body);
  if (typ === TYPES.keys || typ === TYPES.keyStatement) return 'keys';
  if (typ === TYPES.reconciliation || typ === TYPES.reconciliationAnswer) return 'reconciliation';
  return typ === TYPES.query ? 'query' : typ === TYPES.answer ? 'answer' : 'receipt';
}

/** Frames one sealed message. Same input, same bytes. */
export function encodeFrame({ jws, parts, second }: Frame): Buffer {
  if (parts.length > MAX_PARTS) throw new ExchangeError('TOO_LARGE', { detail: `A message has at most ${MAX_PARTS} parts.` });
  const head = Buffer.alloc(HEAD);
  MAGIC.copy(head);
  head.writeUInt8(PLAIN, MAGIC.length);
  head.writeUInt16BE(parts.length, COUNT_AT);
  head.writeUInt32BE(jws.length, LENGTH_AT);
  const frame = Buffer.concat([head, jws, ...parts.flatMap(framePart)]);
  return second ? attachSecond(frame, second) : frame;
}

/** The same message with its second signature: version 2 of a frame that `encodeFrame` made. Same input, same bytes. */
export function attachSecond(frame: Buffer, second: Buffer): Buffer {
  if (frame[MAGIC.length] !== PLAIN) throw new ExchangeError('INTERNAL', { detail: 'The frame carries a second signature already.' });
  if (second.length > MAX_JWS[TYPES.second]) throw new ExchangeError('TOO_LARGE', { detail: 'The second signature is too large.' });
  const length = Buffer.alloc(4);
  length.writeUInt32BE(second.length);
  const framed = Buffer.concat([frame, length, second]);
  framed.writeUInt8(WITH_SECOND, MAGIC.length);
  return framed;
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
  const version = body[MAGIC.length];
  if (body.length < HEAD || !body.subarray(0, MAGIC.length).equals(MAGIC) || (version !== PLAIN && version !== WITH_SECOND))
    return malformed();
  const count = body.readUInt16BE(COUNT_AT);
  const jwsLength = body.readUInt32BE(LENGTH_AT);
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
  if (version === PLAIN) return at === body.length ? { ok: true, jws, parts } : malformed();
  const second = readSecond(body, at);
  return second ? { ok: true, jws, parts, second } : malformed();
}

/** What stands behind the last part of version 2: exactly one second signature, to the end. */
function readSecond(body: Buffer, at: number): Buffer | undefined {
  if (at + 4 >= body.length) return undefined;
  const length = body.readUInt32BE(at);
  return length <= MAX_JWS[TYPES.second] && at + 4 + length === body.length ? body.subarray(at + 4) : undefined;
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
