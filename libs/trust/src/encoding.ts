import { hash } from 'node:crypto';

/**
 * Decodes base64url only in its one canonical spelling (RFC 4648 §5, RFC 7515 §2): no padding, no other letters, no
 * blanks, no bits set beyond the last octet. Two spellings of one value would be one message with two digests.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** SHA-256 as canonical base64url: the form of every digest on the wire. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url');
}
