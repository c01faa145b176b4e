/** UN/EDIFACT mappings held to their directories: what they write, the reader of interchanges finds nothing wrong with. */
import { contrlFor, createTranslator, EdifactSyntax, readDirectories } from '#formats';
import { readCodeLists } from '../../libs/formats/src/mapping/codelists.ts';
import { compileMapping } from '../../libs/formats/src/mapping/compile.ts';
import { decodeDocument } from '../../libs/formats/src/mapping/decode.ts';
import { encodeDocument } from '../../libs/formats/src/mapping/encode.ts';
import { assemble } from '../../libs/formats/src/mapping/overlay.ts';
import type { CompiledMapping } from '../../libs/formats/src/mapping/rules.ts';
import { seededChooser } from '../../libs/formats/src/mapping/testing/chooser.ts';
import { generate, reservedIn } from '../../libs/formats/src/mapping/testing/generate.ts';
import { readTranslationFiles } from '../files.ts';

const all = readTranslationFiles();
const files = { ...all, mappings: all.mappings.filter(({ path }) => path.startsWith('un-')) };
const { lists } = readCodeLists(files.codelists);
const compiled = assemble(files.mappings).mappings.map((whole) => compileMapping(whole, lists));
const mappings = compiled.flatMap(({ mapping }): CompiledMapping[] => (mapping?.canonical && mapping.canonical !== 'Acknowledgement' ? [mapping] : []));
const columns = mappings.flatMap((mapping) => (mapping.functions?.codes ?? ['-']).map((code, column) => ({ id: mapping.ref.id, code, column, mapping })));
const syntax = new EdifactSyntax(readDirectories(files.edifact).directories);
const translator = createTranslator(files, { lazily: true });
const HEAD = { messageId: 'ANS1', issueDateTime: '2026-03-14T10:00+08:00' };

it('compiles them', () => expect(compiled.flatMap(({ issues }) => issues)).toEqual([]));

const RUNS = 10;
/** Another one each time, printed; set it here to make the same documents again. */
const SEED = Math.floor(Math.random() * 2 ** 31);
const drawn = new Map<string, readonly string[]>();
process.stdout.write(`un-directories: ${RUNS} documents of each function code, seed ${SEED}\n`);

describe.each(columns)('$id, function code $code', ({ mapping, column }) => {
  const chooser = seededChooser(SEED, reservedIn(mapping), { pool: 100, drawn });
  const documents = Array.from({ length: RUNS }, () => generate(mapping, column, chooser));
  const written = (document: (typeof documents)[number]) => {
    const { message } = decodeDocument(mapping, structuredClone(document));
    const encoded = encodeDocument(mapping, { ...message, header: { ...message.header, senderId: 'LBGATE', recipientId: 'CUSTOMS' } }, {});
    expect(encoded.issues).toEqual([]);
    return syntax.write(encoded.document, { parameters: {} });
  };

  it('writes what its directory allows, and reads it again from bytes', () => {
    for (const document of documents) {
      const { bytes, issues } = written(document);
      expect(issues).toEqual([]);
      const read = syntax.read(bytes, {});
      expect(read.issues).toEqual([]);
      const { mapping: detected } = translator.decode(bytes).messages[0]!;
      expect(detected.id).toBe(mapping.ref.id);
    }
  });

  it('is answered with a CONTRL for each segment that is damaged, at its number', () => {
    for (const document of documents) {
      const lines = written(document).bytes.toString().split('\r\n').filter(Boolean);
      const inside = lines.length - 4;
      expect(inside).toBeGreaterThan(0);
      const at = 2 + chooser.count(0, inside - 1);
      lines[at] = lines[at]!.replace(/^[A-Z]{3}/, 'XYZ');
      const { interchange } = syntax.readInterchange(Buffer.from(lines.join('\r\n')));
      const answer = contrlFor(interchange!, HEAD)!;
      expect(answer.acknowledgedMessage?.[0]?.segment?.some(({ segmentNumber }) => segmentNumber === String(at))).toBe(true);
      expect(translator.encode(answer, { mapping: 'un-service/CONTRL', parameters: {} }).issues).toEqual([]);
    }
  });
});
