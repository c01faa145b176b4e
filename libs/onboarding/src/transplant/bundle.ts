/**
 * A bundle (`lb-bundle+jws`): links, mappings, routes and code lists of one gateway, signed, for another gateway to take over. It holds
 * no key and no secret: those are made and exchanged at each place.
 */
import { z } from 'zod';
import { Agreements, ExchangeError, parseStrictJson } from '#model';
import { Instant, openJws, PartyKey, PROFILE, signJws, TYPES, type KeyDirectory, type Signer } from '#trust';

/** A mapping or code list, by its place below `config/`, without its ending. */
const BundledFile = z.strictObject({
  path: z.string().regex(/^(mappings|codelists)(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/),
  text: z.string(),
});
export type BundledFile = z.infer<typeof BundledFile>;

export const Bundle = z.strictObject({
  profile: z.literal(PROFILE),
  issuer: PartyKey,
  /** Of the issuer's gateway. What is agreed for tests never becomes productive by being carried over. */
  environment: z.enum(['production', 'test']),
  created: Instant,
  /** Where partners reach the issuer's gateway; needed for links over push only. */
  address: z.url({ protocol: /^https?$/ }).optional(),
  agreements: Agreements.pick({ parties: true, links: true, routes: true }),
  files: z.array(BundledFile),
});
export type Bundle = z.infer<typeof Bundle>;

/** What looks like something that must never travel. */
const SECRETS: readonly RegExp[] = [
  /whsec_[A-Za-z0-9+/]{16}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /"d"\s*:\s*"[A-Za-z0-9_-]{20}/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/@:"']+:[^\s/@"']+@/i,
];

/** Throws CONFIGURATION_INVALID, with the place, when something in it looks like a secret. */
export function sealBundle(bundle: Bundle, signer: Signer, now: Date): Buffer {
  const told = (pointer: string) =>
    new ExchangeError('CONFIGURATION_INVALID', { pointer, detail: 'It holds what looks like a secret, which no bundle carries.' });
  for (const [at, link] of bundle.agreements.links.entries()) if (holdsSecret(JSON.stringify(link))) throw told(`/links/${at}`);
  for (const { path, text } of bundle.files) if (holdsSecret(text)) throw told(path);
  const payload = Buffer.from(JSON.stringify(Bundle.parse(bundle)));
  if (holdsSecret(payload.toString())) throw told('/');
  return signJws(payload, TYPES.bundle, signer, now);
}
const holdsSecret = (text: string): boolean => SECRETS.some((form) => form.test(text));

/**
 * The bundle, once its signature is that of a key of its issuer that counts now. Throws SIGNATURE_INVALID for everybody whose key is not known
 * here, VALUE_INVALID for what is signed and no bundle.
 */
export function openBundle(jws: Buffer, directory: KeyDirectory, now: Date): Bundle {
  const opened = openJws(jws, { typ: TYPES.bundle, resolve: (kid) => directory.resolve(kid, { at: now, purpose: 'verify' }) });
  if (!opened.ok)
    throw new ExchangeError('SIGNATURE_INVALID', { detail: 'The bundle is not signed by a key that is known here and counts now.' });
  const parsed = parseStrictJson(opened.payload, { depth: 24 });
  const bundle = Bundle.safeParse(parsed.ok ? parsed.value : undefined);
  if (!bundle.success) throw new ExchangeError('VALUE_INVALID', { detail: 'What is signed is no bundle of this version.' });
  if (bundle.data.issuer !== opened.party)
    throw new ExchangeError('SIGNATURE_INVALID', { detail: 'The bundle names another issuer than its signer.' });
  return bundle.data;
}
