/**
 * The translator: bytes to canonical messages and back, by the mappings it was built from. Pure and synchronous; a bad
 * input is answered with findings, only a bad configuration throws.
 */
import { ExchangeError, issue, type CanonicalMessage, type FormatChoice, type Issue } from '#model';
import type { Decoded, DecodedMessage, DecodeOptions, Detection, Encoded, MappingRef, Translator } from './api.ts';
import { charsetOf } from './charset.ts';
import { checkMessage } from './checks/index.ts';
import { DetectionIndex, type Detected } from './detection.ts';
import type { DocumentNode } from './document.ts';
import { CANONICAL_JSON, readCanonicalJson, recognisesJson, writeCanonicalJson } from './json/canonical.ts';
import type { TextFile } from './mapping/codelists.ts';
import { decodeDocument, decodeEnvelope } from './mapping/decode.ts';
import { encodeDocument, encodeEnvelope } from './mapping/encode.ts';
import { compileLocator, type Locator } from './mapping/locate.ts';
import { loadMappings, type LoadOptions } from './mapping/load.ts';
import type { CompiledMapping } from './mapping/rules.ts';
import type { Syntax } from './syntax.ts';
import { DEFAULT_MAX_BYTES, SYNTAXES } from './syntaxes.ts';
import { ruleRows } from './tools/rule-rows.ts';

/** The data files a translator is built from: path under their folder without extension, and text. */
export interface TranslatorFiles {
  readonly mappings: readonly TextFile[];
  readonly codelists: readonly TextFile[];
  readonly edifact?: readonly TextFile[];
}

/** An envelope may hold an envelope, but not for ever. */
const MAX_ENVELOPES = 3;
const NONE = Buffer.alloc(0);

/** Compiles everything unless `lazily`; throws CONFIGURATION_INVALID with every fault of every file at once. */
export function createTranslator(files: TranslatorFiles, options: LoadOptions = {}): Translator {
  const { mappings, issues: mappingIssues } = loadMappings(files, options);
  const built = Object.entries(SYNTAXES).map(([name, build]) => ({ name, ...build(files) }));
  const issues = [...mappingIssues, ...built.flatMap((syntax) => syntax.issues)];
  if (issues.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues });
  return new MappedTranslator(
    mappings,
    built.map(({ name, syntax }) => ({ name, syntax })),
  );
}

interface NamedSyntax {
  readonly name: string;
  readonly syntax: Syntax;
}

interface Opened {
  readonly name: Detection['syntax'];
  readonly charset: string;
  readonly documents: readonly DocumentNode[];
  readonly issues: readonly Issue[];
}

class MappedTranslator implements Translator {
  readonly mappings: Translator['mappings'];
  readonly #byId: ReadonlyMap<string, CompiledMapping>;
  readonly #locators = new Map<CompiledMapping, Locator>();
  readonly #index: DetectionIndex;
  readonly #syntaxes: readonly NamedSyntax[];

  constructor(mappings: readonly CompiledMapping[], syntaxes: readonly NamedSyntax[]) {
    this.#byId = new Map(mappings.map((mapping) => [mapping.ref.id, mapping]));
    this.#index = new DetectionIndex(mappings);
    this.#syntaxes = syntaxes;
    this.mappings = [
      ...mappings.map(({ ref, canonical, type, syntax, status, title, envelope }) => ({
        ...ref,
        ...(canonical && { canonicalType: canonical }),
        type,
        syntax,
        status,
        title,
        envelope,
      })),
      { ...CANONICAL_JSON, type: 'JSON', syntax: 'json', envelope: false },
    ];
  }

