/** SHA-256 thumbprint (RFC 7638) as 16 groups of 4 hexadecimal digits: short enough to read out on the telephone, all 256 bits. */
export function fingerprintOf(kid: string): string {
  const hex = Buffer.from(kid, 'base64url').toString('hex');
  return hex.match(/.{4}/g)?.join('-') ?? '';
}

/** Whether a fingerprint typed by a person is this key's; separators and case are the person's choice, a part is not enough. */
export function sameFingerprint(kid: string, typed: string): boolean {
  return typed.replace(/[\s:.-]/g, '').toLowerCase() === Buffer.from(kid, 'base64url').toString('hex') || typed.trim() === kid;
}

/** The id of a key as people name it: the id itself, or its whole fingerprint with any separators; undefined for anything else. */
export function kidOf(text: string): string | undefined {
  const hex = text.replace(/[\s:.-]/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return Buffer.from(hex, 'hex').toString('base64url');
  return /^[A-Za-z0-9_-]{43}$/.test(text) ? text : undefined;
}
