import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What begins a credential, so that scanners for leaked secrets know it: `lbs_` of a session, `lbt_` of a service account. */
export type CredentialKind = 'lbs' | 'lbt';

/** A new credential of 256 random bits. */
export const newCredential = (kind: CredentialKind): string => `${kind}_${randomBytes(32).toString('base64url')}`;

const CREDENTIAL = /^(lbs|lbt)_[A-Za-z0-9_-]{43}$/;

export const kindOf = (text: string): CredentialKind | undefined => CREDENTIAL.exec(text)?.[1] as CredentialKind | undefined;

/** What the database keeps of a credential. A plain digest is enough for 256 random bits. */
export const digestOf = (credential: string): string => createHash('sha256').update(credential).digest('base64url');

/** The anti-forgery token of a session: follows from the credential, which pages of other sites cannot read. Nothing is stored. */
export const csrfTokenOf = (credential: string): string => createHmac('sha256', credential).update('landbridge csrf').digest('base64url');

export function sameText(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A one-time secret for people to type: 100 random bits in letters and digits that are not mistaken for each other. */
export function oneTimeSecret(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789z'; // 32 signs, so that five bits choose one evenly
  const signs = [...randomBytes(20)].map((octet) => alphabet[octet & 31]).join('');
  return signs.replace(/(.{5})(?=.)/g, '$1-');
}
