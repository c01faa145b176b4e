/** Samples for others, out of random documents of every message type: nothing of the original, and as valid as it was. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator, type DecodedMessage } from '#formats';
import { anonymiseMessage, Disguise, loadMappings } from '#formats/tools';
import { MESSAGE_TYPES, type CanonicalMessage, type Issue } from '#model';
import { decodeDocument } from '../../libs/formats/src/mapping/decode.ts';
import type { CompiledMapping } from '../../libs/formats/src/mapping/rules.ts';
import { seededChooser, type DrawnTexts } from '../../libs/formats/src/mapping/testing/chooser.ts';
import { generate } from '../../libs/formats/src/mapping/testing/generate.ts';
import { installationFolder, readTranslationFiles } from '../files.ts';

const DOCUMENTS = 4;
const files = readTranslationFiles();
const translator = createTranslator(files);
const { mappings, lists } = loadMappings(files);
const seed = Math.floor(Math.random() * 2 ** 31);
// Few texts of each kind, drawn once for all types.
const drawn: DrawnTexts = new Map();
const POOL = 40;
const keyOf = (text: string): Buffer => createHash('sha256').update(text).digest();

process.stdout.write(`anonymise: ${DOCUMENTS} documents of each type, seed ${seed}\n`);

const codesOf = (decoded: DecodedMessage): string[] => {
  const issues: readonly Issue[] = [...decoded.issues, ...translator.check(decoded.message)];
  // What no field is known for is left out of the sample.
  return issues.flatMap(({ code }) => (code === 'FIELD_UNMAPPED' ? [] : [code])).sort();
};

/** The message in the bytes, or undefined where the syntax itself has something against it. */
function read(bytes: Buffer, mapping: string): DecodedMessage | undefined {
  const { messages, issues } = translator.decode(bytes, { mapping, trace: true });
  return issues.length === 0 ? messages[0] : undefined;
}

