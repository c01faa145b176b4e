/**
 * What each format costs: decode, validate and encode of generated documents of every mapping, beside fast-xml-parser's bare
 * parse and build of the same bytes in the same run; and one manifest at the limits, with what waits behind it.
 */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { readTranslationFiles } from '#config';
import type { CanonicalMessage } from '#model';
import { createTranslator, readXml, type DocumentNode, type Translator } from '#formats';
import { decodeDocument } from '../../libs/formats/src/mapping/decode.ts';
import { encodeDocument } from '../../libs/formats/src/mapping/encode.ts';
import { loadMappings } from '../../libs/formats/src/mapping/load.ts';
import type { CompiledMapping } from '../../libs/formats/src/mapping/rules.ts';
import { seededChooser } from '../../libs/formats/src/mapping/testing/chooser.ts';
import { generate, reservedIn } from '../../libs/formats/src/mapping/testing/generate.ts';
import { microsecondsOfEach, processor, type Work } from './statistics.ts';

export interface FormatRow {
  readonly mapping: string;
  readonly syntax: string;
  readonly status: string;
  readonly documents: number;
  /** Mean size of a document. */
  readonly bytes: number;
  /** Microseconds a document: the whole of decode (parse and map), validate, the whole of encode (map and write). */
  readonly decode: number;
  readonly validate: number;
  readonly encode: number;
  /** Microseconds a document: parsing, and mapping what was parsed; absent for other syntaxes. */
  readonly parse?: number;
  readonly map?: number;
  /** fast-xml-parser on the same bytes; absent for other syntaxes. */
  readonly bare?: { readonly parse: number; readonly build: number };
  /** (map + validate + map back) to the bare parse: at most 1 is wanted. */
  readonly ratio?: number;
  readonly documentsPerSecond: number;
  readonly megabytesPerSecond: number;
}

const DOCUMENTS = 20;

/**
 * One row a mapping; `wanted` picks mappings by a part of their id. `seconds` go to each, a few more where its documents are large.
 * All is processor time, so that two rows of one run can be compared whatever else the machine does.
 */
export function measureFormats(wanted: string | undefined, seed: number, seconds: number, tell: (id: string) => void): FormatRow[] {
  const files = readTranslationFiles();
  const translator = createTranslator(files);
  const mappings = loadMappings(files).mappings.filter(
    ({ envelope, ref }) => !envelope && (wanted === undefined || ref.id.includes(wanted)),
  );
  // Whatever comes first would pay for what the compiler of the machine has still to do.
  for (const mapping of mappings.slice(0, 3)) measure(mapping, translator, seed, 1_000);
  return mappings.map((mapping) => {
    tell(mapping.ref.id);
    return measure(mapping, translator, seed, seconds * 1_000);
  });
}

interface Sample {
  readonly message: CanonicalMessage;
  readonly bytes: Buffer;
}

