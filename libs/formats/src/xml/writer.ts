/**
 * Neutral documents to XML, built by fast-xml-parser. What the builder leaves to its caller is done here: references for
 * characters a strict reader would otherwise change, namespaces, and refusing what XML cannot carry.
 */
import { XMLBuilder } from 'fast-xml-parser';
import { issue, type Issue } from '#model';
import { encodeText } from '../charset.ts';
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
  const body = String(BUILDER.build([built(document, context.namespace)]));
  if (UNWRITABLE.test(body) || (HAS_SURROGATE.test(body) && LONE_SURROGATE.test(body)))
    return failed(label, issue('VALUE_UNTRANSLATABLE', '', 'A value holds a control character that XML cannot carry.'));
  const encoded = encodeText(`<?xml version="1.0" encoding="${label}"?>${body}`, label);
  return 'issue' in encoded ? failed(label, encoded.issue) : { bytes: encoded.bytes, charset: encoded.charset, issues: [] };
}

const failed = (charset: string, found: Issue): WriteResult => ({ bytes: Buffer.alloc(0), charset, issues: [found] });

/** Order is kept, nothing is interpreted, and entities are ours: the builder's own set would let a carriage return through. */
const BUILDER = new XMLBuilder({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  processEntities: false,
});

/** An element as the builder wants it: its children under its name, its attributes under `:@`. */
type Built = Record<string, unknown>;

/**
 * `namespace` is the default namespace in force around the element after its start tag; an element of another namespace
 * declares its own, so content of an envelope stays what it is.
 */
function built(node: DocumentNode, namespace: string | undefined, inForce?: string): Built {
  const own = node.namespace ?? namespace;
  const attributes: Record<string, string> = {};
  if (own !== inForce) attributes['xmlns'] = escapeAttribute(own ?? '');
  if (node.attributes) for (const [name, value] of node.attributes) attributes[name] = escapeAttribute(value);
  const content: Built[] = node.text ? [{ '#text': escapeText(node.text) }] : [];
  for (const child of node.children) content.push(built(child, child.namespace ?? own, own));
  return { [node.name]: content, ':@': attributes };
}

const reference = (character: string): string => REFERENCES[character] ?? character;
const escapeText = (text: string): string => (TEXT_SPECIAL.test(text) ? text.replace(/[&<>\r]/g, reference) : text);
const escapeAttribute = (text: string): string => (ATTRIBUTE_SPECIAL.test(text) ? text.replace(/[&<>"\t\n\r]/g, reference) : text);