  detect(bytes: Buffer, options: DecodeOptions = {}): { detection?: Detection; issues: readonly Issue[] } {
    if (recognisesJson(bytes)) {
      const tooLarge = oversize(bytes, options);
      if (tooLarge) return { issues: [tooLarge] };
      const { type, message, issues } = readCanonicalJson(bytes);
      if (!type) return { issues };
      const functionCode = message?.header.functionCode.value;
      return {
        detection: {
          syntax: 'json',
          charset: 'UTF-8',
          mapping: CANONICAL_JSON.id,
          type,
          version: CANONICAL_JSON.version,
          ...(functionCode !== undefined && { functionCode }),
        },
        issues,
      };
    }
    const opened = this.#open(bytes, options);
    const [document] = opened.documents;
    if (!document) return { issues: opened.issues };
    const { mapping, issues } = this.#index.detect(document);
    const about = { syntax: opened.name, charset: opened.charset };
    if (!mapping) return { detection: { ...about, type: document.name }, issues: [...opened.issues, ...issues] };
    if (!mapping.envelope) return { detection: { ...about, ...described(mapping, document) }, issues: [...opened.issues, ...issues] };
    const { content } = decodeEnvelope(mapping, document);
    const inner = this.#carried(content, options);
    const found = inner?.documents[0] && this.#index.detect(inner.documents[0]);
    return {
      detection: {
        ...about,
        envelope: mapping.ref.id,
        ...(found?.mapping && inner?.documents[0] && described(found.mapping, inner.documents[0])),
      },
      issues: [...opened.issues, ...issues, ...(inner?.issues ?? []), ...(found?.issues ?? [])],
    };
  }

  decode(bytes: Buffer, options: DecodeOptions = {}): Decoded {
    if (recognisesJson(bytes)) return this.#decodeJson(bytes, options);
    const opened = this.#open(bytes, options);
    return this.#decodeDocuments(opened, options, 0);
  }

  documents(bytes: Buffer, options: DecodeOptions = {}): readonly DocumentNode[] {
    return recognisesJson(bytes) ? [] : this.#withCarried(this.#open(bytes, options).documents, options, 0);
  }

  #withCarried(documents: readonly DocumentNode[], options: DecodeOptions, depth: number): readonly DocumentNode[] {
    return documents.flatMap((document) => {
      const { mapping } = this.#index.detect(document);
      const content = mapping?.envelope && depth + 1 < MAX_ENVELOPES ? decodeEnvelope(mapping, document).content : undefined;
      const carried = this.#carried(content, options)?.documents ?? [];
      const shell = content?.kind === 'element' && carried.length > 0 ? emptied(document, content.node) : document;
      return [shell, ...this.#withCarried(carried, options, depth + 1)];
    });
  }

  encode(message: CanonicalMessage, choice: FormatChoice, options: { trace?: boolean } = {}): Encoded {
    if (choice.mapping === CANONICAL_JSON.id) {
      // RFC 8259 §8.1: UTF-8, without a byte order mark.
      if (choice.charset !== undefined && charsetOf(choice.charset) !== 'UTF-8')
        return refused(CANONICAL_JSON, [issue('ENCODING_UNSUPPORTED', '', 'JSON is written in UTF-8.')]);
      return { bytes: writeCanonicalJson(message), mediaType: 'application/json', charset: 'UTF-8', mapping: CANONICAL_JSON, issues: [] };
    }
    const mapping = this.#byId.get(choice.mapping);
    const envelope = choice.envelope === undefined ? undefined : this.#byId.get(choice.envelope);
    const syntax = mapping && this.#syntax(mapping.syntax);
    if (!mapping || !syntax || (choice.envelope !== undefined && !envelope?.envelope)) {
      return refused({ id: choice.mapping, version: '', digest: '' }, [
        issue('CONFIGURATION_INVALID', '', 'The mapping or envelope of the link does not exist.'),
      ]);
    }
    if (mapping.canonical !== message.type)
      return refused(mapping.ref, [issue('VALUE_UNTRANSLATABLE', '/type', 'The mapping is for another canonical type.')]);
    const encoded = encodeDocument(mapping, message, choice.parameters, options.trace);
    if (hasError(encoded.issues)) return { ...refused(mapping.ref, encoded.issues), ...(encoded.trace && { trace: encoded.trace }) };
    const context = {
      charset: choice.charset,
      parameters: choice.parameters,
      namespace: mapping.detect.namespaces[0],
      prefixes: mapping.prefixes,
    };
    if (!envelope) {
      const { bytes, charset, issues } = syntax.write(encoded.document, context);
      return finish(bytes, syntax, charset, mapping, [...encoded.issues, ...issues], encoded.trace);
    }
    let inner: Issue[] = [];
    const wrapped = encodeEnvelope(envelope, message, choice.parameters, {
      document: encoded.document,
      bytes: () => {
        const written = syntax.write(encoded.document, context);
        inner = [...written.issues];
        return written.bytes;
      },
    });
    const outer = this.#syntax(envelope.syntax) ?? syntax;
    const { bytes, charset, issues } = outer.write(wrapped.document, {
      ...context,
      charset: undefined,
      namespace: envelope.detect.namespaces[0],
    });
    return finish(bytes, outer, charset, mapping, [...encoded.issues, ...inner, ...wrapped.issues, ...issues], encoded.trace, envelope.ref);
  }

