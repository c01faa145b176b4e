/** The form of a manifest, as `Manifest` defines it, at the speed of the hot path (see `form.ts`). */
import {
  closed,
  isCount,
  isDigest,
  isId,
  isInstant,
  isListOf,
  isObject,
  isOptional,
  isPartName,
  isParty,
  isText,
  type Members,
} from './form.ts';
import type { Manifest } from './manifest.ts';
import { MAX_LIFETIME_DAYS, MAX_PARTS, PROFILE } from './profile.ts';

const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/;
const HEX_DIGEST = /^[0-9a-f]{64}$/;
const LIFETIME_MS = MAX_LIFETIME_DAYS * 86_400_000;

/** The verdict of `Manifest.safeParse`, on JSON values. */
export function isManifest(value: unknown): value is Manifest {
  if (!isObject(value)) return false;
  const { profile, messageId, conversationId, refTo, from, to, messageType, created, notAfter, priority, test, link, businessKeys } = value;
  const { parts, translatedFrom, superseded } = value;
  return (
    profile === PROFILE &&
    isId(messageId) &&
    isText(conversationId, 64) &&
    isOptional(refTo, isId) &&
    isEndpoint(from) &&
    isEndpoint(to) &&
    isObject(messageType) &&
    isText(messageType['type'], 100) &&
    isText(messageType['version'], 40) &&
    closed(messageType, 2) &&
    isInstant(created) &&
    isInstant(notAfter) &&
    isLifetime(Date.parse(notAfter) - Date.parse(created)) &&
    (priority === 'A' || priority === 'B' || priority === 'C') &&
    typeof test === 'boolean' &&
    isLink(link) &&
    isListOf(businessKeys, 0, 1000, isKey) &&
    isListOf(parts, 1, MAX_PARTS, isPart) &&
    (parts.length === 1 || new Set(parts.map((part) => (part as Members)['name'])).size === parts.length) &&
    isOptional(translatedFrom, isTranslatedFrom) &&
    isOptional(superseded, (marked) => marked === true) &&
    closed(value, 13, refTo, translatedFrom, superseded)
  );
}

const isLifetime = (milliseconds: number): boolean => milliseconds >= 0 && milliseconds <= LIFETIME_MS;

function isEndpoint(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { party, endpoint } = value;
  return isParty(party) && (endpoint === undefined || isText(endpoint, 64)) && closed(value, 1, endpoint);
}

function isLink(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { sequence, previous } = value;
  return isCount(sequence, 1) && (sequence === 1 ? previous === undefined : isDigest(previous)) && closed(value, 1, previous);
}

function isKey(value: unknown): boolean {
  return isObject(value) && isText(value['type'], 40) && isText(value['value'], 200) && closed(value, 2);
}

function isPart(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { name, mediaType, charset, byteLength, digestAlgorithm, digest } = value;
  return (
    isPartName(name) &&
    typeof mediaType === 'string' &&
    mediaType.length <= 127 &&
    MEDIA_TYPE.test(mediaType) &&
    (charset === undefined || isText(charset, 40)) &&
    isCount(byteLength) &&
    digestAlgorithm === 'sha-256' &&
    isDigest(digest) &&
    closed(value, 5, charset)
  );
}

function isTranslatedFrom(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { sender, messageId, manifestDigest, mapping, referenceDataVersion } = value;
  return (
    isParty(sender) &&
    isId(messageId) &&
    isDigest(manifestDigest) &&
    isMappingName(mapping) &&
    isText(referenceDataVersion, 100) &&
    closed(value, 5)
  );
}

function isMappingName(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, version, digest } = value;
  return isText(id, 100) && isText(version, 40) && typeof digest === 'string' && HEX_DIGEST.test(digest) && closed(value, 3);
}
