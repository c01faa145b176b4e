import type { Translator } from '#formats';
import { ExchangeError, issue, type Issue } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput, stdinLines } from '../input.ts';
import { Progress } from '../terminal/progress.ts';
import { reportIssues, usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { examine, isError } from './examine.ts';
import { acceptedCharsets, DEFAULT_LIMIT, loadTranslator, resolveFormat } from './formats.ts';

export interface ValidateOptions extends CommonOptions {
  readonly batch?: boolean;
  readonly from?: string;
  readonly accept?: readonly string[];
  readonly maxBytes?: number;
}

/** One place that is wrong, as `--json` prints it. */
type Finding = Pick<Issue, 'code' | 'pointer' | 'message'>;

export interface Validation {
  readonly valid: boolean;
  /** Mapping id, which `translate` takes; `xml`, `edifact` or `json` when only the syntax is known; null when not even that. */
  readonly format: string | null;
  readonly envelope?: string;
  readonly type: string | null;
  readonly functionCode: string | null;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** `landbridge validate`. */
export async function validate(terminal: Terminal, file: string | undefined, options: ValidateOptions): Promise<ExitCode> {
  if (options.batch) return validateBatch(terminal, file, options);
  if (file === undefined) throw usage('FILE', 'Name a file, - for stdin, or --batch.');
  const { validation, issues } = await judge(file, loadTranslator(), terminal, options);
  if (options.json) terminal.json(validation);
  else {
    const { valid, format, type, functionCode, errors, warnings } = validation;
    const verdict = valid ? terminal.paint('green', 'valid') : terminal.paint('red', 'invalid');
    const about = [type ?? format ?? 'unknown format', functionCode === null ? undefined : `function ${functionCode}`]
      .filter(Boolean)
      .join(', ');
    terminal.line(`${verdict}: ${about}; ${errors.length} errors, ${warnings.length} warnings`);
    reportIssues(terminal, issues);
  }
  return validation.valid ? EXIT.OK : EXIT.INVALID;
}

/** File names from stdin, one JSON line each; a bad file is a bad line and nothing more. */
async function validateBatch(terminal: Terminal, file: string | undefined, options: ValidateOptions): Promise<ExitCode> {
  if (file !== undefined) throw usage('FILE', 'With --batch the file names come from stdin.');
  const translator = loadTranslator();
  const progress = new Progress(terminal, 'files validated');
  let allValid = true;
  for await (const name of stdinLines(terminal)) {
    const { validation } = await judge(name, translator, terminal, options).catch((failure: unknown) => refused(failure));
    allValid &&= validation.valid;
    terminal.json({ file: name, ...validation });
    progress.advance();
  }
  progress.end();
  return allValid ? EXIT.OK : EXIT.INVALID;
}

interface Judged {
  readonly validation: Validation;
  readonly issues: readonly Issue[];
}

async function judge(file: string, translator: Translator, terminal: Terminal, options: ValidateOptions): Promise<Judged> {
  const { from, accept, maxBytes = DEFAULT_LIMIT } = options;
  const mapping = from === undefined ? undefined : resolveFormat(from, translator.mappings, { envelope: false });
  const input = await readInput(file, maxBytes, terminal);
  if ('issue' in input) return nothingRead([input.issue]);
  return {
    ...validationOf(input.bytes, translator, {
      maxBytes,
      charsets: acceptedCharsets(input.bytes, accept),
      ...(mapping !== undefined && { mapping }),
    }),
  };
}

/** The verdict on bytes at hand. */
export function validationOf(bytes: Buffer, translator: Translator, options: Parameters<typeof examine>[2]): Judged {
  const { decoded, first, issues, valid } = examine(bytes, translator, options);
  const envelope = decoded.envelope?.mapping.id;
  return {
    issues,
    validation: {
      valid,
      format: first?.mapping.id ?? (decoded.charset === '' ? null : decoded.syntax),
      ...(envelope !== undefined && { envelope }),
      type: first?.type ?? null,
      functionCode: first?.functionCode ?? null,
      errors: issues.filter(isError).map(finding),
      warnings: issues.filter((found) => !isError(found)).map(finding),
    },
  };
}

function nothingRead(issues: readonly Issue[]): Judged {
  return { issues, validation: { valid: false, format: null, type: null, functionCode: null, errors: issues.map(finding), warnings: [] } };
}

const refused = (failure: unknown): Judged => nothingRead(failure instanceof ExchangeError ? failure.issues : [issue('INTERNAL', '')]);

const finding = ({ code, pointer, message }: Issue): Finding => ({ code, pointer, message });
