/**
 * The one decision about encodings. Whatever reads bytes of a partner decides here, so that what was signed is what is
 * read. Order: byte order mark, declaration of the document, UTF-8, then the encodings the link agreed to, in their order.
 * Decoding is fatal: a byte that does not fit is a finding, never a replacement character (WHATWG Encoding, "fatal").
 */
import { isUtf8 } from 'node:buffer';
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

/** The encoding behind a label, or undefined when it is not one of ours. */
export const charsetOf = (label: string): Charset | undefined => LABELS.get(label.trim().toLowerCase());

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
    return decodeAs(bytes, charset) ?? { issue: issue('ENCODING_INVALID', '') };
  }
  for (const charset of ['UTF-8' as const, ...agreed.map(charsetOf)]) {
    const decoded = charset && !isWide(charset) ? decodeAs(bytes, charset) : undefined;
    if (decoded) return decoded;
  }
  return { issue: issue('ENCODING_INVALID', '') };
}

/** Encodes text, or says which encoding lacks a character. Never writes a substitute. */
export function encodeText(
  text: string,
  label: string | undefined,
): { readonly bytes: Buffer; readonly charset: Charset } | { readonly issue: Issue } {
  const charset = label === undefined ? 'UTF-8' : charsetOf(label);
  if (!charset || isWide(charset)) return { issue: issue('ENCODING_UNSUPPORTED', '', 'We do not write this encoding.') };
  if (charset === 'UTF-8') return { bytes: Buffer.from(text, 'utf8'), charset };
  const bytes = iconv.encode(text, charset);
  return iconv.decode(bytes, charset) === text ? { bytes, charset } : { issue: issue('ENCODING_UNMAPPABLE', '') };
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
  if (!agreed.some((label) => label.toLowerCase().startsWith('utf-16')))
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

function decodeAs(bytes: Buffer, charset: Charset): { readonly text: string; readonly charset: Charset } | undefined {
  if (charset === 'UTF-8') return isUtf8(bytes) ? { text: bytes.toString('utf8'), charset } : undefined;
  if (charset === 'iso-8859-1') return { text: bytes.toString('latin1'), charset };
  try {
    return { text: new TextDecoder(charset.toLowerCase(), { fatal: true, ignoreBOM: true }).decode(bytes), charset };
  } catch {
    return undefined;
  }
}
