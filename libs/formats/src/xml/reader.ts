/**
 * XML bytes to neutral documents. saxes in namespace mode, because it refuses what the W3C suite calls malformed; no
 * DOCTYPE at all (CWE-611, CWE-776: no JavaScript parser is safe on DTDs); limits in the handlers, so that a hostile
 * document stops at the limit and not at the end. Character data stays exactly what the sender wrote.
 */
import { SaxesParser, type SaxesAttributeNSIncomplete, type SaxesStartTagNS, type SaxesTagNS } from 'saxes';
import { ExchangeError, issue, type ErrorCode, type Issue } from '#model';
import { declaredXmlEncoding, decodeText } from '../charset.ts';
import type { DocumentNode } from '../document.ts';
import { processorTime } from '../processor-time.ts';
import type { ReadOptions, ReadResult } from '../syntax.ts';

export interface XmlLimits {
  readonly depth: number;
  /** Attributes of one element. */
  readonly attributes: number;
  /** Characters of an element or attribute name. */
  readonly name: number;
  /** Characters directly inside one element or in one attribute. */
  readonly text: number;
  /** Elements of the document, and as many attributes. */
  readonly nodes: number;
  /** Namespace declarations of the document, each of which is looked up from every element within. */
  readonly namespaces: number;
  /**
   * Time for a small document; a large one gets as much again for every 10 MB. Both the clock and the process must have spent it:
   * a busy machine refuses no honest message.
   */
  readonly milliseconds: number;
}

/** A manifest at the schema's own maxima (9,999 bills of 100 elements) fits; a bomb does not. */
export const XML_LIMITS: XmlLimits = {
  depth: 100,
  attributes: 200,
  name: 256,
  text: 1_048_576,
  nodes: 1_000_000,
  namespaces: 100_000,
  milliseconds: 5_000,
};
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0001-\u0008\u000b\u000c\u000e-\u001f]/;
const DOCTYPE_MISPLACED = 'inappropriately located doctype declaration.';

/** Text is handed to the parser in pieces so that the time limit is looked at now and then. */
const PIECE = 64 * 1024;
const TEN_MEGABYTES = 10 * 1024 * 1024;

/** Reads one document. Never throws; the position of a finding is a line and a column. */
export function readXml(bytes: Buffer, options: ReadOptions & { readonly limits?: Partial<XmlLimits> } = {}): ReadResult {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  if (bytes.length > maxBytes) return refusal('', issue('TOO_LARGE', '', `The limit is ${maxBytes} bytes.`));
  const decoded = decodeText(bytes, declaredXmlEncoding(bytes), options.charsets);
  if ('issue' in decoded) return refusal('', decoded.issue);
  // One byte order mark is gone; saxes would swallow a second one.
  if (decoded.text.startsWith('\ufeff')) return refusal(decoded.charset, issue('XML_MALFORMED', 'line 1, column 1'));
  const limits = { ...XML_LIMITS, ...options.limits };
  if (prologHasDoctype(decoded.text)) return refusal(decoded.charset, issue('DTD_FORBIDDEN', ''));
  const excess = excessOf(decoded.text, limits);
  if (excess) return refusal(decoded.charset, issue('XML_LIMIT', '', excess));
  try {
    const root = new TreeBuilder(limits).build(decoded.text);
    return { documents: [root], charset: decoded.charset, issues: [] };
  } catch (error) {
    if (error instanceof ExchangeError) return refusal(decoded.charset, error.issues[0] ?? issue(error.code, ''));
    throw error;
  }
}

/** Also for the envelope content that an element of another document carries. */
export const recognisesXml = (bytes: Buffer): boolean => {
  let i = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (bytes[i] === 0xff || bytes[i] === 0xfe) i += 2;
  while (i < bytes.length && (bytes[i] === 0x20 || bytes[i] === 0x09 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0)) i++;
  return bytes[i] === 0x3c;
};

const refusal = (charset: string, found: Issue): ReadResult => ({ documents: [], charset, issues: [found] });

/**
 * What is refused without parsing, which takes fifty times as long as counting: more opening tags than elements are allowed,
 * those inside comments and CDATA sections included, more markup than an opening and a closing tag for each, or twice the
 * longest text without any.
 */