function measure(mapping: CompiledMapping, translator: Translator, seed: number, milliseconds: number): FormatRow {
  const chooser = seededChooser(seed, reservedIn(mapping));
  const samples = Array.from({ length: DOCUMENTS }, () => {
    const { message } = decodeDocument(mapping, generate(mapping, 0, chooser));
    const { bytes } = translator.encode(message, { mapping: mapping.ref.id, parameters: {} });
    return { message, bytes };
  }).filter(({ bytes }) => bytes.length > 0);
  const bytes = samples.reduce((sum, sample) => sum + sample.bytes.length, 0) / Math.max(1, samples.length);
  const about = {
    mapping: mapping.ref.id,
    syntax: mapping.syntax,
    status: mapping.status,
    documents: samples.length,
    bytes: Math.round(bytes),
  };
  if (samples.length === 0) return { ...about, decode: 0, validate: 0, encode: 0, documentsPerSecond: 0, megabytesPerSecond: 0 };
  const of = (work: (sample: Sample) => unknown): Work => ({ run: (i) => work(samples[i % samples.length] as Sample) });
  const validating = of((sample) => translator.check(sample.message));
  const mappingBack = of((sample) => encodeDocument(mapping, sample.message, {}));
  const [decode, encode, validate, map, mapBack, parse, bareParse, bareBuild] = microsecondsOfEach(
    [
      of((sample) => translator.decode(sample.bytes, { mapping: mapping.ref.id })),
      of((sample) => translator.encode(sample.message, { mapping: mapping.ref.id, parameters: {} })),
      validating,
      ...(mapping.syntax === 'xml' ? [mappingParsed(mapping, samples), mappingBack, ...parsing(samples)] : []),
    ],
    milliseconds,
    processor,
  ) as [number, number, number, ...(number | undefined)[]];
  const all = decode + validate + encode;
  const xml = map !== undefined && mapBack !== undefined && bareParse !== undefined && bareBuild !== undefined;
  return {
    ...about,
    decode,
    validate,
    encode,
    ...(xml && {
      parse,
      map,
      bare: { parse: bareParse, build: bareBuild },
      ratio: Number(((map + validate + mapBack) / bareParse).toFixed(2)),
    }),
    documentsPerSecond: Math.round(1e6 / all),
    megabytesPerSecond: Number((bytes / all).toFixed(1)),
  };
}

/** Mapping alone. A document is mapped once: a transform may change it on the way. */
function mappingParsed(mapping: CompiledMapping, samples: readonly Sample[]): Work {
  let documents: readonly DocumentNode[] = [];
  return {
    prepare: (count) => {
      documents = Array.from({ length: count }, (_, i) => readXml(samples[i % samples.length]!.bytes).documents[0]!);
    },
    run: (i) => decodeDocument(mapping, documents[i]!),
  };
}

/**
 * Our parse, then parse and build of fast-xml-parser with order kept and values left alone: what a gateway without a mapping would
 * do.
 */
function parsing(samples: readonly Sample[]): Work[] {
  const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, parseTagValue: false, parseAttributeValue: false });
  const builder = new XMLBuilder({ preserveOrder: true, ignoreAttributes: false });
  const texts = samples.map(({ bytes }) => bytes.toString('utf8'));
  const trees = texts.map((text): unknown => parser.parse(text));
  return [
    { run: (i) => readXml(samples[i % samples.length]!.bytes) },
    { run: (i) => parser.parse(texts[i % texts.length] as string) as unknown },
    { run: (i) => builder.build(trees[i % trees.length] as never) as unknown },
  ];
}

/** What the bar says of the rows: mapping and validation cost at most as much again as the bare parse. */
export function reportBar(rows: readonly FormatRow[]): string {
  const judged = rows.filter(({ ratio }) => ratio !== undefined);
  const missed = judged.filter(({ ratio }) => (ratio as number) > 1);
  const named = missed.map(({ mapping, ratio }) => `${mapping} (${ratio})`).join(', ');
  return `mapping and validation at most the bare parse again: ${judged.length - missed.length} of ${judged.length} types${missed.length > 0 ? `; not ${named}` : ''}`;
}

export function tableOf(rows: readonly FormatRow[]): string {
  const head = ['mapping', 'bytes', 'docs/s', 'MB/s', 'decode', 'validate', 'encode', 'bare parse', 'bare build', 'ratio'];
  const lines = rows.map((row) => [
    row.mapping,
    String(row.bytes),
    String(row.documentsPerSecond),
    String(row.megabytesPerSecond),
    `${row.decode.toFixed(0)} µs`,
    `${row.validate.toFixed(0)} µs`,
    `${row.encode.toFixed(0)} µs`,
    row.bare ? `${row.bare.parse.toFixed(0)} µs` : '-',
    row.bare ? `${row.bare.build.toFixed(0)} µs` : '-',
    row.ratio === undefined ? '-' : String(row.ratio),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...lines].map((line) => (line[i] as string).length)));
  return [head, ...lines]
    .map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}
