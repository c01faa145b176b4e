import type { ReceivedFile } from '#formats';
import type { Link } from '#model';
import type { VerifiedPart } from '#trust';

/**
 * The files beside the document, which is the first part. A signature the link agreed on in a part of its own is none: it is
 * over the sender's document, is judged and kept with it, and says nothing of what is made of it.
 */
export const attachmentsOf = (parts: readonly VerifiedPart[], { carriedEvidence }: Pick<Link, 'carriedEvidence'>): VerifiedPart[] =>
  parts.slice(1).filter(({ name }) => name !== carriedEvidence?.part);

/** The files that came with a document, by what their signed manifest says: the bytes were compared with it already. */
export const receivedFiles = (parts: readonly VerifiedPart[], link: Pick<Link, 'carriedEvidence'>): ReceivedFile[] =>
  attachmentsOf(parts, link).map(({ name, byteLength, digest }) => ({
    name,
    sizeInBytes: byteLength,
    sha256: Buffer.from(digest, 'base64url').toString('hex'),
  }));