function excessOf(text: string, limits: XmlLimits): string | undefined {
  if (text.length <= PIECE) return undefined;
  let openings = limits.nodes;
  let markup = 2 * limits.nodes;
  let end = 2 * limits.text;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) === LESS_THAN) {
      if (!NO_ELEMENT.has(text.charCodeAt(at + 1))) openings--;
      if (markup-- === 0 || openings < 0) return `The limit is ${limits.nodes} elements.`;
      end = at + 2 * limits.text;
    } else if (at > end) return `The limit of a text is ${limits.text} characters.`;
  }
  return undefined;
}

const LESS_THAN = 0x3c;
/** What stands behind `<` where no element begins: a slash, an exclamation mark, a question mark. */
const NO_ELEMENT: ReadonlySet<number> = new Set([0x2f, 0x21, 0x3f]);

/** Looks for a DOCTYPE before the root element without parsing, so that a broken DTD is refused as a DTD. */
function prologHasDoctype(text: string): boolean {
  let at = 0;
  for (;;) {
    while (isBlank(text.charCodeAt(at))) at++;
    let close: string;
    if (text.startsWith('<?', at)) close = '?>';
    else if (text.startsWith('<!--', at)) close = '-->';
    else return text.slice(at, at + 9).toUpperCase() === '<!DOCTYPE';
    const end = text.indexOf(close, at + 2);
    if (end < 0) return false;
    at = end + close.length;
  }
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

function isBlankText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isBlank(text.charCodeAt(i))) return false;
  return true;
}

type Open = { -readonly [K in keyof DocumentNode]: DocumentNode[K] };

/**
 * The parser with its handlers on the prototype. Ten handlers assigned to each parser would turn it into a slow dictionary
 * object (V8 gives up fast properties there), and every parser of the process then ran five times slower.
 */
class TreeParser extends SaxesParser<{ xmlns: true }> {
  readonly builder: TreeBuilder;

  constructor(builder: TreeBuilder) {
    super({ xmlns: true });
    this.builder = builder;
    // These saxes calls without the parser as `this`; a DOCTYPE behind the root's start is malformed too, but a DOCTYPE before all else.
    this.on('error', ({ message }) => builder.stop(message.endsWith(DOCTYPE_MISPLACED) ? 'DTD_FORBIDDEN' : 'XML_MALFORMED'));
    this.on('closetag', () => builder.close());
    this.on('text', (text) => builder.text(text));
  }
}

class TreeBuilder {
  readonly #limits: XmlLimits;
  readonly #parser = new TreeParser(this);
  readonly #open: Open[] = [];
  #root: DocumentNode | undefined;
  #current: Open | undefined;
  /** Whether the text of the open element is more than layout; a growing text is not looked at again with each child. */
  #saying = false;
  readonly #sayingOfOpen: boolean[] = [];
  #nodes = 0;
  #attributes = 0;
  #allAttributes = 0;
  #namespaces = 0;
  #line = 1;
  /** Everything the parser came to the end of. */
  #tokens = 0;
  #version11 = false;

  constructor(limits: XmlLimits) {
    this.#limits = limits;
  }

  build(text: string): DocumentNode {
    const parser = this.#parser;
    if (text.length <= PIECE) parser.write(text);
    else this.#pieces(text);
    parser.close();
    return this.#root ?? this.stop('XML_MALFORMED');
  }

  #pieces(text: string): void {
    const allowed = this.#limits.milliseconds * (1 + text.length / TEN_MEGABYTES);
    const deadline = performance.now() + allowed;
    const before = process.cpuUsage();
    let tokens = 0;
    let unfinished = 0;
    for (let at = 0; at < text.length; at += PIECE) {
      this.#parser.write(text.slice(at, at + PIECE));
      // A name, text, comment or instruction that does not end is dropped long before it would be handed to us as a whole.
      unfinished = this.#tokens === tokens ? unfinished + PIECE : 0;
      tokens = this.#tokens;
      if (unfinished > 2 * this.#limits.text) this.stop('XML_LIMIT', `The limit of a text is ${this.#limits.text} characters.`);
      if (performance.now() > deadline && processorTime(before) > allowed)
        this.stop('XML_LIMIT', `It took longer than ${Math.round(allowed)} ms.`);
    }
  }

