/** One document as the gateway would judge it, routing aside. */
import type { Issue } from '#model';
import type { Decoded, DecodedMessage, DecodeOptions, Translator } from '../api.ts';

export interface Judged {
  readonly decoded: Decoded;
  /** Everything found, syntax to content, in the sender's own pointers. */
  readonly issues: readonly Issue[];
  readonly valid: boolean;
}

/** Decodes and checks; the same calls in the same order as the pipeline's `understand`. */
export function judge(bytes: Buffer, translator: Translator, options: DecodeOptions): Judged {
  const decoded = translator.decode(bytes, options);
  const issues = [...decoded.issues, ...decoded.messages.flatMap((message) => findingsOf(message, translator))];
  return { decoded, issues, valid: decoded.messages.length > 0 && !issues.some(({ severity }) => severity === 'error') };
}

/** Content checks speak in canonical pointers; a person looks for the place in the document. */
const findingsOf = (message: DecodedMessage, translator: Translator): Issue[] => [
  ...message.issues,
  ...translator.check(message.message).map((found) => ({ ...found, pointer: message.locate(found.pointer) })),
];

/** Findings of many documents by code and place, numbers of occurrences left out of the place. */
export interface FindingCount {
  readonly code: Issue['code'];
  readonly severity: Issue['severity'];
  readonly place: string;
  readonly count: number;
}

export function countFindings(all: readonly (readonly Issue[])[]): FindingCount[] {
  const counts = new Map<string, { code: Issue['code']; severity: Issue['severity']; place: string; count: number }>();
  for (const { code, severity, pointer } of all.flat()) {
    const place = pointer.replaceAll(/\[\d+\]/g, '');
    const key = `${code} ${place}`;
    const one = counts.get(key);
    if (one) one.count++;
    else counts.set(key, { code, severity, place, count: 1 });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}
