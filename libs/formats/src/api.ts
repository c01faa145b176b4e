import type { CanonicalMessage, FormatChoice, Issue, MessageType } from '#model';
import type { DocumentNode } from './document.ts';
import type { RuleRow } from './tools/rule-rows.ts';

/** Names a mapping so that a translation can be proven later: digest is SHA-256 (hex) of the mapping file's bytes and of those it builds on. */
export interface MappingRef {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
}

/** One field of an explained translation. */
export interface TraceEntry {
  readonly documentPointer: string;
  readonly canonicalPointer: string;
  /** Conversion and code list, for example `code CN012`. */
  readonly rule: string;
  readonly before: string;
  readonly after: string;
}

export interface Detection {
  /** `xml`, `edifact`, `flat`, `phrase`, `json`. */
  readonly syntax: 'xml' | 'edifact' | 'flat' | 'phrase' | 'json';
  /** Mapping id of the message, for example `cn-manifest/MT1101`; absent when the type is unknown. */
  readonly mapping?: string;
  readonly envelope?: string;
  readonly type?: string;
  readonly version?: string;
  readonly functionCode?: string;
  readonly charset: string;
}

export interface DecodeOptions {
  /** Encodings the link agreed to, tried when the document declares none and is not UTF-8. */
  readonly charsets?: readonly string[];
  /** Largest accepted number of bytes. */
  readonly maxBytes?: number;
  /** Record every field for `translate --explain`. Slow; off on the hot path. */
  readonly trace?: boolean;
  /** Decode with this mapping instead of the detected one. */
  readonly mapping?: string;
  /** Decode what is detected as the one by the other: a partner's overlays by their bases. */
  readonly instead?: ReadonlyMap<string, string>;
  /** Link it came by: a translator with versions of mappings for single links takes those. */
  readonly link?: string;
}

export interface DecodedMessage {
  readonly mapping: MappingRef;
  readonly canonicalType: MessageType;
  /** The format's own message type, for example MT1101, IFTMIN. */
  readonly type: string;
  readonly functionCode?: string;
  /** Present even with errors as far as it could be read; forward it only when no issue is an error. */
  readonly message: CanonicalMessage;
  readonly issues: readonly Issue[];
  readonly trace?: readonly TraceEntry[];
  /** The place in the received document that a canonical JSON pointer speaks of. */
  locate(canonicalPointer: string): string;
}

export interface Decoded {
  readonly syntax: Detection['syntax'];
  readonly charset: string;
  readonly envelope?: { readonly mapping: MappingRef; readonly fields: Readonly<Record<string, string>> };
  /** One for XML and JSON, one for each message of an EDIFACT interchange. */
  readonly messages: readonly DecodedMessage[];
  /** Findings about the bytes, the interchange or the envelope; when one is an error `messages` may be empty. */
  readonly issues: readonly Issue[];
}

export interface Encoded {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly charset: string;
  readonly mapping: MappingRef;
  readonly envelope?: MappingRef;
  readonly issues: readonly Issue[];
  readonly trace?: readonly TraceEntry[];
}

/** The translator: pure, synchronous, safe on hostile input. Never throws for bad input; findings are values. */
export interface Translator {
  detect(
    bytes: Buffer,
    options?: Pick<DecodeOptions, 'charsets' | 'maxBytes' | 'link'>,
  ): { detection?: Detection; issues: readonly Issue[] };
  decode(bytes: Buffer, options?: DecodeOptions): Decoded;
  /** The documents inside the bytes as they stand, an envelope before what it carries; none where nobody can read them, and none of JSON. */
  documents(bytes: Buffer, options?: Pick<DecodeOptions, 'charsets' | 'maxBytes' | 'link'>): readonly DocumentNode[];
  /** Findings with an error severity mean nothing was produced for sending; `bytes` is then empty. */
  encode(message: CanonicalMessage, choice: FormatChoice, options?: { trace?: boolean; link?: string }): Encoded;
  /** Content checks on a canonical message: check digits, links, counts, look-alikes, unique keys. Pointers are JSON pointers. */
  check(message: CanonicalMessage): Issue[];
  /** What a loaded mapping says, row by row, and the function codes its bounds are for; undefined for one that is not loaded. */
  rules(id: string): { readonly functions: readonly string[]; readonly rows: readonly RuleRow[] } | undefined;
  /** What is loaded. `canonicalType` is absent for envelopes and for canonical JSON, which carries any type. */
  readonly mappings: readonly (MappingRef & {
    readonly canonicalType?: MessageType;
    readonly envelope: boolean;
    readonly type: string;
    readonly syntax: string;
    readonly status: string;
    readonly title: Readonly<Record<string, string>>;
  })[];
}
