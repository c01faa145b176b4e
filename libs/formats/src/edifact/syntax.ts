import { createHash } from 'node:crypto';
import { ExchangeError, issue, type Issue } from '#model';
import { type Charset, decodeText, encodeText } from '../charset.ts';
import type { DocumentNode } from '../document.ts';
import type { ReadResult, Syntax } from '../syntax.ts';
import type { Directories } from './directory.ts';
import { type Interchange, readInterchange } from './interchange.ts';
import { writeInterchange } from './interchange-writer.ts';
import { inDirectoryOrder } from './ordering.ts';
import type { EdifactLimits } from './segment.ts';
import { DEFAULT_CHARACTERS, type ServiceCharacters, SYNTAX_4_CHARACTERS } from './service-characters.ts';

const DEFAULT_BYTES = 64 * 1024 * 1024;

/**
 * What the syntax identifiers of UNB 0001 promise about bytes (ISO 9735-1), as far as we read it. Only a hint, tried last:
 * in practice the level says which characters occur, and the link says how they are encoded.
 */
const LEVELS: Readonly<Record<string, Charset>> = { UNOC: 'iso-8859-1', UNOE: 'iso-8859-5' };

/** An interchange together with the encoding it was read in. `interchange` is absent when the bytes could not be decoded. */
export interface InterchangeReading {
  readonly interchange?: Interchange;
  readonly charset: string;
  readonly issues: readonly Issue[];
}

/** UN/EDIFACT, bytes to documents and back. `directories` say how the segments of each message type nest. */
export class EdifactSyntax implements Syntax {
  readonly mediaType = 'application/edifact';
  readonly #directories: Directories;
  readonly #limits: Partial<EdifactLimits> | undefined;

  constructor(directories: Directories, limits?: Partial<EdifactLimits>) {
    this.#directories = directories;
    this.#limits = limits;
  }