function written(message: CanonicalMessage, mapping: string) {
  const encoded = translator.encode(message, { mapping, parameters: {} }, { trace: true });
  expect(encoded.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  return encoded;
}

interface Sample {
  readonly message: CanonicalMessage;
  readonly bytes: Buffer;
  readonly codes: readonly string[];
}

function sampleOf(before: DecodedMessage, mapping: CompiledMapping, disguise: Disguise): Sample {
  const traces = [before.trace, written(before.message, mapping.ref.id).trace];
  const { message } = anonymiseMessage(before.message, { disguise, lists, traces, mappings: [mapping] });
  expect(MESSAGE_TYPES[message.type].safeParse(message).error?.issues ?? []).toEqual([]);
  const { bytes } = written(message, mapping.ref.id);
  const after = read(bytes, mapping.ref.id);
  expect(after).toBeDefined();
  return { message: (after as DecodedMessage).message, bytes, codes: codesOf(after as DecodedMessage) };
}

/** Random documents as they are read from bytes. */
function* generated(mapping: CompiledMapping): Generator<DecodedMessage> {
  const chooser = seededChooser(seed, mapping.transforms.length > 0 ? '/' : '', { pool: POOL, drawn });
  const columns = mapping.functions?.codes.length ?? 1;
  let found = 0;
  for (let number = 0; found < DOCUMENTS && number < DOCUMENTS * 5; number++) {
    const { message } = decodeDocument(mapping, generate(mapping, number % columns, chooser));
    // Not every text that fits a rule fits the syntax.
    const decoded = read(translator.encode(message, { mapping: mapping.ref.id, parameters: {} }).bytes, mapping.ref.id);
    if (!decoded || decoded.issues.some(({ severity }) => severity === 'error')) continue;
    found++;
    yield decoded;
  }
}

const letters = (text: string): number => [...text].filter((character) => /[\p{L}\p{N}]/u.test(character)).length;

/** What became of each text, by its pointer. Both messages have the same members. */
function texts(before: CanonicalMessage, after: CanonicalMessage): { pointer: string; from: string; to: string }[] {
  const [left, right] = [flat({ ...before, unmapped: undefined }), flat(after)];
  expect([...right.keys()].sort()).toEqual([...left.keys()].sort());
  return [...left].map(([pointer, from]) => ({ pointer, from, to: right.get(pointer) as string }));
}

describe.each(mappings.filter(({ envelope }) => !envelope).map((mapping) => ({ id: mapping.ref.id, mapping })))(
  `$id (seed ${seed})`,
  ({ mapping }) => {
    it('is as valid as before, links everything as before, and tells nothing', () => {
      let number = 0;
      for (const before of generated(mapping)) {
        const { message, bytes, codes } = sampleOf(before, mapping, new Disguise(keyOf(`${seed} ${number++}`)));
        expect(codes).toEqual(codesOf(before));
        const to = new Map<string, string>();
        const from = new Map<string, string>();
        const shown = new Set<string>();
        // Gathered and expected once: these are ten thousands of texts.
        const faults: string[] = [];
        for (const text of texts(before.message, message)) {
          // A number that the mapping makes of others is made again.
          if (text.pointer === '/header/messageId' && mapping.defaults.length > 0) continue;
          if (text.from === text.to) {
            if (!isShown(text.pointer, text.from, before.message)) faults.push(`not disguised: ${text.pointer} ${text.from}`);
            shown.add(text.from);
            continue;
          }
          if ((to.get(text.from) ?? text.to) !== text.to) faults.push(`two disguises: ${text.pointer} ${text.from}`);
          if ((from.get(text.to) ?? text.from) !== text.from) faults.push(`one disguise for two: ${text.pointer} ${text.to}`);
          to.set(text.from, text.to);
          from.set(text.to, text.from);
        }
        const all = bytes.toString('utf8');
        // What may be shown may hold the same digits by chance.
        const open = [...shown].join('\n');
        for (const text of to.keys()) if (letters(text) >= 8 && all.includes(text) && !open.includes(text)) faults.push(`still there: ${text}`);
        expect(faults).toEqual([]);
      }
      expect(number).toBeGreaterThan(0);
    });
  },
);

describe.each([
  ['cn-manifest/MT1101-9.xml', 'UTF-8'],
  ['cn-manifest/MT2101-9.xml', 'UTF-8'],
  ['osjd-smgs/note-kk-ru.edi', 'UTF-8'],
  ['osjd-smgs/note-ru.windows-1251.edi', 'windows-1251'],
])('%s', (file, charset) => {
  const source = readFileSync(join(installationFolder(), 'test', 'fixtures', 'formats', file));
  const before = translator.decode(source, { charsets: [charset], trace: true }).messages[0] as DecodedMessage;
  const mapping = mappings.find(({ ref }) => ref.id === before.mapping.id) as CompiledMapping;
  // One key, because among so many words one in a hundred thousand keys gives one back.
  const { message, codes } = sampleOf(before, mapping, new Disguise(keyOf('fixture')));

  it('has no word of four letters left of what was disguised, and as many findings', () => {
    expect(codes).toEqual(codesOf(before));
    const all = texts(before.message, message);
    const shown = new Set(all.flatMap(({ from, to }) => (from === to ? words(from) : [])));
    const secret = new Set(all.flatMap(({ from, to }) => (from === to ? [] : words(from))).filter((word) => !shown.has(word)));
    expect(secret.size).toBeGreaterThan(10);
    const left = all.flatMap(({ to }) => words(to)).filter((word) => secret.has(word));
    expect(left).toEqual([]);
  });
});

/** Runs of four letters or digits and more; of Chinese, which has no blanks, every four characters. */
const words = (text: string): string[] =>
  (text.match(/[\p{L}\p{N}]{4,}/gu) ?? []).flatMap((word) =>
    /\p{Script=Han}/u.test(word) ? Array.from({ length: word.length - 3 }, (_, i) => word.slice(i, i + 4)) : [word],
  );

const KEPT_BY_NAME =
  /(?:[qQ]uantity|numberOfPackages|sizeInBytes|[sS]equenceNumber|itemNumber|segmentNumber|elementNumber|componentNumber|first|last|page|unitCode|currencyId|Indicator|version|versionId|releaseId|agencyCode|associationCode|envelopeCode|documentCode|segmentTag|railwayCode|uNDGID|hazardClassificationID|listId|type|kind|model)(?:\/\d+)?$/;

/** Nothing that is free text, by the model's own names: codes of lists, numbers, times, and what has hardly a letter in it. */
function isShown(pointer: string, text: string, message: CanonicalMessage): boolean {
  if (letters(text) < 4 || KEPT_BY_NAME.test(pointer)) return true;
  if (/^[+-]?[\d.]+$/.test(text) || /^(?:\d{4}|-)-\d{2}-\d{2}/.test(text)) return true;
  if (message.type === 'Acknowledgement' && pointer === '/acknowledgedDocument/name') return true;
  return pointer.endsWith('/value') && flat(message).has(pointer.replace(/value$/, 'listId'));
}

function flat(value: unknown, at = '', fields = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'string') fields.set(at, value);
  else if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) flat(inner, `${at}/${key}`, fields);
  return fields;
}
