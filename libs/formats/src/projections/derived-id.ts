import { createHash } from 'node:crypto';

/**
 * A message number for what is derived from another message: the same parts always give the same number. Fourteen
 * capital letters and digits, so that it also fits the references of UN/EDIFACT (0020, 0062: an..14).
 */
export function derivedId(prefix: 'M' | 'N' | 'R' | 'S' | 'T', ...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return prefix + hash.digest('hex').slice(0, 13).toUpperCase();
}
