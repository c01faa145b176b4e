/** Every mapping file, held to the promises of docs/mapping-language.md on generated documents. A new file needs no test of its own for these. */
import { MESSAGE_TYPES, type CanonicalMessage, type Issue } from '#model';
import type { DocumentNode } from '#formats';
import { readCodeLists } from '../../libs/formats/src/mapping/codelists.ts';
import { compileMapping } from '../../libs/formats/src/mapping/compile.ts';
import { decodeDocument } from '../../libs/formats/src/mapping/decode.ts';
import { encodeDocument } from '../../libs/formats/src/mapping/encode.ts';
import { assemble } from '../../libs/formats/src/mapping/overlay.ts';
import type { CompiledMapping } from '../../libs/formats/src/mapping/rules.ts';
import { seededChooser } from '../../libs/formats/src/mapping/testing/chooser.ts';
import { edifactFaultsOf } from '../../libs/formats/src/mapping/testing/edifact-faults.ts';
import { faultsOf } from '../../libs/formats/src/mapping/testing/faults.ts';
import { generate, reservedIn } from '../../libs/formats/src/mapping/testing/generate.ts';
import { readXml } from '../../libs/formats/src/xml/reader.ts';
import { writeXml } from '../../libs/formats/src/xml/writer.ts';
import { readTranslationFiles } from '../files.ts';

const files = readTranslationFiles();
const { lists } = readCodeLists(files.codelists);
const mappings = assemble(files.mappings).mappings.flatMap((whole): CompiledMapping[] => {
  const { mapping } = compileMapping(whole, lists);
  return mapping && !mapping.envelope ? [mapping] : [];
});

const codesOf = (mapping: CompiledMapping) => mapping.functions?.codes ?? ['-'];
const every = mappings.flatMap((mapping) => codesOf(mapping).map((code, column) => ({ id: mapping.ref.id, code, column, mapping })));
const xml = every.filter(({ mapping }) => mapping.syntax === 'xml');
const inElements = every.filter(({ mapping }) => mapping.syntax === 'edifact' || mapping.syntax === 'flat');

const errors = (issues: readonly Issue[]) => issues.filter(({ severity }) => severity === 'error').map(({ code, pointer }) => ({ code, pointer }));
/** Without positions, and with one spelling for absent members. */
const plain = (node: DocumentNode): unknown => ({
  name: node.name,
  text: node.text,
  data: node.data?.map((components) => [...components]),
  attributes: node.attributes && [...node.attributes],
  children: node.children.map(plain),
});
/** A transform may give repetition a meaning of its own; record 01 of a platform file is a list, and an empty field in it is nobody. */
const hasMeaning = ({ code, pointer }: { code: string; pointer: string }) => code === 'FIELD_REPEATED' || /\/R01\b/.test(pointer);
const problems = (message: CanonicalMessage) => MESSAGE_TYPES[message.type].safeParse(message).error?.issues ?? [];
const RUNS = 12;
/** Another one each time, printed; set it here to make the same documents again. */
const SEED = Math.floor(Math.random() * 2 ** 31);
const drawn = new Map<string, readonly string[]>();
process.stdout.write(`mappings: ${RUNS} documents of each function code, seed ${SEED}\n`);

/** Documents of one function code, and the chooser that goes on where the document ended. */
function* documentsOf(mapping: CompiledMapping, column: number, count: number) {
  const chooser = seededChooser(SEED, reservedIn(mapping), { pool: 100, drawn });
  for (let made = 0; made < count; made++) yield { document: generate(mapping, column, chooser), chooser };
}

type Faults = typeof faultsOf;
/** One fault in each document, at random among all that it can have. */
function oneFindingForOneFault(faults: Faults, mapping: CompiledMapping, column: number): void {
  let applied = 0;
  for (const { document, chooser } of documentsOf(mapping, column, RUNS)) {
    const possible = faults(mapping, column, document).filter((fault) => mapping.transforms.length === 0 || !hasMeaning(fault));
    const fault = possible[chooser.count(0, Math.max(0, possible.length - 1))];
    if (!fault) continue;
    applied++;
    fault.apply();
    expect(errors(decodeDocument(mapping, document).issues)).toEqual([{ code: fault.code, pointer: fault.pointer }]);
  }
  expect(applied).toBeGreaterThan(0);
}

it('compiles every file', () => {
  expect(assemble(files.mappings).issues).toEqual([]);
  expect(assemble(files.mappings).mappings.flatMap((whole) => compileMapping(whole, lists).issues)).toEqual([]);
  expect(mappings.length).toBeGreaterThan(6);
});

describe.each(every)('$id, function code $code', ({ mapping, column }) => {
  it('reads what it writes and writes what it reads', () => {
    for (const { document } of documentsOf(mapping, column, RUNS)) {
      const { message, issues } = decodeDocument(mapping, structuredClone(document));
      expect(errors(issues)).toEqual([]);
      expect(issues.filter(({ code }) => code === 'FIELD_UNMAPPED')).toEqual([]);
      expect(problems(message)).toEqual([]);
      const encoded = encodeDocument(mapping, message, {});
      expect(encoded.issues).toEqual([]);
      const again = decodeDocument(mapping, structuredClone(encoded.document));
      expect(again.message).toEqual(message);
      if (mapping.transforms.length === 0) expect(plain(encoded.document)).toEqual(plain(document));
    }
  });
});

describe.each(xml)('$id, function code $code', ({ mapping, column }) => {
  it('gives exactly one finding for one fault', () => oneFindingForOneFault(faultsOf, mapping, column));

  it('survives being bytes', () => {
    for (const { document } of documentsOf(mapping, column, 4)) {
      const written = writeXml(document, { parameters: {}, namespace: mapping.detect.namespaces[0], prefixes: mapping.prefixes });
      const read = readXml(written.bytes, {});
      expect([written.issues, read.issues]).toEqual([[], []]);
      expect(plain(read.documents[0] as DocumentNode)).toEqual(plain(document));
    }
  });
});

describe.each(inElements)('$id, function code $code', ({ mapping, column }) => {
  it('gives exactly one finding for one fault', () => oneFindingForOneFault(edifactFaultsOf, mapping, column));
});
