/** What a kept document says, field by field, for people: read again by its mapping, with what nobody needs to see masked. */
import type { Difference, DecodedMessage, MappingRef, TraceEntry, Translator } from '#formats';
import { compareMessages, decodeText } from '#formats';
import type { CanonicalMessage, Issue, Link } from '#model';
import { businessKeys } from '../business-keys.ts';

/** Stands for a value that the reader has no right to. Says nothing of its length. */
export const MASK = '•••';
/** Fields in one answer; a document with more is downloaded. */
export const MAX_FIELDS = 5_000;
/** Characters of the document itself in one answer. */
const MAX_TEXT = 512 * 1024;

/** One field: where it stands in the document, what it means, by which rule it was read. */
export interface ContentField {
  readonly pointer: string;
  /** JSON pointer into the canonical message; absent where the mapping reads it for control only. */
  readonly canonical?: string;
  /** Conversion and code list, for example `code CN012`. */
  readonly rule: string;
  /** As the document writes it. */
  readonly value: string;
  /** As the canonical message has it. */
  readonly meaning: string;
  readonly masked: boolean;
}

export interface ReadContent {
  /** By which it was read; absent where nobody knows the format. */
  readonly mapping?: MappingRef;
  readonly canonicalType?: string;
  readonly charset?: string;
  readonly fields: readonly ContentField[];
  /** Fields left out. */
  readonly more: number;
  readonly issues: readonly Issue[];
}

/** Reads a document by today's mapping. */
export function readContent(document: Buffer, link: Link | undefined, translator: Translator): ReadContent {
  const decoded = translator.decode(document, { ...(link && { charsets: link.charsets, link: link.id }), trace: true });
  const [first] = decoded.messages;
  const all = decoded.messages.flatMap(({ trace, message }) => {
    // Lists and the search show these to everybody who sees the message.
    const keys = new Set(businessKeys(message).index.map((key) => key.slice(key.indexOf(':') + 1)));
    return (trace ?? leavesOf(message)).map((entry) => fieldOf(entry, keys));
  });
  return {
    ...(first && { mapping: first.mapping, canonicalType: first.canonicalType }),
    ...(decoded.charset !== '' && { charset: decoded.charset }),
    fields: all.slice(0, MAX_FIELDS),
    more: Math.max(0, all.length - MAX_FIELDS),
    issues: [...decoded.issues, ...decoded.messages.flatMap(({ issues }) => issues)],
  };
}

/** The document as text, cut at 512 KB; undefined where its bytes are no text in that encoding. */
export function textOf(document: Buffer, charset: string | undefined): { readonly text: string; readonly cut: boolean } | undefined {
  const decoded = decodeText(document, charset);
  if (!('text' in decoded)) return undefined;
  return { text: decoded.text.slice(0, MAX_TEXT), cut: decoded.text.length > MAX_TEXT };
}

export const maskedContent = (content: ReadContent): ReadContent => ({
  ...content,
  fields: content.fields.map((field) => (field.masked ? { ...field, value: MASK, meaning: MASK } : field)),
});

/** What two documents say differently, message by message, values masked unless `open`. */
export function compareContent(
  before: readonly DecodedMessage[],
  after: readonly DecodedMessage[],
  open: boolean,
): readonly (Difference & { readonly message: number })[] {
  const found = [];
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const [a, b] = [before[i]?.message, after[i]?.message];
    if (a && b) for (const one of compareMessages(a, b)) found.push({ ...(open ? one : withoutValues(one)), message: i + 1 });
    else found.push({ kind: a ? ('removed' as const) : ('added' as const), path: (a ?? b)?.type ?? '', message: i + 1 });
  }
  return found;
}

function withoutValues(difference: Difference): Difference {
  if (difference.path.startsWith('header/') || difference.path === 'type') return difference;
  const { before, after } = difference;
  return { ...difference, ...(before && { before: { ...before, value: MASK } }), ...(after && { after: { ...after, value: MASK } }) };
}

/** Names, addresses, amounts and texts are the partners' own. Codes, what the gateway itself put there, numbers by which it is found, and the head are not. */
function fieldOf({ documentPointer, canonicalPointer, rule, before, after }: TraceEntry, shown: ReadonlySet<string>): ContentField {
  const open = /^(?:code|constant)\b/.test(rule) || canonicalPointer.startsWith('/header/') || shown.has(before) || shown.has(after);
  return {
    pointer: documentPointer,
    ...(canonicalPointer !== '' && { canonical: canonicalPointer }),
    rule,
    value: before,
    meaning: after,
    masked: !open,
  };
}

/** A canonical document needs no rules: each of its leaves is itself. */
function leavesOf(message: CanonicalMessage): TraceEntry[] {
  const leaves: TraceEntry[] = [];
  const walk = (value: unknown, pointer: string): void => {
    if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(inner, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    else leaves.push({ documentPointer: pointer, canonicalPointer: pointer, rule: '', before: String(value), after: String(value) });
  };
  walk(message, '');
  return leaves;
}
