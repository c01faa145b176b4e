import { randomBytes } from 'node:crypto';
import type { FrameKind, MailboxItem } from '#exchange';
import { ExchangeError } from '#model';
import { MEDIA_TYPES } from '#trust';

/** The largest header of one part; ours are far smaller. */
const MAX_PART_HEADER = 4_096;

/**
 * The content of a mailbox as `multipart/mixed` (RFC 2046 §5.1.3), which any mail or HTTP library reads. Each part has
 * Content-Length, so that a reader may also take the bytes without looking for the boundary.
 */
export function encodeMailbox(items: readonly MailboxItem[]): { readonly contentType: string; readonly body: Buffer } {
  const boundary = `lb-${randomBytes(18).toString('hex')}`;
  const pieces: Buffer[] = [];
  for (const item of items) {
    const header = [
      `--${boundary}`,
      `Content-Type: ${MEDIA_TYPES[item.kind]}`,
      `Content-Length: ${item.frame.length}`,
      `Landbridge-Message-Id: ${encodeURIComponent(item.messageId)}`,
      `Landbridge-Type: ${encodeURIComponent(item.type)}`,
      `Landbridge-Position: ${encodeURIComponent(item.position)}`,
      `Landbridge-Possible-Duplicate: ${item.possibleDuplicate}`,
    ];
    pieces.push(Buffer.from(`${header.join('\r\n')}\r\n\r\n`), item.frame, Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return { contentType: `multipart/mixed; boundary=${boundary}`, body: Buffer.concat(pieces) };
}

const damaged = (): ExchangeError =>
  new ExchangeError('FRAME_MALFORMED', { detail: 'The mailbox answer is not the multipart that was agreed.' });

/** Reads what `encodeMailbox` wrote; frames are views of the body. Throws FRAME_MALFORMED for anything else. */
export function decodeMailbox(contentType: string, body: Buffer): MailboxItem[] {
  const boundary = /^multipart\/mixed;\s*boundary="?([A-Za-z0-9'()+_,./:=?-]{1,70})"?$/i.exec(contentType)?.[1];
  if (!boundary) throw damaged();
  const delimiter = Buffer.from(`--${boundary}`);
  const items: MailboxItem[] = [];
  for (let at = 0; ;) {
    if (!body.subarray(at, at + delimiter.length).equals(delimiter)) throw damaged();
    at += delimiter.length;
    if (body.subarray(at, at + 2).toString('latin1') === '--') return items;
    const headerEnd = body.indexOf('\r\n\r\n', at);
    if (headerEnd < 0 || headerEnd - at > MAX_PART_HEADER) throw damaged();
    const start = headerEnd + 4;
    const { item, length } = readHeader(body.subarray(at + 2, headerEnd).toString('latin1'));
    if (start + length + 2 > body.length) throw damaged();
    items.push({ ...item, frame: body.subarray(start, start + length) });
    at = start + length + 2;
  }
}

function readHeader(text: string): { item: Omit<MailboxItem, 'frame'>; length: number } {
  const fields = new Map(
    text.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw damaged();
    return value;
  };
  const length = field('content-length');
  if (!/^\d{1,12}$/.test(length)) throw damaged();
  const kind = (Object.keys(MEDIA_TYPES) as FrameKind[]).find((name) => MEDIA_TYPES[name] === field('content-type'));
  if (!kind) throw damaged();
  return {
    length: Number(length),
    item: {
      kind,
      messageId: decodeURIComponent(field('landbridge-message-id')),
      type: decodeURIComponent(field('landbridge-type')),
      position: decodeURIComponent(field('landbridge-position')),
      possibleDuplicate: field('landbridge-possible-duplicate') === 'true',
    },
  };
}