  rules(id: string): ReturnType<Translator['rules']> {
    const mapping = this.#byId.get(id);
    return mapping && { functions: mapping.functions?.codes ?? [], rows: ruleRows(mapping) };
  }

  check(message: CanonicalMessage): Issue[] {
    return checkMessage(message);
  }

  #syntax(name: string): Syntax | undefined {
    return this.#syntaxes.find((candidate) => candidate.name === name)?.syntax;
  }

  #open(bytes: Buffer, options: DecodeOptions): Opened {
    const nothing = { name: 'xml' as const, charset: '', documents: [] };
    if (bytes.length === 0) return { ...nothing, issues: [issue('EMPTY', '')] };
    const tooLarge = oversize(bytes, options);
    if (tooLarge) return { ...nothing, issues: [tooLarge] };
    const found = this.#syntaxes.find(({ syntax }) => syntax.recognises(bytes));
    if (!found) return { ...nothing, issues: [issue('FORMAT_UNKNOWN', '')] };
    return { name: found.name as Detection['syntax'], ...found.syntax.read(bytes, options) };
  }

  #decodeJson(bytes: Buffer, options: DecodeOptions): Decoded {
    const tooLarge = oversize(bytes, options);
    const read = tooLarge ? { issues: [tooLarge] } : readCanonicalJson(bytes);
    const { type, message, issues } = read as ReturnType<typeof readCanonicalJson>;
    if (!type || !message) return { syntax: 'json', charset: 'UTF-8', messages: [], issues };
    const functionCode = message.header.functionCode.value;
    return {
      syntax: 'json',
      charset: 'UTF-8',
      messages: [{ mapping: CANONICAL_JSON, canonicalType: type, type, functionCode, message, issues, locate: same }],
      issues: [],
    };
  }

  #decodeDocuments({ name, charset, documents, issues }: Opened, options: DecodeOptions, depth: number): Decoded {
    const messages: DecodedMessage[] = [];
    const found: Issue[] = [...issues];
    for (const document of documents) {
      const detected = this.#chosen(document, options);
      const { mapping } = detected;
      if (!mapping) found.push(...detected.issues);
      else if (mapping.envelope)
        return this.#decodeEnvelope(mapping, document, { name, charset, issues: [...found, ...detected.issues] }, options, depth);
      else messages.push(this.#decodeOne(mapping, document, detected.issues, options));
    }
    return { syntax: name, charset, messages, issues: found };
  }

  /** A caller's choice is for the message; an envelope around it is still told by itself. */
  #chosen(document: DocumentNode, { mapping: id, instead }: DecodeOptions): Detected {
    const found = this.#index.detect(document);
    if (id === undefined && !instead) return found;
    const chosen = this.#byId.get(id ?? (found.mapping && instead?.get(found.mapping.ref.id)) ?? '');
    return !chosen || found.mapping?.envelope ? found : { mapping: chosen, issues: [] };
  }

  #decodeOne(mapping: CompiledMapping, document: DocumentNode, before: readonly Issue[], options: DecodeOptions): DecodedMessage {
    const { message, functionCode, issues, trace } = decodeDocument(mapping, document, options.trace);
    return {
      mapping: mapping.ref,
      canonicalType: message.type,
      type: mapping.type,
      ...(functionCode !== undefined && { functionCode }),
      message,
      issues: before.length > 0 ? [...before, ...issues] : issues,
      ...(trace && { trace }),
      locate: (pointer) => this.#locator(mapping)(pointer) ?? `/${document.name}`,
    };
  }

  /** Compiled when the first finding of a mapping needs it. */
  #locator(mapping: CompiledMapping): Locator {
    let locator = this.#locators.get(mapping);
    if (!locator) this.#locators.set(mapping, (locator = compileLocator(mapping)));
    return locator;
  }

  #decodeEnvelope(
    mapping: CompiledMapping,
    document: DocumentNode,
    outer: Omit<Opened, 'documents'>,
    options: DecodeOptions,
    depth: number,
  ): Decoded {
    const { fields, content, issues } = decodeEnvelope(mapping, document);
    const envelope = { mapping: mapping.ref, fields };
    const found = [...outer.issues, ...issues];
    const inner = depth + 1 < MAX_ENVELOPES ? this.#carried(content, options) : undefined;
    if (!inner)
      return {
        syntax: outer.name,
        charset: outer.charset,
        envelope,
        messages: [],
        issues: [...found, issue('FORMAT_UNKNOWN', `/${document.name}`, 'The envelope holds no message.')],
      };
    const decoded = this.#decodeDocuments(inner, options, depth + 1);
    return { ...decoded, syntax: outer.name, charset: outer.charset, envelope, issues: [...found, ...decoded.issues] };
  }

  /** The document an envelope holds. */
  #carried(content: ReturnType<typeof decodeEnvelope>['content'], options: DecodeOptions): Opened | undefined {
    if (!content) return undefined;
    const { kind, node } = content;
    if (kind === 'element')
      return node.children.length === 1 ? { name: 'xml', charset: '', documents: node.children, issues: [] } : undefined;
    const text = (node.text ?? '').replace(/[\t\n\r ]+/g, '');
    if (!BASE64.test(text))
      return { name: 'xml', charset: '', documents: [], issues: [issue('VALUE_INVALID', `/${node.name}`, 'The content is not base64.')] };
    return this.#open(Buffer.from(text, 'base64'), options);
  }
}

