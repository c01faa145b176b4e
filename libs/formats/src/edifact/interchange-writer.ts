import { ExchangeError } from '#model';
import type { DocumentNode } from '../document.ts';
import { withComma } from './decimal-mark.ts';
import { SegmentSerializer } from './serializer.ts';
import { DEFAULT_CHARACTERS, type ServiceCharacters, writeServiceStringAdvice } from './service-characters.ts';

export interface InterchangeWriteOptions {
  readonly characters?: ServiceCharacters;
  /** Write a UNA. Needed, and done unasked, when the characters are not the defaults. */
  readonly serviceStringAdvice?: boolean;
  /** After each segment; CR LF by default. */
  readonly lineEnd?: string;
}

/**
 * Writes one interchange from messages as the reader shapes them: root, then UNB (taken from the first message) and UNH
 * first. UNT and UNZ are counted here, never taken from the document; empty constituents at the end are left out.
 * Throws VALUE_UNTRANSLATABLE when a header is missing.
 */
export function writeInterchange(messages: readonly DocumentNode[], options: InterchangeWriteOptions = {}): string {
  const { characters = DEFAULT_CHARACTERS, lineEnd = '\r\n' } = options;
  const serializer = new SegmentSerializer(characters);
  const header = child(messages[0], 'UNB');
  const advised = options.serviceStringAdvice ?? differs(characters);
  const segments = [header, ...messages.flatMap(messageSegments)];
  segments.push({ name: 'UNZ', data: [[String(messages.length)], [header.data?.[4]?.[0] ?? '']], children: [] });
  const marked = (segment: DocumentNode) =>
    characters.decimal === ',' ? { ...segment, data: withComma(segment.name, segment.data) } : segment;
  const lines = segments.map((segment) => serializer.writeCompact(marked(segment)) + lineEnd);
  return (advised ? writeServiceStringAdvice(characters) + lineEnd : '') + lines.join('');
}

function messageSegments(message: DocumentNode): DocumentNode[] {
  const segments = flatten(message).filter(({ name }) => name !== 'UNB');
  const reference = child(message, 'UNH').data?.[0]?.[0] ?? '';
  return [...segments, { name: 'UNT', data: [[String(segments.length + 1)], [reference]], children: [] }];
}

/** Segments in the order of the document. A segment may have no data: the one that opens a group is written all the same. */
const flatten = (node: DocumentNode): DocumentNode[] => node.children.flatMap((each) => (GROUP.test(each.name) ? flatten(each) : [each]));

const GROUP = /^SG\d+$/;

function child(message: DocumentNode | undefined, name: string): DocumentNode {
  const found = message?.children.find((each) => each.name === name);
  if (!found) throw new ExchangeError('VALUE_UNTRANSLATABLE', { pointer: name, detail: `The message has no ${name}.` });
  return found;
}

function differs(characters: ServiceCharacters): boolean {
  return writeServiceStringAdvice(characters) !== writeServiceStringAdvice(DEFAULT_CHARACTERS);
}
