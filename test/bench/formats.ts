/**
 * What each format costs: decode, validate and encode of generated documents of every mapping, beside fast-xml-parser's bare
 * parse and build of the same bytes in the same run; and one manifest at the limits, with what waits behind it.
 */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { readTranslationFiles } from '#config';
import { createTranslator, readXml, type Translator } from '#formats';
import { decodeDocument } from '../../libs/formats/src/mapping/decode.ts';
import { encodeDocument } from '../../libs/formats/src/mapping/encode.ts';
import { loadMappings } from '../../libs/formats/src/mapping/load.ts';
import type { CompiledMapping } from '../../libs/formats/src/mapping/rules.ts';
import { seededChooser } from '../../libs/formats/src/mapping/testing/chooser.ts';
import { generate, reservedIn } from '../../libs/formats/src/mapping/testing/generate.ts';
import { microseconds, processor } from './statistics.ts';

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
  /** Microseconds a document: parsing and mapping apart. */
  readonly parse: number;
  readonly map: number;
  /** fast-xml-parser on the same bytes; absent for other syntaxes. */
  readonly bare?: { readonly parse: number; readonly build: number };
  /** (map + validate + map back) to the bare parse: at most 1 is wanted. */
  readonly ratio?: number;
  readonly documentsPerSecond: number;
  readonly megabytesPerSecond: number;
}

const DOCUMENTS = 20;
/** Times that a mapping is measured: each gets an equal share of its seconds. */
const MEASURES = 7;

/**
 * One row a mapping; `wanted` picks mappings by a part of their id. `seconds` go to each, a few more where its documents are large.
 * All is processor time, so that two rows of one run can be compared whatever else the machine does.
 */
export function measureFormats(wanted: string | undefined, seed: number, seconds: number, tell: (id: string) => void): FormatRow[] {
  const files = readTranslationFiles();
  const translator = createTranslator(files);
  return loadMappings(files)
    .mappings.filter(({ envelope, ref }) => !envelope && (wanted === undefined || ref.id.includes(wanted)))
    .map((mapping) => {
      tell(mapping.ref.id);
      return measure(mapping, translator, seed, (seconds * 1_000) / MEASURES);
    });
}

function measure(mapping: CompiledMapping, translator: Translator, seed: number, share: number): FormatRow {
  const chooser = seededChooser(seed, reservedIn(mapping));
  const samples = Array.from({ length: DOCUMENTS }, () => {
    const { message } = decodeDocument(mapping, generate(mapping, 0, chooser));
    const { bytes } = translator.encode(message, { mapping: mapping.ref.id, parameters: {} });
    return { message, bytes };
  }).filter(({ bytes }) => bytes.length > 0);
  const each = (work: (sample: (typeof samples)[number]) => unknown): number =>
    samples.length === 0 ? 0 : microseconds((i) => work(samples[i % samples.length] as (typeof samples)[number]), share, processor);
  const bytes = samples.reduce((sum, sample) => sum + sample.bytes.length, 0) / Math.max(1, samples.length);
  const decode = each((sample) => translator.decode(sample.bytes, { mapping: mapping.ref.id }));
  const validate = each((sample) => translator.check(sample.message));
  const encode = each((sample) => translator.encode(sample.message, { mapping: mapping.ref.id, parameters: {} }));
  const mapBack = each((sample) => encodeDocument(mapping, sample.message, {}));
  const xml = mapping.syntax === 'xml';
  const parse = xml ? each((sample) => readXml(sample.bytes)) : 0;
  const map = Math.max(0, decode - parse);
  const bare = xml
    ? bareXml(
        samples.map((sample) => sample.bytes.toString('utf8')),
        share,
      )
    : undefined;
  return {
    mapping: mapping.ref.id,
    syntax: mapping.syntax,
    status: mapping.status,
    documents: samples.length,
    bytes: Math.round(bytes),
    decode,
    validate,
    encode,
    parse,
    map,
    ...(bare && { bare, ratio: Number(((map + validate + mapBack) / bare.parse).toFixed(2)) }),
    documentsPerSecond: Math.round(1e6 / (decode + validate + encode)),
    megabytesPerSecond: Number((bytes / (decode + validate + encode)).toFixed(1)),
  };
}

/** Parse and build of fast-xml-parser with order kept and values left alone: what a gateway without a mapping would do. */
function bareXml(texts: readonly string[], share: number): { parse: number; build: number } {
  const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, parseTagValue: false, parseAttributeValue: false });
  const builder = new XMLBuilder({ preserveOrder: true, ignoreAttributes: false });
  const trees = texts.map((text): unknown => parser.parse(text));
  return {
    parse: microseconds((i) => parser.parse(texts[i % texts.length] as string) as unknown, share, processor),
    build: microseconds((i) => builder.build(trees[i % trees.length] as never), share, processor),
  };
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
