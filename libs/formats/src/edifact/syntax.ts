import { ExchangeError, issue, type Issue } from '#model';
import { type Charset, decodeText, encodeText } from '../charset.ts';
import type { DocumentNode } from '../document.ts';
import type { ReadResult, Syntax } from '../syntax.ts';
import type { Directories } from './directory.ts';
import { type Interchange, readInterchange } from './interchange.ts';
import { writeInterchange } from './interchange-writer.ts';
import type { EdifactLimits } from './segment.ts';

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
    return /^(\xef\xbb\xbf)?[\t\r\n]*UN[ABH]/.test(bytes.toString('latin1', 0, 64));
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
   * encoding. A character that the encoding lacks is refused with the place it stands at, never replaced.
   */
  write(...[document, context]: Parameters<Syntax['write']>): ReturnType<Syntax['write']> {
    const refused = (issues: readonly Issue[]) => ({ bytes: Buffer.alloc(0), charset: context.charset ?? 'UTF-8', issues });
    try {
      const encoded = encodeText(writeInterchange([withSyntaxIdentifier(document)]), context.charset);
      if (!('issue' in encoded)) return { ...encoded, issues: [] };
      const { code } = encoded.issue;
      return refused(code === 'ENCODING_UNMAPPABLE' ? unmappable(document, context.charset, `/${document.name}`) : [encoded.issue]);
    } catch (error) {
      if (error instanceof ExchangeError) return refused(error.issues);
      throw error;
    }
  }
}

function withSyntaxIdentifier(document: DocumentNode): DocumentNode {
  const children = document.children.map((child) => {
    if (child.name !== 'UNB' || child.data?.[0]?.[0]) return child;
    return { ...child, data: [['UNOA', '1'], ...(child.data?.slice(1) ?? [])] };
  });
  return { ...document, children };
}

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
