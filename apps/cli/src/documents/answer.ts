import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { readTranslationFiles } from '#config';
import {
  aperakFor,
  contrlFor,
  createTranslator,
  EdifactSyntax,
  readDirectories,
  type AnswerHead,
  type Encoded,
  type Interchange,
  type Translator,
} from '#formats';
import { issue, type CanonicalOf, type Issue } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../input.ts';
import { reportIssues, usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { examine, findingsOf, isError } from './examine.ts';
import { acceptedCharsets, DEFAULT_LIMIT, numbered, resolveFormat } from './formats.ts';

export interface AnswerOptions extends CommonOptions {
  readonly content?: boolean;
  readonly received?: boolean;
  readonly to?: string;
  readonly param?: Readonly<Record<string, string>>;
  readonly out?: string;
  readonly accept?: readonly string[];
  readonly maxBytes?: number;
}

type Acknowledgement = CanonicalOf<'Acknowledgement'>;

/** What was read, and what an answer to it is made with. */
interface Occasion {
  readonly bytes: Buffer;
  readonly interchange: Interchange;
  readonly charset: string;
  readonly issues: readonly Issue[];
  readonly translator: Translator;
  readonly options: AnswerOptions;
}

/** `landbridge answer`. The answer goes out for a broken interchange just as for a sound one; the exit code says which it was. */
export async function answer(terminal: Terminal, file: string, options: AnswerOptions): Promise<ExitCode> {
  if (options.content && options.received) throw usage('--received', 'Only a CONTRL says no more than that it came.');
  const files = readTranslationFiles();
  const translator = createTranslator(files, { lazily: true });
  const { accept, maxBytes = DEFAULT_LIMIT } = options;
  const input = await readInput(file, maxBytes, terminal);
  if ('issue' in input) return refused(terminal, [input.issue], options);
  const { bytes } = input;
  const syntax = new EdifactSyntax(readDirectories(files.edifact ?? []).directories);
  if (!syntax.recognises(bytes)) return refused(terminal, [issue('FORMAT_UNKNOWN', '', 'Only an interchange is answered so.')], options);
  const { interchange, charset, issues } = syntax.readInterchange(bytes, { charsets: acceptedCharsets(bytes, accept), maxBytes });
  if (!interchange) return refused(terminal, issues, options);
  const occasion = { bytes, interchange, charset, issues, translator, options };
  const answers = options.content ? applicationAnswers(occasion) : syntaxAnswers(occasion);
  if (answers.length === 0) return refused(terminal, [...issues, NOBODY], options);
  const written = answers.map((message) => write(message, occasion));
  const failures = written.flatMap((encoded) => encoded.issues.filter(isError));
  if (failures.length > 0) return refused(terminal, failures, options);
  await print(terminal, written, options);
  return answers.every(accepts) ? EXIT.OK : EXIT.INVALID;
}

const NOBODY = issue('EDIFACT_MALFORMED', '', 'It does not say what to answer to whom.');

function syntaxAnswers({ bytes, interchange, options }: Occasion): Acknowledgement[] {
  const contrl = contrlFor(interchange, headOf(bytes, 'CONTRL'), options.received !== true);
  return contrl ? [contrl] : [];
}

/** One APERAK a message that could be read. Of an interchange all is taken or nothing, so faults of its syntax are each message's. */
function applicationAnswers({ bytes, translator, charset }: Occasion): Acknowledgement[] {
  const { decoded } = examine(bytes, translator, { charsets: [charset], maxBytes: bytes.length });
  return decoded.messages.map((message, i) =>
    aperakFor(message, headOf(bytes, `APERAK ${i}`), [...decoded.issues, ...findingsOf(message, translator)]),
  );
}

/** The number derives from what is answered: the same interchange gets the same answer. */
const headOf = (bytes: Buffer, kind: string): AnswerHead => ({
  messageId: hash('sha256', `${kind} ${hash('sha256', bytes, 'hex')}`, 'hex')
    .slice(0, 14)
    .toUpperCase(),
  issueDateTime: `${new Date().toISOString().slice(0, 16)}Z`,
});

function write(message: Acknowledgement, { interchange, charset, translator, options }: Occasion): Encoded {
  const { syntaxIdentifier, syntaxVersion } = interchange;
  const usual = options.content ? 'un-d96b/APERAK' : syntaxVersion === '4' ? 'un-service/CONTRL-4' : 'un-service/CONTRL';
  const mapping = options.to === undefined ? usual : resolveFormat(options.to, translator.mappings, { envelope: false });
  const parameters = {
    ...(/^UNO[A-Z]$/.test(syntaxIdentifier) && { SyntaxIdentifier: syntaxIdentifier }),
    ...(/^[1-4]$/.test(syntaxVersion) && { SyntaxVersion: syntaxVersion }),
    ...options.param,
  };
  return translator.encode(message, { mapping, parameters, ...(!charset.startsWith('UTF-') && { charset }) });
}

const accepts = ({ kind, responseCode, acknowledgedMessage = [] }: Acknowledgement): boolean =>
  kind === 'syntax' ? responseCode?.value !== '4' && acknowledgedMessage.length === 0 : responseCode?.value === '29';

async function print(terminal: Terminal, written: readonly Encoded[], { out, json }: AnswerOptions): Promise<void> {
  const single = written.length === 1;
  if (!single && out === undefined && !json)
    throw usage('--out', `The interchange holds ${written.length} messages; name a file for the answers with --out.`);
  for (const [i, { bytes }] of written.entries()) if (out !== undefined) await writeFile(single ? out : numbered(out, i + 1), bytes);
  if (json) terminal.json({ answers: written.map(described), issues: [] });
  else if (out === undefined) await terminal.bytes(written[0]!.bytes);
}

const described = ({ mapping, charset, bytes }: Encoded) => ({
  format: mapping.id,
  encoding: charset,
  ...(charset === 'UTF-8' && { document: bytes.toString('utf8') }),
  base64: bytes.toString('base64'),
});

function refused(terminal: Terminal, issues: readonly Issue[], { json }: AnswerOptions): ExitCode {
  if (json) terminal.json({ answers: [], issues });
  else reportIssues(terminal, issues);
  return EXIT.INVALID;
}
