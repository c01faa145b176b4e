import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECTIONS, type DecodedMessage, type Encoded, type Projection, type Translator } from '#formats';
import type { FormatChoice, Issue } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../input.ts';
import { reportIssues, usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { examine, isError } from './examine.ts';
import { explain, type ExplainedField } from './explain.ts';
import { acceptedCharsets, DEFAULT_LIMIT, loadTranslator, resolveFormat } from './formats.ts';

export interface TranslateOptions extends CommonOptions {
  readonly to: string;
  readonly from?: string;
  readonly explain?: boolean;
  readonly envelope?: string;
  readonly charset?: string;
  readonly param?: Readonly<Record<string, string>>;
  readonly projection?: string;
  readonly out?: string;
  readonly accept?: readonly string[];
  readonly maxBytes?: number;
}

/** One document made. */
interface Translated {
  readonly encoded: Encoded;
  readonly fields?: readonly ExplainedField[];
}

/** What is known of every field takes some sixty times the memory of the document. */
const EXPLAINED_LIMIT = 16 * 1024 * 1024;

/** `landbridge translate`. Nothing is written when there is an error, as the gateway sends nothing then. */
export async function translate(terminal: Terminal, file: string, options: TranslateOptions): Promise<ExitCode> {
  const translator = loadTranslator();
  const { accept, maxBytes = options.explain ? EXPLAINED_LIMIT : DEFAULT_LIMIT, from } = options;
  const choice = choiceOf(options, translator);
  const mapping = from === undefined ? undefined : resolveFormat(from, translator.mappings, { envelope: false });
  const input = await readInput(file, maxBytes, terminal);
  if ('issue' in input) return refused(terminal, [input.issue], options);
  const charsets = acceptedCharsets(input.bytes, accept);
  const trace = options.explain === true;
  const { decoded, issues, valid } = examine(input.bytes, translator, {
    maxBytes,
    charsets,
    trace,
    ...(mapping !== undefined && { mapping }),
  });
  if (!valid) return refused(terminal, issues, options);
  const made = translateAll(decoded.messages, choice, translator, options);
  const found = [...issues, ...made.flatMap(({ encoded }) => encoded.issues)];
  if (made.length === 0) throw usage('--projection', 'The projection makes nothing of this document.');
  if (found.some(isError)) return refused(terminal, found, options);
  if (made.length > 1 && options.out === undefined && !options.json && !options.explain) {
    throw usage('--out', `The translation gives ${made.length} documents; name a folder for them with --out.`);
  }
  if (!options.json) reportIssues(terminal, found);
  await print(terminal, made, found, options);
  return EXIT.OK;
}

function choiceOf({ to, envelope, charset, param = {} }: TranslateOptions, { mappings }: Translator): FormatChoice {
  return {
    mapping: resolveFormat(to, mappings, { envelope: false }),
    parameters: param,
    ...(envelope !== undefined && { envelope: resolveFormat(envelope, mappings, { envelope: true }) }),
    ...(charset !== undefined && { charset }),
  };
}

function translateAll(
  messages: readonly DecodedMessage[],
  choice: FormatChoice,
  translator: Translator,
  { projection, explain: trace = false }: TranslateOptions,
): Translated[] {
  const chosen = projection === undefined ? undefined : projectionNamed(projection);
  return messages.flatMap((decoded) => {
    if (chosen && chosen.from !== decoded.canonicalType)
      throw usage('--projection', `It takes a ${chosen.from}; the document is a ${decoded.canonicalType}.`);
    const pieces = chosen ? chosen.apply(decoded.message) : [decoded.message];
    return pieces.map((piece): Translated => {
      const encoded = translator.encode(piece, choice, { trace });
      return trace ? { encoded, fields: explain(decoded.trace, encoded.trace) } : { encoded };
    });
  });
}

function projectionNamed(name: string): Projection {
  const found = Object.hasOwn(PROJECTIONS, name) ? PROJECTIONS[name] : undefined;
  if (!found) throw usage('--projection', `Known are ${Object.keys(PROJECTIONS).sort().join(', ')}.`);
  return found;
}

async function print(terminal: Terminal, made: readonly Translated[], issues: readonly Issue[], options: TranslateOptions): Promise<void> {
  if (options.out !== undefined) await store(terminal, made, options.out);
  if (options.json) return terminal.json({ documents: made.map(described), issues });
  if (options.explain) {
    for (const { fields = [] } of made) await printFields(terminal, fields);
  } else if (options.out === undefined) await terminal.bytes(made[0]!.encoded.bytes);
}

/** `document` is readable text where it is UTF-8; `base64` are the bytes in every case. */
const described = ({ encoded, fields }: Translated) => ({
  format: encoded.mapping.id,
  version: encoded.mapping.version,
  ...(encoded.envelope && { envelope: encoded.envelope.id }),
  mediaType: encoded.mediaType,
  encoding: encoded.charset,
  ...(fields
    ? { fields }
    : { ...(encoded.charset === 'UTF-8' && { document: encoded.bytes.toString('utf8') }), base64: encoded.bytes.toString('base64') }),
});

const HEADS = ['source', 'canonical', 'target', 'rule', 'before', 'after'] as const;

const printFields = (terminal: Terminal, fields: readonly ExplainedField[]): Promise<void> =>
  terminal.table(
    HEADS,
    fields.map((field) => HEADS.map((head) => field[head])),
  );

const EXTENSIONS: Readonly<Record<string, string>> = { 'application/xml': 'xml', 'application/json': 'json', 'application/edifact': 'edi' };

async function store(terminal: Terminal, made: readonly Translated[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, { encoded }] of made.entries()) {
    const name = `${encoded.mapping.id.replaceAll('/', '-')}-${index + 1}.${EXTENSIONS[encoded.mediaType] ?? 'txt'}`;
    const path = join(folder, name);
    await writeFile(path, encoded.bytes);
    terminal.note(path);
  }
}

function refused(terminal: Terminal, issues: readonly Issue[], { json }: TranslateOptions): ExitCode {
  if (json) terminal.json({ documents: [], issues });
  else reportIssues(terminal, issues);
  return EXIT.INVALID;
}
