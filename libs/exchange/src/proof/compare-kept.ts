import { decodeFrame, parseManifest, sha256, verifyParts, type LogEntry } from '#trust';
import type { KeptRow } from '../ports/message-log.port.ts';

export interface KeptFault {
  readonly what: 'altered' | 'inserted';
  readonly detail: string;
}

/** Holds an entry against the octets that are kept: digests, place on the link, time, and every part against its manifest. */
export function compareKept(entry: LogEntry, kept: KeptRow | undefined): KeptFault | undefined {
  if (!kept)
    return {
      what: 'inserted',
      detail: 'Nothing of this id is kept on this link: the entry was inserted or altered, or the message removed.',
    };
  if (kept.at !== entry.at) return altered('Its time is not that of what is kept.');
  if (entry.kind === 'receipt')
    return sha256(kept.octets) === entry.jwsDigest ? undefined : altered('The receipt kept is not the one logged.');
  const frame = decodeFrame(kept.octets, kept.octets.length);
  if (!frame.ok || sha256(frame.jws) !== entry.jwsDigest) return altered('The signed manifest kept is not the one logged.');
  const payload = Buffer.from(frame.jws.toString('latin1').split('.')[1] ?? '', 'base64url');
  const parsed = parseManifest(payload);
  if (!parsed.ok) return altered('The manifest kept cannot be read.');
  const { messageId, link } = parsed.manifest;
  const same =
    sha256(payload) === entry.manifestDigest &&
    messageId === entry.messageId &&
    link.sequence === entry.sequence &&
    link.previous === entry.previousDigest;
  if (!same) return altered('The entry says something else than the manifest kept.');
  if (kept.purged) return frame.parts.length === 0 ? undefined : altered('It says that its documents were removed, and has some.');
  return verifyParts(parsed.manifest, frame.parts).ok ? undefined : altered('A part kept is not the one the manifest lists.');
}

const altered = (detail: string): KeptFault => ({ what: 'altered', detail });