/** The document with nothing below `hollow`. */
function emptied(node: DocumentNode, hollow: DocumentNode): DocumentNode {
  return { ...node, children: node === hollow ? [] : node.children.map((child) => emptied(child, hollow)) };
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const same = (pointer: string): string => pointer;
const hasError = (issues: readonly Issue[]): boolean => issues.some(({ severity }) => severity === 'error');

function oversize(bytes: Buffer, { maxBytes = DEFAULT_MAX_BYTES }: DecodeOptions): Issue | undefined {
  return bytes.length > maxBytes ? issue('TOO_LARGE', '', `The limit is ${maxBytes} bytes.`) : undefined;
}

function described(mapping: CompiledMapping, document: DocumentNode): Pick<Detection, 'mapping' | 'type' | 'version' | 'functionCode'> {
  const { functionCode } = decodeDocument(mapping, document);
  return { mapping: mapping.ref.id, type: mapping.type, version: mapping.ref.version, ...(functionCode !== undefined && { functionCode }) };
}

const refused = (mapping: MappingRef, issues: readonly Issue[]): Encoded => ({ bytes: NONE, mediaType: '', charset: '', mapping, issues });

function finish(
  bytes: Buffer,
  syntax: Syntax,
  charset: string,
  mapping: CompiledMapping,
  issues: readonly Issue[],
  trace: Encoded['trace'],
  envelope?: MappingRef,
): Encoded {
  return {
    bytes: hasError(issues) ? NONE : bytes,
    mediaType: syntax.mediaType,
    charset,
    mapping: mapping.ref,
    ...(envelope && { envelope }),
    issues,
    ...(trace && { trace }),
  };
}