  start(tag: SaxesStartTagNS): void {
    this.#tokens++;
    if (this.#open.length >= this.#limits.depth) this.stop('XML_LIMIT', `The depth limit is ${this.#limits.depth}.`);
    if (++this.#nodes > this.#limits.nodes) this.stop('XML_LIMIT', `The limit is ${this.#limits.nodes} elements.`);
    if (tag.name.length > this.#limits.name) this.stop('XML_LIMIT', `The limit of a name is ${this.#limits.name} characters.`);
    this.#attributes = 0;
    // The character behind the name is read already; a line feed there has moved the parser on.
    const { line, column } = this.#parser;
    this.#line = column === 0 ? line - 1 : line;
  }

  attribute(attribute: SaxesAttributeNSIncomplete): void {
    this.#tokens++;
    if (++this.#attributes > this.#limits.attributes) this.stop('XML_LIMIT', `The limit is ${this.#limits.attributes} attributes.`);
    if (++this.#allAttributes > this.#limits.nodes) this.stop('XML_LIMIT', `The limit is ${this.#limits.nodes} attributes altogether.`);
    if (attribute.name.startsWith('xmlns') && ++this.#namespaces > this.#limits.namespaces)
      this.stop('XML_LIMIT', `The limit is ${this.#limits.namespaces} namespace declarations.`);
    if (attribute.name.length > this.#limits.name) this.stop('XML_LIMIT', `The limit of a name is ${this.#limits.name} characters.`);
    if (attribute.value.length > this.#limits.text) this.stop('XML_LIMIT', `The limit of a text is ${this.#limits.text} characters.`);
    if (this.#version11) this.#carriable(attribute.value);
  }

  openTag(tag: SaxesTagNS): void {
    const node: Open = {
      name: tag.local,
      namespace: tag.uri || undefined,
      attributes: undefined,
      text: undefined,
      children: [],
      position: this.#line,
    };
    if (this.#attributes > 0) node.attributes = attributesOf(tag);
    const parent = this.#current;
    if (parent) {
      // Blanks between elements are layout, not data.
      if (!this.#saying) parent.text = undefined;
      parent.children.push(node);
      this.#open.push(parent);
      this.#sayingOfOpen.push(this.#saying);
      this.#saying = false;
    } else this.#root = node;
    this.#current = node;
  }

  declaration(version: string | undefined): void {
    this.#version11 = version === '1.1';
  }

  token(): void {
    this.#tokens++;
  }

  close(): void {
    this.#tokens++;
    const node = this.#current;
    if (node && node.children.length > 0 && !this.#saying) node.text = undefined;
    this.#current = this.#open.pop();
    this.#saying = this.#sayingOfOpen.pop() ?? false;
  }

  text(text: string): void {
    this.#tokens++;
    const node = this.#current;
    if (!node) return;
    if (this.#version11) this.#carriable(text);
    if (!this.#saying) this.#saying = !isBlankText(text);
    const whole = node.text === undefined ? text : node.text + text;
    if (whole.length > this.#limits.text) this.stop('XML_LIMIT', `The limit of a text is ${this.#limits.text} characters.`);
    node.text = whole;
  }

  /** XML 1.1 lets control characters in by reference (§2.2); no format of ours carries them on. */
  #carriable(text: string): void {
    if (CONTROL.test(text)) this.stop('XML_MALFORMED', 'A control character.');
  }

  /** saxes' own words may quote the document, so they are not repeated. */
  stop(code: ErrorCode, detail?: string): never {
    const where = `line ${this.#parser.line}, column ${this.#parser.column}`;
    throw new ExchangeError(code, { issues: [issue(code, where, detail)] });
  }
}

const handlers = TreeParser.prototype;
handlers.on('doctype', function (this: TreeParser) {
  this.builder.stop('DTD_FORBIDDEN');
});
handlers.on('xmldecl', function (this: TreeParser, { version }) {
  this.builder.declaration(version);
});
handlers.on('comment', function (this: TreeParser) {
  this.builder.token();
});
handlers.on('processinginstruction', function (this: TreeParser) {
  this.builder.token();
});
handlers.on('opentagstart', function (this: TreeParser, tag) {
  this.builder.start(tag);
});
handlers.on('attribute', function (this: TreeParser, attribute) {
  this.builder.attribute(attribute);
});
handlers.on('opentag', function (this: TreeParser, tag) {
  this.builder.openTag(tag);
});
handlers.on('cdata', function (this: TreeParser, text) {
  this.builder.text(text);
});

/** Namespace declarations are syntax, not data. A Map, because an attribute may be called `__proto__`. */
function attributesOf(tag: SaxesTagNS): Map<string, string> | undefined {
  let map: Map<string, string> | undefined;
  for (const name in tag.attributes) {
    const attribute = tag.attributes[name];
    if (!attribute || attribute.prefix === 'xmlns' || name === 'xmlns') continue;
    (map ??= new Map()).set(name, attribute.value);
  }
  return map;
}
