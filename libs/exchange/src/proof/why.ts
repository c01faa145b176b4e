/**
 * "Who changed this weight?": one field of a translated message followed back to the source, from the very octets that were
 * read and written. The translation is done again with a record of every field; where today's mappings give the octets that
 * were sent, the answer is exact. A projection keeps no record, so which source fields decide a value is found out by
 * changing them one at a time and looking whether the value changes.
 */
import type { DecodedMessage, MappingRef, TraceEntry, Translator } from '#formats';
import type { CanonicalMessage, FormatChoice } from '#model';
import { ExchangeError } from '#model';
import type { TranslationStatement } from '#trust';
import type { AgreementBook } from '../agreement-book.ts';
import type { Project } from '../steps/understand.ts';

export interface WhyOptions {
  readonly translator: Translator;
  readonly book: AgreementBook;
  readonly project: Project;
}

/** What became of a value: carried as it stood; the same value in another code or spelling; made of several or of none; not carried. */
export type FieldChange = 'unchanged' | 'converted' | 'computed' | 'added' | 'dropped';

export interface FieldAnswer {
  readonly change: FieldChange;
  /** Where it stood in the source and what was written there; several where the projection made one value of them. */
  readonly source: readonly { readonly pointer: string; readonly canonical: string; readonly value: string; readonly rule: string }[];
  /** Its place in the canonical message that was written. */
  readonly canonical: string;
  /** Absent where it was dropped. */
  readonly target?: { readonly pointer: string; readonly value: string; readonly rule: string };
  readonly projection?: string;
}

export interface WhyVerdict {
  /** Whether reading and writing the source again gives the octets that were sent. Otherwise the answers are today's, not then's. */
  readonly reproduced: boolean;
  /** Mappings that are not those of the statement any more. */
  readonly changedMappings: readonly { readonly id: string; readonly then: string; readonly now: string }[];
  readonly answers: readonly FieldAnswer[];
  /** Where nothing was found: names of fields of both sides, those that resemble the one asked for, otherwise all; places in lists left out. */
  readonly similar: readonly string[];
}

/** `field`: a pointer into either document or the canonical message, or its end, for example `GrossMassMeasure`. */
export function why(
  { statement, source, result }: { readonly statement: TranslationStatement; readonly source: Buffer; readonly result: Buffer },
  field: string,
  options: WhyOptions,
): WhyVerdict {
  const { translator, book } = options;
  const from = book.linkTo(statement.source.sender);
  const decoded = translator.decode(source, { ...(from && { charsets: from.charsets, link: from.id }), trace: true });
  const piece = pieceOf(decoded.messages, statement, options);
  const choice = piece && choiceOf(piece.message, statement, book);
  const to = book.linkTo(statement.result.recipient);
  const encoded = piece && choice && translator.encode(piece.message, choice, { trace: true, ...(to && { link: to.id }) });
  if (!piece || !encoded)
    throw new ExchangeError('NOT_FOUND', { detail: 'The source cannot be translated again with today’s agreements.' });
  const fields = new Fields(piece, encoded.trace, options.project);
  const answers = fields.about(field);
  return {
    reproduced: encoded.bytes.equals(result),
    changedMappings: [
      ...moved(statement.readBy, piece.decoded.mapping),
      ...moved(statement.writtenBy, encoded.mapping),
      ...(statement.envelope && encoded.envelope ? moved(statement.envelope, encoded.envelope) : []),
    ],
    answers,
    similar: answers.length > 0 ? [] : fields.resembling(field),
  };
}

interface Piece {
  readonly decoded: DecodedMessage;
  readonly message: CanonicalMessage;
  readonly projection: string | undefined;
  /** Place among what the projection makes of this message. */
  readonly index: number;
}

/** The message at the statement's place among all that the document became on this route. */
function pieceOf(
  messages: readonly DecodedMessage[],
  { projection, index }: TranslationStatement,
  { project }: WhyOptions,
): Piece | undefined {
  const pieces = messages.flatMap((decoded) => {
    const made = projection === undefined ? [decoded.message] : project(projection, decoded.message);
    return made.map((message, at): Piece => ({ decoded, message, projection, index: at }));
  });
  return pieces[index];
}

function choiceOf(message: CanonicalMessage, { result, writtenBy }: TranslationStatement, book: AgreementBook): FormatChoice {
  const link = book.linkTo(result.recipient);
  return (link && book.formatFor(link, message)) ?? { mapping: writtenBy.id, parameters: {} };
}

const moved = (then: MappingRef, now: MappingRef): WhyVerdict['changedMappings'] =>
  then.id === now.id && then.digest === now.digest
    ? []
    : [{ id: then.id, then: `${then.version} ${then.digest}`, now: `${now.version} ${now.digest}` }];

/** Sources tried for one value of a projection. */
const MOST_TRIALS = 2_000;

class Fields {
  readonly #piece: Piece;
  readonly #read: readonly TraceEntry[];
  readonly #written: readonly TraceEntry[];
  readonly #project: Project;

  constructor(piece: Piece, written: readonly TraceEntry[] | undefined, project: Project) {
    this.#piece = piece;
    this.#project = project;
    this.#read = piece.decoded.trace ?? leavesOf(piece.decoded.message);
    this.#written = written ?? leavesOf(piece.message);
  }

