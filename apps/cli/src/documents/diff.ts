import type { DecodedMessage, Translator } from '#formats';
import { compareMessages, type Difference, type DifferenceKind } from '#formats/tools';
import { issue, type Issue } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../input.ts';
import { reportIssues } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { examine, isError } from './examine.ts';
import { acceptedCharsets, DEFAULT_LIMIT, loadTranslator, resolveFormat } from './formats.ts';

export interface DiffOptions extends CommonOptions {
  readonly from?: string;
  readonly strict?: boolean;
  readonly accept?: readonly string[];
  readonly maxBytes?: number;
}

/** One side of a difference: where it stands in the document and in the canonical message. */
interface Place {
  readonly pointer: string;
  readonly canonical: string;
  readonly value: unknown;
}

export interface LocatedDifference {
  readonly kind: DifferenceKind;
  readonly path: string;
  readonly before?: Place;
  readonly after?: Place;
}

/** `landbridge diff`. What could not be read cannot be called the same: a document with an error differs. */
export async function diff(terminal: Terminal, one: string, other: string, options: DiffOptions): Promise<ExitCode> {
  const translator = loadTranslator();
  const [before, after] = [await read(terminal, one, translator, options), await read(terminal, other, translator, options)];
  const differences = differencesOf(before.messages, after.messages, options.strict === true);
  const issues = [...before.issues.map((found) => ({ file: one, ...found })), ...after.issues.map((found) => ({ file: other, ...found }))];
  const same = differences.length === 0 && !issues.some(isError);
  if (options.json) terminal.json({ same, differences, issues });
  else {
    reportIssues(terminal, issues.filter(isError));
    if (differences.length > 0) await print(terminal, differences);
    terminal.note(same ? 'The documents say the same.' : counted(differences));
  }
  return same ? EXIT.OK : EXIT.INVALID;
}

interface Read {
  readonly messages: readonly DecodedMessage[];
  readonly issues: readonly Issue[];
}

async function read(terminal: Terminal, file: string, translator: Translator, options: DiffOptions): Promise<Read> {
  const { from, accept, maxBytes = DEFAULT_LIMIT } = options;
  const mapping = from === undefined ? undefined : resolveFormat(from, translator.mappings, { envelope: false });
  const input = await readInput(file, maxBytes, terminal);
  if ('issue' in input) return { messages: [], issues: [input.issue] };
  const charsets = acceptedCharsets(input.bytes, accept);
  const { decoded, issues } = examine(input.bytes, translator, { maxBytes, charsets, ...(mapping !== undefined && { mapping }) });
  if (decoded.messages.length === 0 && !issues.some(isError)) return { messages: [], issues: [...issues, issue('FORMAT_UNKNOWN', '')] };
  return { messages: decoded.messages, issues };
}

/** Differences with pointers into both documents. Messages of interchanges are paired by what they are about, then in their order. */
export function differencesOf(before: readonly DecodedMessage[], after: readonly DecodedMessage[], strict: boolean): LocatedDifference[] {
  const single = before.length === 1 && after.length === 1;
  const left = [...after];
  const pairs = before.map((one) => {
    const about = matterOf(one);
    const at = single ? 0 : left.findIndex((other) => matterOf(other) === about);
    return { one, other: at < 0 ? undefined : left.splice(at, 1)[0] };
  });
  return [
    ...pairs.flatMap(({ one, other }) => {
      const prefix = single ? '' : `${nameOf(one)}/`;
      if (!other) return [whole('removed', one)];
      return compareMessages(one.message, other.message, { strict }).map((difference) => located(difference, prefix, one, other));
    }),
    ...left.map((other) => whole('added', other)),
  ];
}

/** What the messages of one interchange are told apart by: the note or list they are about, else their own number. */
function matterOf({ canonicalType, message }: DecodedMessage): string {
  const { transportContractDocument: note, transferDocument: list } = message as { [member: string]: { id?: string } | undefined } & object;
  return `${canonicalType} ${note?.id ?? list?.id ?? message.header.messageId}`;
}

const nameOf = (decoded: DecodedMessage): string => `message[${matterOf(decoded)}]`;

function located({ kind, path, before, after }: Difference, prefix: string, one: DecodedMessage, other: DecodedMessage): LocatedDifference {
  return {
    kind,
    path: prefix + path,
    ...(before && { before: { pointer: one.locate(before.pointer), canonical: before.pointer, value: before.value } }),
    ...(after && { after: { pointer: other.locate(after.pointer), canonical: after.pointer, value: after.value } }),
  };
}

function whole(kind: 'added' | 'removed', decoded: DecodedMessage): LocatedDifference {
  const place = { pointer: decoded.locate(''), canonical: '', value: decoded.message };
  return { kind, path: nameOf(decoded), ...(kind === 'added' ? { after: place } : { before: place }) };
}

const HEADS = ['kind', 'path', 'before', 'after', 'where before', 'where after'] as const;
/** More of a value than this hides the others; --json has all of it. */
const MOST = 120;

const print = (terminal: Terminal, differences: readonly LocatedDifference[]): Promise<void> =>
  terminal.table(
    HEADS,
    differences.map(({ kind, path, before, after }) => [kind, path, shown(before), shown(after), before?.pointer, after?.pointer]),
  );

function shown(place: Place | undefined): string | undefined {
  if (!place) return undefined;
  const text = typeof place.value === 'string' ? place.value : JSON.stringify(place.value);
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}

function counted(differences: readonly LocatedDifference[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of differences) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'see the findings'}`;
}
