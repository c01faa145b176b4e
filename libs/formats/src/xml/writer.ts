/**
 * Neutral documents to XML, built by fast-xml-parser. What the builder leaves to its caller is done here: references for
 * characters a strict reader would otherwise change, namespaces, and refusing what XML cannot carry.
 */
import { XMLBuilder } from 'fast-xml-parser';
import { issue, type Issue } from '#model';
import { declaredName, encodeText } from '../charset.ts';
import type { DocumentNode } from '../document.ts';
import type { WriteContext, WriteResult } from '../syntax.ts';

/** Characters XML 1.0 has no way to write (§2.2); lone surrogates are looked for apart. */
// eslint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const HAS_SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Cs}/u;
const TEXT_SPECIAL = /[&<>\r]/;
const ATTRIBUTE_SPECIAL = /[&<>"\t\n\r]/;
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Writes one document without layout. A carriage return is written as a reference, or a reader would turn it into a line feed. */
export function writeXml(document: DocumentNode, context: WriteContext): WriteResult {
  const label = context.charset ?? 'UTF-8';
  const body = String(BUILDER.build([builtRoot(document, context)]));
  if (UNWRITABLE.test(body) || (HAS_SURROGATE.test(body) && LONE_SURROGATE.test(body)))
    return failed(label, issue('VALUE_UNTRANSLATABLE', '', 'A value holds a control character that XML cannot carry.'));
  const encoded = encodeText(`<?xml version="1.0" encoding="${declaredName(label)}"?>${body}`, label);
  if (!('issue' in encoded)) return { bytes: encoded.bytes, charset: encoded.charset, issues: [] };
  return failed(label, ...(encoded.issue.code === 'ENCODING_UNMAPPABLE' ? unmappable(document, label) : [encoded.issue]));
}

const failed = (charset: string, ...issues: Issue[]): WriteResult => ({ bytes: Buffer.alloc(0), charset, issues });

/** Every element and attribute that the encoding cannot write. */
function unmappable(node: DocumentNode, label: string, pointer = `/${node.name}`): Issue[] {
  const lacks = (text: string) => 'issue' in encodeText(text, label);
  const own = [...(node.attributes ?? [])].flatMap(([name, value]) =>
    lacks(name + value) ? [issue('ENCODING_UNMAPPABLE', `${pointer}/@${name}`)] : [],
  );
  if (lacks(node.name + (node.text ?? ''))) own.unshift(issue('ENCODING_UNMAPPABLE', pointer));
  const totals = new Map<string, number>();
  for (const { name } of node.children) totals.set(name, (totals.get(name) ?? 0) + 1);
  const counts = new Map<string, number>();
  const below = node.children.flatMap((child) => {
    const count = (counts.get(child.name) ?? 0) + 1;
    counts.set(child.name, count);
    return unmappable(child, label, `${pointer}/${child.name}${(totals.get(child.name) ?? 0) > 1 ? `[${count}]` : ''}`);
  });
  return [...own, ...below];
}

/** Order is kept, nothing is interpreted, and entities are ours: the builder's own set would let a carriage return through. */
const BUILDER = new XMLBuilder({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  processEntities: false,
});

/** An element as the builder wants it: its children, or its text alone, under its name; its attributes, if any, under `:@`. */
type Built = Record<string, unknown>;

/** What prefixes there are, and which were used. */
interface Prefixes {
  readonly all: ReadonlyMap<string, string>;
  readonly used: Map<string, string>;
}

/** The prefixes used are declared at the root, behind its own namespace. */
function builtRoot(document: DocumentNode, { namespace, prefixes }: WriteContext): Built {
  if (!prefixes) return built(document, namespace);
  const used = new Map<string, string>();
  const { [':@']: attributes, ...content } = built(document, namespace, undefined, { all: prefixes, used });
  const declared = [...used].map(([uri, prefix]) => [`xmlns:${prefix}`, escapeAttribute(uri)] as const);
  const { xmlns, ...rest } = (attributes ?? {}) as Record<string, string>;
  return { ...content, ':@': { ...(xmlns !== undefined && { xmlns }), ...Object.fromEntries(declared), ...rest } };
}

/**
 * `namespace` is the namespace the element has where it names none, `inForce` the default namespace around it. An element
 * of another namespace has its prefix, or declares its own, so content of an envelope stays what it is.
 */
function built(node: DocumentNode, namespace: string | undefined, inForce?: string, prefixes?: Prefixes): Built {
  const own = node.namespace ?? namespace;
  const prefix = own !== inForce && prefixes ? prefixes.all.get(own ?? '') : undefined;
  const element: Built = {};
  const name = prefix === undefined ? node.name : `${prefix}:${node.name}`;
  if (prefix !== undefined) prefixes?.used.set(own ?? '', prefix);
  if (node.children.length === 0) element[name] = escapeText(node.text ?? '');
  else {
    const content: Built[] = node.text ? [{ '#text': escapeText(node.text) }] : [];
    const around = prefix === undefined ? own : inForce;
    for (const child of node.children) content.push(built(child, child.namespace ?? own, around, prefixes));
    element[name] = content;
  }
  const declares = prefix === undefined && own !== inForce;
  if (declares || node.attributes) element[':@'] = builtAttributes(node, declares ? (own ?? '') : undefined);
  return element;
}

function builtAttributes({ attributes }: DocumentNode, xmlns: string | undefined): Record<string, string> {
  const written: Record<string, string> = xmlns === undefined ? {} : { xmlns: escapeAttribute(xmlns) };
  if (attributes) for (const [name, value] of attributes) written[name] = escapeAttribute(value);
  return written;
}

const reference = (character: string): string => REFERENCES[character] ?? character;
const escapeText = (text: string): string => (TEXT_SPECIAL.test(text) ? text.replace(/[&<>\r]/g, reference) : text);
const escapeAttribute = (text: string): string => (ATTRIBUTE_SPECIAL.test(text) ? text.replace(/[&<>"\t\n\r]/g, reference) : text);
