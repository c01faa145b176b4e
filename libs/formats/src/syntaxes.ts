/** The table of syntaxes. A new one is a row here and a folder beside it. */
import type { Issue } from '#model';
import { readDirectories } from './edifact/directory.ts';
import { EdifactSyntax } from './edifact/syntax.ts';
import type { TextFile } from './mapping/codelists.ts';
import type { Syntax } from './syntax.ts';
import { flat } from './flat/syntax.ts';
import { phrase } from './phrase/syntax.ts';
import { DEFAULT_MAX_BYTES, readXml, recognisesXml } from './xml/reader.ts';
import { writeXml } from './xml/writer.ts';

/** Files a syntax is built from; EDIFACT needs its message directories. */
export interface SyntaxFiles {
  readonly edifact?: readonly TextFile[];
}

export interface BuiltSyntax {
  readonly syntax: Syntax;
  readonly issues: readonly Issue[];
}

const xml: Syntax = { mediaType: 'application/xml', recognises: recognisesXml, read: readXml, write: writeXml };

/** By name, in the order in which they are asked whether they recognise the first bytes. */
export const SYNTAXES: Readonly<Record<string, (files: SyntaxFiles) => BuiltSyntax>> = {
  xml: () => ({ syntax: xml, issues: [] }),
  edifact: ({ edifact = [] }) => {
    const { directories, issues } = readDirectories(edifact);
    return { syntax: new EdifactSyntax(directories), issues };
  },
  flat: () => ({ syntax: flat, issues: [] }),
  phrase: () => ({ syntax: phrase, issues: [] }),
};

export { DEFAULT_MAX_BYTES };