  recognises(bytes: Buffer): boolean {
    // UTF-16 too, so that it is refused, or read by agreement, as what it is.
    const head = bytes.toString('latin1', 0, 64).replaceAll('\0', '');
    return /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\t\r\n]*UN[ABH]/.test(head);
  }

  /** The whole interchange, for whoever answers it with a CONTRL. `issues` are about the bytes and the interchange itself. */
  readInterchange(bytes: Buffer, options: { readonly charsets?: readonly string[]; readonly maxBytes?: number } = {}): InterchangeReading {
    if (bytes.length > (options.maxBytes ?? DEFAULT_BYTES)) return { charset: '', issues: [issue('TOO_LARGE', '')] };
    const level = LEVELS[/UNB[^A-Z](UNO[A-Z])/.exec(bytes.toString('latin1', 0, 64))?.[1] ?? ''];
    const decoded = decodeText(bytes, undefined, [...(options.charsets ?? []), ...(level ? [level] : [])]);
    if ('issue' in decoded) return { charset: '', issues: [decoded.issue] };
    const interchange = readInterchange(decoded.text, { directories: this.#directories, limits: this.#limits });
    return { interchange, charset: decoded.charset, issues: interchange.issues };
  }

  read(bytes: Buffer, options: { readonly charsets?: readonly string[]; readonly maxBytes?: number } = {}): ReadResult {
    const { interchange, charset, issues } = this.readInterchange(bytes, options);
    const messages = interchange?.messages ?? [];
    return {
      documents: messages.map(({ document }) => document),
      charset,
      issues: [...issues, ...messages.flatMap((message) => message.issues)],
    };
  }

  /**
   * One interchange of one message. A UNB without syntax identifier gets `UNOA:1`, as the railways write it whatever the
   * encoding. The link's parameter `DecimalMark: ','` has numbers written with a comma, and a UNA that says so. A character that the encoding lacks is refused with the place it stands at, never replaced.
   */
  write(...[document, context]: Parameters<Syntax['write']>): ReturnType<Syntax['write']> {
    const refused = (issues: readonly Issue[]) => ({ bytes: Buffer.alloc(0), charset: context.charset ?? 'UTF-8', issues });
    try {
      const encoded = encodeText(
        writeInterchange([this.#ordered(withServiceData(document))], { characters: charactersOf(document, context.parameters) }),
        context.charset,
      );
      if (!('issue' in encoded)) return { ...encoded, issues: [] };
      const { code } = encoded.issue;
      return refused(code === 'ENCODING_UNMAPPABLE' ? unmappable(document, context.charset, `/${document.name}`) : [encoded.issue]);
    } catch (error) {
      if (error instanceof ExchangeError) return refused(error.issues);
      throw error;
    }
  }

  #ordered(document: DocumentNode): DocumentNode {
    const [, identifier = []] = document.children.find(({ name }) => name === 'UNH')?.data ?? [];
    const directory = this.#directories.get(identifier.slice(0, 4).join(':'));
    return directory ? inDirectoryOrder(document, directory.level) : document;
  }
}

const SYNTAX_4 = '4';
const syntaxVersionOf = (document: DocumentNode): string | undefined =>
  document.children.find(({ name }) => name === 'UNB')?.data?.[0]?.[1];

function charactersOf(document: DocumentNode, { DecimalMark }: Readonly<Record<string, string>>): ServiceCharacters {
  const characters = syntaxVersionOf(document) === SYNTAX_4 ? SYNTAX_4_CHARACTERS : DEFAULT_CHARACTERS;
  return DecimalMark === ',' ? { ...characters, decimal: ',' } : characters;
}

/**
 * What the service segments must have and neither link nor message gave: syntax identifier, a control reference that is
 * the document number or, where it is too long, its digest, and a message reference.
 */
function withServiceData(document: DocumentNode): DocumentNode {
  const given = (name: string, element: number) => document.children.find((child) => child.name === name)?.data?.[element - 1]?.[0] ?? '';
  const children = document.children.map((child) => {
    if (child.name === 'UNB')
      return inSyntax4(filled(filled(child, 1, ['UNOA', child.data?.[0]?.[1] || '1']), 5, [referenceOf(given('BGM', 2))]));
    return child.name === 'UNH' ? filled(child, 1, ['1']) : child;
  });
  return { ...document, children };
}

/** Syntax 4 writes the century of the time of preparation (0017 n8). */
function inSyntax4(header: DocumentNode): DocumentNode {
  const [day = '', ...clock] = header.data?.[3] ?? [];
  if (header.data?.[0]?.[1] !== SYNTAX_4 || day.length !== 6) return header;
  return { ...header, data: header.data.map((components, index) => (index === 3 ? [`20${day}`, ...clock] : components)) };
}

function filled(segment: DocumentNode, element: number, components: string[]): DocumentNode {
  if (segment.data?.[element - 1]?.[0] || components[0] === '') return segment;
  const data = [...(segment.data ?? [])];
  while (data.length < element) data.push([]);
  data[element - 1] = components;
  return { ...segment, data };
}

/** Length of 0020. */
const LONGEST_REFERENCE = 14;
const referenceOf = (text: string): string =>
  text.length <= LONGEST_REFERENCE ? text : createHash('sha256').update(text).digest('hex').slice(0, LONGEST_REFERENCE).toUpperCase();

/** Every component that the encoding cannot write. */
function unmappable(node: DocumentNode, charset: string | undefined, above = ''): Issue[] {
  const counts = new Map<string, number>();
  return node.children.flatMap((child) => {
    const count = (counts.get(child.name) ?? 0) + 1;
    counts.set(child.name, count);
    const repeats = node.children.filter(({ name }) => name === child.name).length > 1;
    const pointer = `${above}/${child.name}${repeats ? `[${count}]` : ''}`;
    const own = (child.data ?? []).flatMap((components, element) =>
      components.flatMap((text, component) =>
        'issue' in encodeText(text, charset) ? [issue('ENCODING_UNMAPPABLE', `${pointer}/${element + 1}.${component + 1}`)] : [],
      ),
    );
    return [...own, ...unmappable(child, charset, pointer)];
  });
}
