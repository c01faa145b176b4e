import { checkFiles, type DecodedMessage, type MappingRef, type ReceivedFile, type Translator } from '#formats';
import type { CanonicalMessage, ErrorCode, FormatChoice, Issue, Link, Route } from '#model';
import { issue } from '#model';
import type { AgreementBook } from '../agreement-book.ts';
import { businessKeys, mergedKeys, NO_KEYS, type BusinessKeys } from '../business-keys.ts';
import { mattersOf, type Matter } from './matters.ts';

/** One message to send on because of an inbound one. */
export interface Onward {
  readonly link: Link;
  readonly route: Route;
  /** Position among the messages made for this route, part of the derived message id. */
  readonly index: number;
  readonly functionCode: string;
  readonly canonicalType: string;
  readonly keys: BusinessKeys;
  readonly payload: Buffer;
  readonly mediaType: string;
  readonly charset: string;
  readonly mapping: MappingRef;
  readonly envelope?: MappingRef;
  /** Mapping by which the source was read. */
  readonly readBy: MappingRef;
}

/** What the gateway made of a payload: everything about it that does not need the store. */
export interface Understood {
  readonly state: 'routed' | 'refused' | 'parked';
  readonly issues: readonly Issue[];
  readonly type: string;
  readonly functionCode?: string;
  readonly canonicalType?: string;
  readonly mapping?: { readonly id: string; readonly version: string; readonly digest: string };
  readonly keys: BusinessKeys;
  /** What it says about matters that outlive it; absent when nothing. */
  readonly matters?: readonly Matter[];
  readonly onward: readonly Onward[];
  /** A fault of ours kept us from judging it: nothing may be said of it but that it is stored. */
  readonly unjudged?: true;
}

export type Project = (name: string, message: CanonicalMessage) => readonly CanonicalMessage[];

export interface UnderstandOptions {
  readonly translator: Translator;
  readonly book: AgreementBook;
  readonly project: Project;
}

/**
 * decode → check → route → translate, for one payload of one sender and the files that came with it. Pure: the same bytes
 * under the same configuration give the same result. A payload may hold several messages (an EDIFACT interchange): all go on,
 * or none. A message with errors is refused with all of them; one that we cannot pass on through no fault of its sender is parked.
 */
export function understand(
  payload: Buffer,
  from: Link,
  { translator, book, project }: UnderstandOptions,
  files: readonly ReceivedFile[] = [],
): Understood {
  const decoded = translator.decode(payload, { charsets: from.charsets, maxBytes: from.limits.messageBytes, link: from.id });
  if (decoded.messages.length === 0) {
    const issues = decoded.issues.length > 0 ? decoded.issues : [issue('FORMAT_UNKNOWN', '')];
    return { state: 'refused', issues, type: 'unknown', keys: NO_KEYS, onward: [] };
  }
  const [first] = decoded.messages as readonly [DecodedMessage, ...DecodedMessage[]];
  const keys = mergedKeys(decoded.messages.map(({ message }) => businessKeys(message)));
  const issues = [
    ...decoded.issues,
    ...decoded.messages.flatMap((message) => [...message.issues, ...locateAll(message, translator, files)]),
  ];
  const about = {
    type: first.type,
    ...(first.functionCode === undefined ? {} : { functionCode: first.functionCode }),
    canonicalType: first.canonicalType,
    mapping: first.mapping,
    keys,
  };
  if (issues.some(({ severity }) => severity === 'error')) return { state: 'refused', issues, ...about, onward: [] };

  const onward: Onward[] = [];
  for (const { message, mapping: readBy } of decoded.messages) {
    const routes = book.routes(from.partner, message.type);
    if (routes.length === 0) issues.push(issue('ROUTE_MISSING', '', `Sender ${from.partner}, message type ${message.type}.`));
    for (const route of routes) onward.push(...translate(message, readBy, route, { translator, book, project }, issues, onward));
  }
  // Nothing goes out of a message of which one part cannot: the receivers would hold different truths.
  if (issues.some(({ severity }) => severity === 'error')) return { state: 'parked', issues, ...about, onward: [] };
  const matters = decoded.messages.flatMap((message) => mattersOf(message));
  return { state: 'routed', issues, ...about, ...(matters.length > 0 && { matters }), onward };
}

/** The content checks speak in canonical pointers; the sender needs those of its own document. */
function locateAll(decoded: DecodedMessage, translator: Translator, files: readonly ReceivedFile[]): Issue[] {
  const found = [...translator.check(decoded.message), ...checkFiles(decoded.message, files.length > 0 ? files : undefined)];
  return found.map((one) => ({ ...one, pointer: decoded.locate(one.pointer) }));
}

function translate(
  message: CanonicalMessage,
  readBy: MappingRef,
  route: Route,
  options: UnderstandOptions,
  issues: Issue[],
  before: readonly Onward[],
): Onward[] {
  const { translator, book, project } = options;
  const link = book.linkTo(route.to);
  const pieces = route.projection ? project(route.projection, message) : [message];
  const start = before.filter((onward) => onward.route === route).length;
  return pieces.flatMap((piece, offset) => {
    const choice: FormatChoice | undefined = link && book.formatFor(link, piece);
    if (!link || !choice) {
      issues.push(issue('ROUTE_MISSING', '', `The link to ${route.to} has no format for ${piece.type}.`));
      return [];
    }
    const encoded = translator.encode(piece, choice, { link: link.id });
    const failures: ErrorCode[] = encoded.issues.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    if (failures.length > 0) {
      issues.push(issue('TRANSLATION_FAILED', '', `Receiver ${route.to}, mapping ${choice.mapping}.`), ...encoded.issues);
      return [];
    }
    const { bytes, mediaType, charset, mapping, envelope } = encoded;
    return [
      {
        link,
        route,
        index: start + offset,
        functionCode: piece.header.functionCode.value,
        canonicalType: piece.type,
        keys: businessKeys(piece),
        payload: bytes,
        mediaType,
        charset,
        mapping,
        ...(envelope && { envelope }),
        readBy,
      },
    ];
  });
}
