/**
 * The one decision about encodings. Whatever reads bytes of a partner decides here, so that what was signed is what is
 * read. Order: byte order mark, declaration of the document, UTF-8, then the encodings the link agreed to, in their order.
 * Decoding is fatal: a byte that does not fit is a finding, never a replacement character (WHATWG Encoding, "fatal").
 * Writing is as strict, and never transliterates: a character that the encoding lacks is a finding, and no byte is written.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { issue, type Issue } from '#model';

export type Charset = 'UTF-8' | 'gb18030' | 'windows-1251' | 'iso-8859-5' | 'iso-8859-1' | 'UTF-16LE' | 'UTF-16BE';

/**
 * Labels we answer to. GB 2312 and GBK are subsets of GB 18030 and Node's decoders under their own names refuse four-byte
 * characters, so all three read as gb18030.
 */
const LABELS = new Map<string, Charset>([
  ['utf-8', 'UTF-8'],
  ['utf8', 'UTF-8'],
  ['us-ascii', 'UTF-8'],
  ['ascii', 'UTF-8'],
  ['gb18030', 'gb18030'],
  ['gb2312', 'gb18030'],
  ['gbk', 'gb18030'],
  ['windows-1251', 'windows-1251'],
  ['cp1251', 'windows-1251'],
  ['iso-8859-5', 'iso-8859-5'],
  ['iso-8859-1', 'iso-8859-1'],
  ['latin1', 'iso-8859-1'],
  ['utf-16le', 'UTF-16LE'],
  ['utf-16be', 'UTF-16BE'],
  ['utf-16', 'UTF-16LE'],
]);

export type DecodedText = { readonly text: string; readonly charset: Charset } | { readonly issue: Issue };

/** Label of the link for UTF-8 with a byte order mark in front. Written only: what is read may have one always. */
const UTF8_WITH_MARK = 'utf-8-bom';
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Names for the declaration of a document, where the label of the link is none that IANA registered. */
const DECLARED = new Map([
  [UTF8_WITH_MARK, 'UTF-8'],
  ['utf8', 'UTF-8'],
  ['ascii', 'us-ascii'],
  ['cp1251', 'windows-1251'],
  ['latin1', 'iso-8859-1'],
]);

const normal = (label: string): string => label.trim().toLowerCase();

/** The encoding behind a label, or undefined when it is not one of ours. */
export const charsetOf = (label: string): Charset | undefined => LABELS.get(normal(label));

/** True for a label under which we write. */
export const isWritable = (label: string): boolean => !('issue' in encodeText('', label));

/** The name under which a document written with this label declares its encoding. */
export const declaredName = (label: string | undefined): string => (label === undefined ? 'UTF-8' : (DECLARED.get(normal(label)) ?? label));

/** The encoding an XML declaration at the start of ASCII-compatible bytes names (XML 1.0 §4.3.3). */
export function declaredXmlEncoding(bytes: Uint8Array): string | undefined {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 256)).toString('latin1', marked ? 3 : 0);
  if (!head.startsWith('<?xml')) return undefined;
  const end = head.indexOf('?>');
  return /\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/.exec(end < 0 ? head : head.slice(0, end))?.[1];
}

/** Decodes a whole document. `declared` is what the document says of itself; `agreed` what the link allows beyond UTF-8. */
export function decodeText(bytes: Buffer, declared: string | undefined, agreed: readonly string[] = []): DecodedText {
  if (bytes.length === 0) return { issue: issue('EMPTY', '') };
  const wide = wideCharset(bytes);
  if (wide) return decodeWide(bytes, wide, declared, agreed);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    if (declared !== undefined && charsetOf(declared) !== 'UTF-8')
      return { issue: issue('ENCODING_INVALID', '', 'The byte order mark and the declaration differ.') };
    return decodeAs(bytes.subarray(3), 'UTF-8') ?? { issue: issue('ENCODING_INVALID', '') };
  }
  if (declared !== undefined) {
    const charset = charsetOf(declared);
    if (!charset) return { issue: issue('ENCODING_UNSUPPORTED', '') };
    // One byte a character in the declaration itself: these bytes cannot be UTF-16.
    if (isWide(charset)) return { issue: issue('ENCODING_INVALID', '', 'The bytes are not in the declared encoding.') };
    if (ASCII.has(normal(declared)) && !isAscii(bytes)) return { issue: issue('ENCODING_INVALID', '') };
    return decodeAs(bytes, charset) ?? { issue: issue('ENCODING_INVALID', '') };
  }
  for (const charset of ['UTF-8' as const, ...agreed.map(charsetOf)]) {
    const decoded = charset && !isWide(charset) ? decodeAs(bytes, charset) : undefined;
    if (decoded) return decoded;
  }
  return { issue: issue('ENCODING_INVALID', '') };
}

const ASCII: ReadonlySet<string> = new Set(['us-ascii', 'ascii']);

/**
 * Encodes text, or says that the encoding lacks a character. Never writes a substitute, and nothing that our own reader would
 * not read as the same text. Under the labels gbk and gb2312 only characters of those sets are written, though we read more
 * under them: a receiver who means what it says cannot read the rest.
 */