  about(field: string): FieldAnswer[] {
    const written = this.#written.filter((entry) => names(entry.documentPointer, field) || names(entry.canonicalPointer, field));
    const answers = written.map((entry) => this.#answer(entry));
    const read = this.#read.filter((entry) => names(entry.documentPointer, field) || names(entry.canonicalPointer, field));
    const answered = new Set(answers.flatMap(({ source }) => source.map(({ pointer }) => pointer)));
    return [...answers, ...read.filter((entry) => !answered.has(entry.documentPointer)).flatMap((entry) => this.#whereWent(entry))];
  }

  resembling(field: string): string[] {
    const pointers = [...this.#read, ...this.#written].flatMap(({ documentPointer, canonicalPointer }) => [
      documentPointer,
      canonicalPointer,
    ]);
    const named = [...new Set(pointers.map(lastSteps))].filter((name) => /[^\d.]/.test(name)).sort();
    const wanted = lastSteps(field).toLowerCase();
    const close = named.filter((name) => name.toLowerCase().includes(wanted));
    return close.length > 0 ? close : named;
  }

  #answer(target: TraceEntry): FieldAnswer {
    const sources = this.#originsOf(target.canonicalPointer);
    const { projection } = this.#piece;
    const [first] = sources;
    return {
      change: sources.length > 1 ? 'computed' : first ? changeOf(first, target) : 'added',
      source: sources.map(({ documentPointer, canonicalPointer, before, rule }) => ({
        pointer: documentPointer,
        canonical: canonicalPointer,
        value: before,
        rule,
      })),
      canonical: target.canonicalPointer,
      target: { pointer: target.documentPointer, value: target.after, rule: target.rule },
      ...(projection !== undefined && { projection }),
    };
  }

  /** A field of the source: the targets it decides, or that it is not carried over. */
  #whereWent(entry: TraceEntry): FieldAnswer[] {
    const changed = this.#written.filter(
      ({ canonicalPointer }) => canonicalPointer !== '' && this.#decides(entry.canonicalPointer, canonicalPointer),
    );
    if (changed.length > 0) return changed.map((target) => this.#answer(target));
    const { documentPointer, canonicalPointer, before, rule } = entry;
    return [
      {
        change: 'dropped',
        source: [{ pointer: documentPointer, canonical: canonicalPointer, value: before, rule }],
        canonical: canonicalPointer,
      },
    ];
  }

  #originsOf(canonical: string): TraceEntry[] {
    if (canonical === '') return [];
    if (this.#piece.projection === undefined) return this.#read.filter(({ canonicalPointer }) => canonicalPointer === canonical);
    const name = lastName(canonical);
    const value = text(at(this.#piece.message, canonical));
    const { message } = this.#piece.decoded;
    const candidates = this.#read.filter(
      ({ canonicalPointer }) => lastName(canonicalPointer) === name || text(at(message, canonicalPointer)) === value,
    );
    return candidates.slice(0, MOST_TRIALS).filter(({ canonicalPointer }) => this.#decides(canonicalPointer, canonical));
  }

  /** Whether another value at `source` gives another value at `target`. Without a projection they are the same place. */
  #decides(source: string, target: string): boolean {
    const { projection, decoded, index, message } = this.#piece;
    if (projection === undefined) return source === target;
    const changed = structuredClone(decoded.message);
    if (!disturb(changed, source)) return false;
    try {
      const other = this.#project(projection, changed)[index];
      return other !== undefined && text(at(other, target)) !== text(at(message, target));
    } catch {
      // What the projection refuses says nothing about this value.
      return false;
    }
  }
}

/** The same value on both sides of the mapping is `unchanged`, however the rules are called. */
const changeOf = (from: TraceEntry, to: TraceEntry): FieldChange => (from.before === to.after ? 'unchanged' : 'converted');

/** A whole pointer, or its end from a step on; places in lists may be left out. */
function names(pointer: string, field: string): boolean {
  if (pointer === '' || pointer === field) return pointer === field && field !== '';
  const tail = field.startsWith('/') ? field : `/${field}`;
  return pointer.endsWith(tail) || pointer.replace(/\[\d+\]/g, '').endsWith(tail);
}

const steps = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
const lastName = (pointer: string): string | undefined => steps(pointer).findLast((step) => !/^\d+$/.test(step));
/** The end of a pointer as `--field` takes it: the last step that is no place in a list. */
const lastSteps = (pointer: string): string => (lastName(`/${pointer}`) ?? '').replace(/\[\d+\]/g, '');
const text = (value: unknown): string | undefined => JSON.stringify(value);

function at(message: unknown, pointer: string): unknown {
  return steps(pointer).reduce<unknown>(
    (node, step) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[step] : undefined),
    message,
  );
}

/** Changes the value at a place: a number by one, a text by a letter, a coded or measured value in its `value`. */
function disturb(message: object, pointer: string): boolean {
  const path = steps(pointer);
  const name = path.pop();
  const holder = at(message, path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
  if (name === undefined || typeof holder !== 'object' || holder === null) return false;
  const members = holder as Record<string, unknown>;
  const value = members[name];
  if (typeof value === 'object' && value !== null) return 'value' in value && disturb(value, '/value');
  if (typeof value === 'boolean') members[name] = !value;
  else if (typeof value === 'string') members[name] = /^-?\d{1,12}(\.\d+)?$/.test(value) ? String(Number(value) + 1) : `${value}X`;
  else return false;
  return true;
}

/** Canonical JSON is its own document: every value stands where it is. */
function leavesOf(message: CanonicalMessage): TraceEntry[] {
  const leaves: TraceEntry[] = [];
  const visit = (node: unknown, pointer: string): void => {
    const leaf = typeof node !== 'object' || node === null;
    if (leaf || 'value' in node) {
      const shown = String(leaf ? node : (node as { value: unknown }).value);
      leaves.push({ documentPointer: pointer, canonicalPointer: pointer, rule: 'canonical', before: shown, after: shown });
    } else
      for (const [name, member] of Object.entries(node)) visit(member, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  };
  visit(message, '');
  return leaves;
}
