/**
 * The oracle of translation: documents made at random from a mapping's own rules, read, written as bytes and read again, and
 * compared field by field. What comes back otherwise, or has no home in the canonical message, is a finding.
 */
import { isDeepStrictEqual } from 'node:util';
import { MESSAGE_TYPES, type CanonicalMessage } from '#model';
import type { Translator } from '../../api.ts';
import type { DocumentNode } from '../../document.ts';
import { decodeDocument } from '../decode.ts';
import { encodeDocument } from '../encode.ts';
import type { CompiledMapping } from '../rules.ts';
import { seededChooser, type DrawnTexts } from './chooser.ts';
import { generate, reservedIn } from './generate.ts';

export interface LosslessFinding {
  /** Makes the same document again: seed of the run and number of the document in it. */
  readonly seed: number;
  readonly document: number;
  readonly functionCode: string;
  readonly what: 'refused' | 'no home' | 'outside the model' | 'not written' | 'other bytes' | 'other field';
  /** Pointer into the document, or into the canonical message. */
  readonly pointer: string;
  readonly detail: string;
}

export interface LosslessRun {
  readonly mapping: string;
  readonly documents: number;
  readonly fields: number;
  readonly findings: readonly LosslessFinding[];
}

/** The model's own check costs a third of all; each function code has it in one round of this many documents. */
const MODEL_EVERY = 20;
/** Texts of one kind to pick from: enough that two fields seldom say the same, and no more than a run has use for. */
const FEWEST_TEXTS = 100;
const MOST_TEXTS = 300;
/** More findings of one mapping than this say nothing new. */
const MAX_FINDINGS = 20;

/**
 * `runs` documents of every function code in turn. Generated data only: findings show values. `drawn` is shared by the mappings
 * of one run with one seed.
 */
export function examineLossless(
  mapping: CompiledMapping,
  translator: Translator,
  runs: number,
  seed: number,
  drawn: DrawnTexts = new Map(),
): LosslessRun {
  const chooser = seededChooser(seed, reservedIn(mapping), { pool: Math.min(Math.max(runs, FEWEST_TEXTS), MOST_TEXTS), drawn });
  const codes = mapping.functions?.codes ?? ['-'];
  const findings: LosslessFinding[] = [];
  let fields = 0;
  let documents = 0;
  for (; documents < runs && findings.length < MAX_FINDINGS; documents++) {
    const column = documents % codes.length;
    const document = generate(mapping, column, chooser);
    const about = { seed, document: documents, functionCode: codes[column] as string };
    fields += fieldCount(document);
    for (const finding of examine(mapping, translator, document, documents % MODEL_EVERY < codes.length))
      findings.push({ ...about, ...finding });
  }
  return { mapping: mapping.ref.id, documents, fields, findings };
}

type Found = Pick<LosslessFinding, 'what' | 'pointer' | 'detail'>;

function examine(mapping: CompiledMapping, translator: Translator, document: DocumentNode, model: boolean): Found[] {
  const { message, issues } = decodeDocument(mapping, document);
  const refused = issues.filter(({ severity }) => severity === 'error');
  if (refused.length > 0) return refused.map(({ code, pointer }) => ({ what: 'refused', pointer, detail: code }));
  const homeless = issues.filter(({ code }) => code === 'FIELD_UNMAPPED');
  if (homeless.length > 0) return homeless.map(({ code, pointer }) => ({ what: 'no home', pointer, detail: code }));
  const outside = model ? outsideModel(message) : [];
  return outside.length > 0 ? outside : [...throughBytes(mapping, translator, message), ...fieldByField(mapping, message, document)];
}

const outsideModel = (message: CanonicalMessage): Found[] =>
  (MESSAGE_TYPES[message.type].safeParse(message).error?.issues ?? []).map((problem) => ({
    what: 'outside the model',
    pointer: `/${problem.path.join('/')}`,
    detail: problem.message,
  }));

/** What a receiver that reads by the same mapping gets out of the bytes. */
function throughBytes(mapping: CompiledMapping, translator: Translator, message: CanonicalMessage): Found[] {
  const encoded = translator.encode(message, { mapping: mapping.ref.id, parameters: {} });
  const failed = encoded.issues.filter(({ severity }) => severity === 'error');
  if (failed.length > 0 || encoded.bytes.length === 0)
    return failed.map(({ code, pointer }) => ({ what: 'not written', pointer, detail: code }));
  const again = translator.decode(encoded.bytes, { mapping: mapping.ref.id });
  const [first] = again.messages;
  if (again.messages.length === 1 && first && isDeepStrictEqual(first.message, message)) return [];
  const [different] = differences(flat(message), flat(first?.message));
  const [problem] = [...again.issues, ...(first?.issues ?? [])];
  return [{ what: 'other bytes', pointer: different?.pointer ?? '', detail: different?.detail ?? problem?.code ?? 'Not read again.' }];
}

/** A transform may write the same content in another shape; there the canonical message is what must come back. */
function fieldByField(mapping: CompiledMapping, message: CanonicalMessage, before: DocumentNode): Found[] {
  if (mapping.transforms.length > 0) return [];
  const { document } = encodeDocument(mapping, message, {});
  if (same(before, document)) return [];
  return differences(plain(before), plain(document)).map((different) => ({ what: 'other field', ...different }));
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): { pointer: string; detail: string }[] {
  const found: { pointer: string; detail: string }[] = [];
  for (const [pointer, value] of before) {
    const other = after.get(pointer);
    if (other !== value)
      found.push({ pointer, detail: `${JSON.stringify(value)} became ${other === undefined ? 'nothing' : JSON.stringify(other)}.` });
  }
  for (const [pointer, value] of after) if (!before.has(pointer)) found.push({ pointer, detail: `${JSON.stringify(value)} was added.` });
  return found;
}

function same(one: DocumentNode, other: DocumentNode): boolean {
  if (one.name !== other.name || (one.text ?? '') !== (other.text ?? '') || one.children.length !== other.children.length) return false;
  if (one.attributes || other.attributes || one.data || other.data)
    if (!isDeepStrictEqual([one.attributes, one.data], [other.attributes, other.data])) return false;
  return one.children.every((child, i) => same(child, other.children[i] as DocumentNode));
}

/** Every value of a document by its place. */
function plain(document: DocumentNode): Map<string, string> {
  const fields = new Map<string, string>();
  collect(document, `/${document.name}`, fields);
  return fields;
}

function collect(node: DocumentNode, at: string, fields: Map<string, string>): void {
  fields.set(at, node.text ?? '');
  if (node.attributes) for (const [name, value] of node.attributes) fields.set(`${at}/@${name}`, value);
  node.data?.forEach((components, element) =>
    components.forEach((value, component) => {
      if (value !== '') fields.set(`${at}/${element + 1}.${component + 1}`, value);
    }),
  );
  node.children.forEach((child, index) => collect(child, `${at}/${index + 1}:${child.name}`, fields));
}

const fieldCount = (node: DocumentNode): number =>
  (node.text ? 1 : 0) +
  (node.attributes?.size ?? 0) +
  (node.data?.reduce((sum, components) => sum + components.filter((value) => value !== '').length, 0) ?? 0) +
  node.children.reduce((sum, child) => sum + fieldCount(child), 0);

/** Every plain value of a canonical message by its pointer. */
function flat(value: unknown, at = '', fields = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null) {
    if (value !== undefined) fields.set(at, String(value));
  } else for (const [key, inner] of Object.entries(value)) flat(inner, `${at}/${key}`, fields);
  return fields;
}
