import type { Decoded, DecodedMessage, DecodeOptions, Translator } from '#formats';
import { issue, type Issue } from '#model';

/** A document as the gateway would judge it, routing aside. */
export interface Examined {
  readonly decoded: Decoded;
  /** The first message; an interchange may hold more. */
  readonly first?: DecodedMessage;
  /** Everything found, syntax to content, in the sender's own pointers. */
  readonly issues: readonly Issue[];
  readonly valid: boolean;
}

/** Decodes and checks; the same calls in the same order as the pipeline's `understand`. */
export function examine(bytes: Buffer, translator: Translator, options: DecodeOptions): Examined {
  const decoded = translator.decode(bytes, options);
  const issues = [...decoded.issues, ...decoded.messages.flatMap((message) => findingsOf(message, translator))];
  const [first] = decoded.messages;
  if (!first && issues.length === 0) issues.push(issue('FORMAT_UNKNOWN', ''));
  return { decoded, ...(first && { first }), issues, valid: first !== undefined && !issues.some(isError) };
}

export const isError = ({ severity }: Issue): boolean => severity === 'error';

/** Content checks speak in canonical pointers; a person looks for the place in the document. */
export function findingsOf(message: DecodedMessage, translator: Translator): Issue[] {
  const content = translator.check(message.message).map((found) => ({ ...found, pointer: message.locate(found.pointer) }));
  return [...message.issues, ...content];
}
