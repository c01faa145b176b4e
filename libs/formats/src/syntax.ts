import type { Issue } from '#model';
import type { DocumentNode } from './document.ts';

/** What a syntax reader needs to know. Every limit has a safe default. */
export interface ReadOptions {
  /** Encodings the link agreed to, tried in this order when the document declares none and is not UTF-8. */
  readonly charsets?: readonly string[];
  /** Largest accepted number of bytes; beyond it the answer is TOO_LARGE and nothing is read. Default 64 MB. */
  readonly maxBytes?: number;
}

/** What a syntax reader found. With an error among `issues` the documents are not to be trusted and usually absent. */
export interface ReadResult {
  /** One for XML; one for each message of an EDIFACT interchange, whose root is named by the message type (`IFTMIN`). */
  readonly documents: readonly DocumentNode[];
  /** The encoding the bytes were read in, as this library names it: `UTF-8`, `gb18030`, `windows-1251`, … */
  readonly charset: string;
  readonly issues: readonly Issue[];
}

export interface WriteContext {
  /** Target encoding; absent: UTF-8. */
  readonly charset?: string | undefined;
  /** Constants of the link (FormatChoice.parameters), for heads the syntax itself writes, such as UNB. */
  readonly parameters: Readonly<Record<string, string>>;
  /** XML: namespace of the document, written as default namespace of the root. */
  readonly namespace?: string | undefined;
  /** XML: namespace to prefix, for elements of other namespaces; those used are declared at the root. */
  readonly prefixes?: ReadonlyMap<string, string> | undefined;
}

export interface WriteResult {
  /** Empty when an issue is an error. */
  readonly bytes: Buffer;
  readonly charset: string;
  readonly issues: readonly Issue[];
}

/** One syntax: bytes to neutral documents and back. The table of them is `syntaxes.ts`. */
export interface Syntax {
  readonly mediaType: string;
  /** Cheap test on the first bytes, so that the right reader reports what is wrong. */
  recognises(bytes: Buffer): boolean;
  read(bytes: Buffer, options: ReadOptions): ReadResult;
  write(document: DocumentNode, context: WriteContext): WriteResult;
}
