/** Small mapping files, for specs of the language itself. */
import type { CanonicalOf } from '#model';
import { readXml } from '../../xml/reader.ts';
import type { DocumentNode } from '../../document.ts';
import { decodeDocument } from '../decode.ts';
import type { CompiledMapping } from '../rules.ts';

/** The head of a mapping `test/T` of manifests in XML; `detect` and `document` are the spec's. */
export const SMALL_HEAD = `mapping: test/T
version: 1.0.0
status: provisional
title: { en: test }
source: this spec
syntax: xml
type: T
canonical: Manifest
constants: { header.functionCode: { value: '9', listId: UN-1225 } }
`;

/** Reads what stands in a root M behind its id; findings as `CODE /place`. */
export function decodeSmall(mapping: CompiledMapping, inner: string) {
  const document = readXml(Buffer.from(`<M><id>1</id>${inner}</M>`)).documents[0] as DocumentNode;
  const { message, issues } = decodeDocument(mapping, document);
  return { message: message as CanonicalOf<'Manifest'>, found: issues.map(({ code, pointer }) => `${code} ${pointer}`) };
}
