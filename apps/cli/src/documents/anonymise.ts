import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { readTranslationFiles } from '#config';
import { createTranslator, type DecodedMessage, type Encoded, type Translator } from '#formats';
import { anonymiseMessage, Disguise, loadMappings, type Anonymised, type LoadedMappings } from '#formats/tools';
import type { Issue } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../input.ts';
import { reportIssues, usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { examine, isError } from './examine.ts';
import { acceptedCharsets, DEFAULT_LIMIT, numbered, resolveFormat } from './formats.ts';

export interface AnonymiseOptions extends CommonOptions {
  readonly to?: string;
  readonly from?: string;
  readonly out?: string;
  readonly seed?: string;
  readonly shiftDays?: number;
  readonly accept?: readonly string[];
  readonly maxBytes?: number;
}

interface Sample extends Omit<Anonymised, 'message'> {
  readonly encoded: Encoded;
  /** Of the sample itself, read as its receiver would. */
  readonly issues: readonly Issue[];
}

/** `landbridge anonymise`. A document with an error is refused: what was not read cannot be told from what may be shown. */
export async function anonymise(terminal: Terminal, file: string, options: AnonymiseOptions): Promise<ExitCode> {
  const { accept, maxBytes = DEFAULT_LIMIT, from, to } = options;
  const files = readTranslationFiles();
  const translator = createTranslator(files);
  const mapping = from === undefined ? undefined : resolveFormat(from, translator.mappings, { envelope: false });
  const target = to === undefined ? undefined : resolveFormat(to, translator.mappings, { envelope: false });
  const input = await readInput(file, maxBytes, terminal);
  if ('issue' in input) return refused(terminal, [input.issue], options);
  const { decoded, issues, valid } = examine(input.bytes, translator, {
    maxBytes,
    charsets: acceptedCharsets(input.bytes, accept),
    trace: true,
    ...(mapping !== undefined && { mapping }),
  });
  if (!valid) return refused(terminal, issues, options);
  const tools = { translator, loaded: loadMappings(files), disguise: new Disguise(keyOf(options.seed)), charset: decoded.charset };
  const samples = decoded.messages.map((message) => sampleOf(message, target ?? message.mapping.id, tools, options.shiftDays));
  const found = samples.flatMap((sample) => sample.issues);
  if (found.some(isError)) return refused(terminal, found, options);
  await print(terminal, samples, decoded.envelope !== undefined, options);
  return EXIT.OK;
}

/** A key nobody knows, unless a seed is given; then whoever has the seed can find out what became of a guessed name. */
const keyOf = (seed: string | undefined): Buffer => (seed === undefined ? randomBytes(32) : createHash('sha256').update(seed).digest());

interface Tools {
  readonly translator: Translator;
  readonly loaded: LoadedMappings;
  readonly disguise: Disguise;
  readonly charset: string;
}

function sampleOf(decoded: DecodedMessage, mapping: string, tools: Tools, shiftDays: number | undefined): Sample {
  const { translator, loaded, disguise, charset } = tools;
  const choice = { mapping, parameters: {}, ...(!charset.startsWith('UTF-') && { charset }) };
  const real = translator.encode(decoded.message, choice, { trace: true });
  const nothing = { encoded: real, leftOut: [], disguised: 0 };
  if (real.issues.some(isError)) return { ...nothing, issues: real.issues };
  const { message, leftOut, disguised } = anonymiseMessage(decoded.message, {
    disguise,
    lists: loaded.lists,
    traces: [decoded.trace, real.trace],
    mappings: loaded.mappings.filter(({ ref }) => ref.id === mapping || ref.id === decoded.mapping.id),
    ...(shiftDays !== undefined && { shiftDays }),
  });
  const encoded = translator.encode(message, choice);
  const { issues, valid } = examine(encoded.bytes, translator, { mapping, charsets: [charset] });
  return { encoded, leftOut, disguised, issues: valid ? issues : [...encoded.issues, ...issues] };
}

async function print(terminal: Terminal, samples: readonly Sample[], enveloped: boolean, options: AnonymiseOptions): Promise<void> {
  const { out, json } = options;
  const single = samples.length === 1;
  if (!single && out === undefined && !json)
    throw usage('--out', `The interchange holds ${samples.length} messages; name a file for them with --out.`);
  for (const [index, { encoded }] of samples.entries())
    if (out !== undefined) await writeFile(single ? out : numbered(out, index + 1), encoded.bytes);
  if (json) return terminal.json({ documents: samples.map(described), envelope: enveloped ? 'left out' : null });
  if (out === undefined) await terminal.bytes(samples[0]!.encoded.bytes);
  const total = samples.reduce((sum, { disguised }) => sum + disguised, 0);
  terminal.note(`${total} values were disguised.`);
  if (enveloped) terminal.note('The envelope was left out.');
  const leftOut = samples.flatMap((sample) => sample.leftOut);
  if (leftOut.length > 0) terminal.note(`${leftOut.length} values that no field is known for were left out:`);
  for (const pointer of leftOut) terminal.note(`  ${pointer}`);
}

const described = ({ encoded, disguised, leftOut, issues }: Sample) => ({
  format: encoded.mapping.id,
  version: encoded.mapping.version,
  mediaType: encoded.mediaType,
  encoding: encoded.charset,
  disguised,
  leftOut,
  issues,
  ...(encoded.charset === 'UTF-8' && { document: encoded.bytes.toString('utf8') }),
  base64: encoded.bytes.toString('base64'),
});

function refused(terminal: Terminal, issues: readonly Issue[], { json }: AnonymiseOptions): ExitCode {
  if (json) terminal.json({ documents: [], issues });
  else reportIssues(terminal, issues);
  return EXIT.INVALID;
}
