/** The forms one message has, each as text to read and to compare: what was signed, the document, what it means, what was answered. */
import { outlineDocument, type DecodedMessage, type Translator } from '#formats';
import { parseStrictJson, type Link } from '#model';
import type { ReceiptLine } from '../ports/message-view.port.ts';
import { MASK, readContent, textOf, type ContentField, type ReadContent } from './content.ts';

/** `signed`: the manifest under the signature. `document`: as received or sent. `canonical`: what it means. `answers`: the receipts, oldest first. */
export const CONTENT_FORMS = ['signed', 'document', 'canonical', 'answers'] as const;
export type ContentForm = (typeof CONTENT_FORMS)[number];

/** One form of one message. `leaves`: each value by its place, as far as it may be seen. */
export interface Laid {
  readonly text: string;
  readonly leaves: ReadonlyMap<string, string>;
}

export interface FormSource {
  /** Payload of the JWS that was signed: JSON. */
  readonly manifestBytes: Buffer;
  readonly receipts: readonly ReceiptLine[];
  readonly document: Buffer;
  readonly charset: string | undefined;
  readonly link: Link | undefined;
}

const NOTHING: Laid = { text: '', leaves: new Map() };
const EVERYTHING = () => true;

/** Lays a form out. What is not known to be fit for everybody's eyes is masked unless `open`. */
export function layOut(form: ContentForm, source: FormSource, translator: Translator, open: boolean): Laid {
  if (form === 'signed') return laidJson([jsonOf(source.manifestBytes)], EVERYTHING);
  if (form === 'answers') return laidJson([source.receipts.map(({ jws }) => jsonOf(payloadOf(jws)))], EVERYTHING);
  const read = readContent(source.document, source.link, translator);
  const options = { ...(source.link && { charsets: source.link.charsets, link: source.link.id }) };
  if (form === 'canonical') return laidCanonical(translator.decode(source.document, options).messages, read, open);
  return laidDocument(source, read, translator, open);
}

function laidCanonical(messages: readonly DecodedMessage[], read: ReadContent, open: boolean): Laid {
  const shown = shownAt(read.fields, ({ canonical }) => canonical);
  const visible = (pointer: string): boolean => {
    if (open || pointer === '/type' || pointer === '/model' || pointer.startsWith('/header/')) return true;
    // A code or an amount is one field with members of its own.
    for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const known = shown.get(at);
      if (known !== undefined) return known;
    }
    return false;
  };
  // Pointers of an interchange's messages are alike: with several, one masked anywhere is masked everywhere.
  return laidJson(
    messages.map(({ message }) => message),
    visible,
  );
}

function laidDocument({ document, charset, link }: FormSource, read: ReadContent, translator: Translator, open: boolean): Laid {
  const documents = translator.documents(document, { ...(link && { charsets: link.charsets, link: link.id }) });
  if (documents.length > 0) {
    const shown = shownAt(read.fields, ({ pointer }) => pointer);
    const see = ({ pointer, value }: { pointer: string; value: string }) => (open || isShown(pointer, shown) ? value : MASK);
    const laid = documents.map((one) => outlineDocument(one, see));
    return {
      text: laid.map(({ text }) => text).join('\n'),
      leaves: new Map(laid.flatMap(({ leaves }) => leaves.map(({ pointer, value }) => [pointer, value]))),
    };
  }
  const json = parseStrictJson(document);
  if (json.ok) {
    const shown = shownAt(read.fields, ({ pointer }) => pointer);
    return laidJson([json.value], (pointer) => open || shown.get(pointer) === true);
  }
  return open ? { ...NOTHING, text: textOf(document, read.charset ?? charset)?.text ?? '' } : NOTHING;
}

/** Which places are for everybody: a place that two fields speak of only when both are. */
function shownAt(fields: readonly ContentField[], placeOf: (field: ContentField) => string | undefined): ReadonlyMap<string, boolean> {
  const shown = new Map<string, boolean>();
  for (const field of fields) {
    const place = placeOf(field);
    if (place !== undefined) shown.set(place, (shown.get(place) ?? true) && !field.masked);
  }
  return shown;
}

/** The places of a segment's components are written in three ways: `2.1`, `2` for its first component, `4.1-5` for a run. */
function isShown(pointer: string, shown: ReadonlyMap<string, boolean>): boolean {
  const known = shown.get(pointer);
  if (known !== undefined) return known;
  const [, segment, element, component] = /^(.*)\/(\d+)\.(\d+)$/.exec(pointer) ?? [];
  return component === '1' && shown.get(`${segment}/${element}`) === true;
}

function laidJson(values: readonly unknown[], visible: (pointer: string) => boolean): Laid {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, pointer: string): unknown => {
    if (Array.isArray(value)) return value.map((inner, at) => walk(inner, `${pointer}/${at}`));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, `${pointer}/${escaped(name)}`)]));
    const seen = visible(pointer) ? value : MASK;
    leaves.set(pointer, String(seen));
    return seen;
  };
  const seen = values.map((value) => walk(value, ''));
  return { text: seen.map((value) => JSON.stringify(value, undefined, 2)).join('\n'), leaves };
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function jsonOf(bytes: Buffer): unknown {
  const parsed = parseStrictJson(bytes);
  return parsed.ok ? parsed.value : null;
}

const payloadOf = (jws: string): Buffer => Buffer.from(jws.split('.')[1] ?? '', 'base64url');
