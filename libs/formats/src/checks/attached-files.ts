/** Files that a message names, against those that came with it or stand in it. */
import { createHash } from 'node:crypto';
import type { AttachedFile } from '#model';
import { sameDecimal } from '../decimals.ts';
import type { Findings } from './findings.ts';

/** What a message says of a file. */
export type NamedFile = Pick<AttachedFile, 'id' | 'fileName' | 'sizeInBytes' | 'sha256' | 'content'>;

/** A file as it came with the message. */
export interface ReceivedFile {
  readonly name: string;
  readonly sizeInBytes: number;
  /** Hexadecimal SHA-256. */
  readonly sha256: string;
}

/**
 * Each file named is there under its name (or its document number, which is a file name too), and has the size and digest the
 * message gives, where it gives them. A file whose content stands in the message is that content.
 */
export function checkAttachedFiles(
  member: 'attachedFile' | 'attachedDocument',
  named: readonly NamedFile[],
  received: readonly ReceivedFile[] | undefined,
  findings: Findings,
): void {
  const byName = new Map(received?.map((file) => [file.name, file]));
  for (const [i, { fileName, id, sizeInBytes, sha256, content }] of named.entries()) {
    if (content === undefined && !received) continue;
    const file = content === undefined ? (byName.get(fileName ?? '') ?? byName.get(id ?? '')) : contained(content);
    if (!file) findings.report('ATTACHMENT_MISSING', undefined, member, i, fileName === undefined ? 'id' : 'fileName');
    if (file && sizeInBytes !== undefined && sameDecimal(sizeInBytes, String(file.sizeInBytes)) !== true)
      findings.report('ATTACHMENT_MISMATCH', 'The size.', member, i, 'sizeInBytes');
    if (file && sha256 !== undefined && sha256.toLowerCase() !== file.sha256.toLowerCase())
      findings.report('ATTACHMENT_MISMATCH', 'The digest.', member, i, 'sha256');
  }
}

function contained(content: string): Omit<ReceivedFile, 'name'> {
  const bytes = Buffer.from(content, 'base64');
  return { sizeInBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
