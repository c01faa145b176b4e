/** Every mapping file, held to the promises of docs/mapping-language.md on generated documents. A new file needs no test of its own for these. */
import fc from 'fast-check';
import { MESSAGE_TYPES, type CanonicalMessage, type Issue } from '#model';
import type { DocumentNode } from '#formats';
import { readCodeLists } from '../../libs/formats/src/mapping/codelists.ts';
import { compileMapping } from '../../libs/formats/src/mapping/compile.ts';
import { decodeDocument } from '../../libs/formats/src/mapping/decode.ts';
import { encodeDocument } from '../../libs/formats/src/mapping/encode.ts';
import { assemble } from '../../libs/formats/src/mapping/overlay.ts';
import type { CompiledMapping } from '../../libs/formats/src/mapping/rules.ts';
import { chooserOf } from '../../libs/formats/src/mapping/testing/chooser.ts';
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
const RUNS = { numRuns: 12 };

it('compiles every file', () => {
  expect(assemble(files.mappings).issues).toEqual([]);
  expect(assemble(files.mappings).mappings.flatMap((whole) => compileMapping(whole, lists).issues)).toEqual([]);
  expect(mappings.length).toBeGreaterThan(6);
});

describe.each(every)('$id, function code $code', ({ mapping, column }) => {
  it('reads what it writes and writes what it reads', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const document = generate(mapping, column, chooserOf(gen, reservedIn(mapping)));
        const { message, issues } = decodeDocument(mapping, structuredClone(document));
        expect(errors(issues)).toEqual([]);
        expect(issues.filter(({ code }) => code === 'FIELD_UNMAPPED')).toEqual([]);
        expect(problems(message)).toEqual([]);
        const encoded = encodeDocument(mapping, message, {});
        expect(encoded.issues).toEqual([]);
        const again = decodeDocument(mapping, structuredClone(encoded.document));
        expect(again.message).toEqual(message);
        if (mapping.transforms.length === 0) expect(plain(encoded.document)).toEqual(plain(document));
      }),
      RUNS,
    );
  });
});

describe.each(xml)('$id, function code $code', ({ mapping, column }) => {
  it('gives exactly one finding for one fault', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const document = generate(mapping, column, chooserOf(gen, reservedIn(mapping)));
        const faults = faultsOf(mapping, column, document).filter((fault) => mapping.transforms.length === 0 || !hasMeaning(fault));
        fc.pre(faults.length > 0);
        const fault = gen(() => fc.constantFrom(...faults));
        fault.apply();
        expect(errors(decodeDocument(mapping, document).issues)).toEqual([{ code: fault.code, pointer: fault.pointer }]);
      }),
      RUNS,
    );
  });

  it('survives being bytes', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const document = generate(mapping, column, chooserOf(gen, reservedIn(mapping)));
        const written = writeXml(document, { parameters: {}, namespace: mapping.detect.namespaces[0], prefixes: mapping.prefixes });
        const read = readXml(written.bytes, {});
        expect([written.issues, read.issues]).toEqual([[], []]);
        expect(plain(read.documents[0] as DocumentNode)).toEqual(plain(document));
      }),
      { numRuns: 4 },
    );
  });
});

describe.each(inElements)('$id, function code $code', ({ mapping, column }) => {
  it('gives exactly one finding for one fault', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const document = generate(mapping, column, chooserOf(gen, reservedIn(mapping)));
        const faults = edifactFaultsOf(mapping, column, document).filter((fault) => mapping.transforms.length === 0 || !hasMeaning(fault));
        fc.pre(faults.length > 0);
        const fault = gen(() => fc.constantFrom(...faults));
        fault.apply();
        expect(errors(decodeDocument(mapping, document).issues)).toEqual([{ code: fault.code, pointer: fault.pointer }]);
      }),
      { ...RUNS, endOnFailure: true },
    );
  });
});
