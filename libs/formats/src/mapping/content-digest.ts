import { hash } from 'node:crypto';
import type { Bag } from './paths.ts';

/** Names a message that has no number by what it says: sixteen hexadecimal digits of SHA-256 over the canonical message. */
export const contentDigest = (message: Bag): string => hash('sha256', JSON.stringify(message), 'hex').slice(0, 16);
