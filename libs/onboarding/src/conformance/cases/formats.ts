/** One case a message type: documents of its own rules in four scripts, and a faulty one. Made when asked for, since they need the mappings. */
import type { Translator } from '#formats';
import { faultySampleOf, sampleOf, SCRIPTS, type CompiledMapping, type Sample, type Script } from '#formats/tools';
import type { Bench } from '../bench.ts';
import { plain, text, type ConformanceCase } from '../case.ts';
import type { Checks } from '../checks.ts';
import { checkReceipts } from '../receipt-checks.ts';
import { STORIES } from './stories.ts';

export interface FormatOptions {
  readonly mappings: readonly CompiledMapping[];
  readonly translator: Translator;
  /** Same seed, same documents. */
  readonly seed: number;
}

/** In the order of the ids; the number of a case is its place in the list of all mappings. */
export function formatCases({ mappings, translator, seed }: FormatOptions): readonly ConformanceCase[] {
  return [...BYTES, ...mappings.filter(({ envelope }) => !envelope).map((mapping) => formatCase(mapping, translator, seed))];
}

/** Small ones of three syntaxes for a short run. */
const SHORT = new Set(['osjd-smgs/IFTMIN', 'cn-manifest/MT1101', 'cn-rail/MT1301']);

function formatCase(mapping: CompiledMapping, translator: Translator, seed: number): ConformanceCase {
  return {
    id: `FMT-${mapping.ref.id.replace('/', '-')}`,
    group: 'format',
    story: STORIES.format,
    what: plain(`${mapping.ref.id} ${mapping.ref.version}`),
    short: SHORT.has(mapping.ref.id),
    run: async (bench, checks) => {
      for (const script of Object.keys(SCRIPTS) as Script[]) {
        const sample = sampleOf(mapping, translator, script, seed);
        if (checks.that(`a document in ${script} letters`, sample !== undefined, sample?.bytes.length, 'can be written') && sample)
          await deliver(bench, checks, mapping, sample);
      }
      const faulty = faultySampleOf(mapping, translator, 'kazakh', seed);
      if (faulty) await deliver(bench, checks, mapping, faulty);
    },
  };
}

async function deliver(
  bench: Bench,
  checks: Checks,
  { ref }: CompiledMapping,
  { bytes, mediaType, charset, errors }: Sample,
): Promise<void> {
  const parts = [{ name: 'document', mediaType, charset, bytes }];
  const sealed = bench.message({ parts, fields: { messageType: { type: ref.id, version: ref.version } } });
  const { answer, receipts } = await bench.deliver(sealed);
  checks.that('transport: taken', answer.taken || receipts.length > 0, answer.code, 'taken');
  const codes = errors.map(({ code }) => code);
  checkReceipts(checks, bench, sealed, receipts, codes.length > 0 ? { status: 'refused', errors: codes } : { status: 'valid' });
}

const xml = (body: string | Buffer): Buffer => (typeof body === 'string' ? Buffer.from(body) : body);
const broken = (id: string, what: ConformanceCase['what'], make: () => Buffer, short = false): ConformanceCase => ({
  id,
  group: 'format',
  story: STORIES.refusalReceipt,
  what,
  short,
  run: async (bench, checks) => {
    const sealed = bench.message({ parts: [{ name: 'document', mediaType: 'application/xml', bytes: make() }] });
    const { receipts } = await bench.deliver(sealed);
    checkReceipts(checks, bench, sealed, receipts, { status: 'refused' });
  },
});

/** Bytes that no receiver may take for a document. */
const BYTES: readonly ConformanceCase[] = [
  broken(
    'FMT-001',
    text('carries a DOCTYPE', '含有 DOCTYPE', 'содержит DOCTYPE', 'ішінде DOCTYPE бар'),
    () => xml('<!DOCTYPE a [<!ENTITY x "y">]><Manifest>&x;</Manifest>'),
    true,
  ),
  broken(
    'FMT-002',
    text('is XML that is not well-formed', '含有格式不良的 XML', 'содержит неправильный XML', 'ішінде дұрыс емес XML бар'),
    () => xml('<Manifest><Head></Manifest>'),
    true,
  ),
  broken(
    'FMT-003',
    text('is not in the encoding it declares', '编码与声明不符', 'не в объявленной кодировке', 'жарияланған кодта емес'),
    () =>
      xml(
        Buffer.concat([
          Buffer.from('<?xml version="1.0" encoding="UTF-8"?><Manifest>'),
          Buffer.from([0xff, 0xfe, 0xc0]),
          Buffer.from('</Manifest>'),
        ]),
      ),
  ),
  broken(
    'FMT-004',
    text('is EDIFACT cut off in the middle', '为中途截断的 EDIFACT', 'содержит оборванный EDIFACT', 'ортасынан үзілген EDIFACT'),
    () => xml("UNA:+.? 'UNB+UNOY:3+LSW+KEG+260314:0915+1'UNH+1+IFTMIN:D:97A:UN'BGM+722"),
  ),
  broken(
    'FMT-005',
    text('is JSON with a member twice', '为成员重复的 JSON', 'содержит JSON с членом дважды', 'мүшесі екі рет тұрған JSON'),
    () => xml('{"model":"landbridge/1","model":"landbridge/1","type":"Acknowledgement"}'),
  ),
  broken('FMT-006', text('is of a type nobody knows', '为无人知晓的类型', 'неизвестного типа', 'белгісіз түрлі'), () =>
    xml('<Unknown xmlns="urn:nobody">连云港</Unknown>'),
  ),
  broken('FMT-007', text('is empty', '为空', 'пусто', 'бос'), () => Buffer.alloc(0)),
];