export function encodeText(
  text: string,
  label: string | undefined,
): { readonly bytes: Buffer; readonly charset: Charset } | { readonly issue: Issue } {
  const name = label === undefined ? 'utf-8' : normal(label);
  const charset = name === UTF8_WITH_MARK ? 'UTF-8' : LABELS.get(name);
  if (!charset || isWide(charset)) return { issue: issue('ENCODING_UNSUPPORTED', '', 'We do not write this encoding.') };
  const bytes = charset === 'UTF-8' ? Buffer.from(text, 'utf8') : iconv.encode(text, charset);
  const exact = charset === 'UTF-8' ? isWhole(text, bytes) && (!ASCII.has(name) || isAscii(bytes)) : readsAs(text, bytes, charset);
  if (!exact || !isWithin(bytes, name)) return { issue: issue('ENCODING_UNMAPPABLE', '') };
  return { bytes: name === UTF8_WITH_MARK ? Buffer.concat([BYTE_ORDER_MARK, bytes]) : bytes, charset };
}

const LONE_SURROGATE = /\p{Cs}/u;
const REPLACEMENT = Buffer.from('\ufffd');

/** Half a character becomes a replacement character in UTF-8; only then is the text itself looked at. */
const isWhole = (text: string, bytes: Buffer): boolean => !bytes.includes(REPLACEMENT) || !LONE_SURROGATE.test(text);

function readsAs(text: string, bytes: Buffer, charset: Charset): boolean {
  const read = decodeAs(bytes, charset);
  return read !== undefined && 'text' in read && read.text === text;
}

/** Whether bytes of GB 18030 are of the smaller set its label names. */
function isWithin(bytes: Buffer, label: string): boolean {
  if (label !== 'gbk' && label !== 'gb2312') return true;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = bytes[++at] ?? 0;
    // A digit behind the lead makes four bytes, which GBK does not have.
    if (trail < 0x40 || (label === 'gb2312' && !isGb2312(lead, trail))) return false;
  }
  return true;
}

/** GB 2312 (1980): rows 1 to 9 and 16 to 87, less what GBK put into their gaps. */
function isGb2312(lead: number, trail: number): boolean {
  if (trail < 0xa1 || lead < 0xa1 || lead > 0xf7 || (lead > 0xa9 && lead < 0xb0)) return false;
  if (lead === 0xa2) return trail >= 0xb1 && trail <= 0xfc;
  if (lead === 0xa6) return trail <= 0xd8;
  if (lead === 0xa8) return trail <= 0xba || trail >= 0xc5;
  return lead !== 0xd7 || trail <= 0xf9;
}

const isWide = (charset: Charset): boolean => charset === 'UTF-16LE' || charset === 'UTF-16BE';

/** UTF-16 shows by its byte order mark or by the zero byte beside the first ASCII character (XML 1.0 appendix F). */
function wideCharset(bytes: Buffer): Charset | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return 'UTF-16LE';
  if (a === 0xfe && b === 0xff) return 'UTF-16BE';
  if (a !== 0 && a !== undefined && b === 0 && c !== 0 && d === 0) return 'UTF-16LE';
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return 'UTF-16BE';
  return undefined;
}

function decodeWide(bytes: Buffer, charset: Charset, declared: string | undefined, agreed: readonly string[]): DecodedText {
  if (!agreed.some((label) => normal(label) === 'utf-16' || charsetOf(label) === charset))
    return { issue: issue('ENCODING_UNSUPPORTED', '', 'UTF-16 is not accepted.') };
  const marked = bytes[0] === 0xff || bytes[0] === 0xfe;
  const decoded = decodeAs(marked ? bytes.subarray(2) : bytes, charset);
  if (!decoded || 'issue' in decoded) return { issue: issue('ENCODING_INVALID', '') };
  const inside = declared ?? declaredXmlEncoding(Buffer.from(decoded.text.slice(0, 256), 'latin1'));
  if (inside !== undefined && inside.toLowerCase() !== 'utf-16' && charsetOf(inside) !== charset) {
    return { issue: issue('ENCODING_INVALID', '', 'The bytes are UTF-16, the declaration says otherwise.') };
  }
  return decoded;
}

/** Control characters C1: in a text of one byte a character they are letters of another encoding. */

const C1 = /[\u0080-\u009f]/;

function decodeAs(bytes: Buffer, charset: Charset): { readonly text: string; readonly charset: Charset } | undefined {
  if (charset === 'UTF-8') return isUtf8(bytes) ? { text: bytes.toString('utf8'), charset } : undefined;
  const text = charset === 'iso-8859-1' ? bytes.toString('latin1') : decodeFatally(bytes, charset);
  if (text === undefined || (!isWide(charset) && charset !== 'gb18030' && C1.test(text))) return undefined;
  return { text, charset };
}

function decodeFatally(bytes: Buffer, charset: Charset): string | undefined {
  try {
    return new TextDecoder(charset.toLowerCase(), { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
