import { hintCharsets } from '#formats';
import type { Issue } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../input.ts';
import { reportIssues } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { isError } from './examine.ts';
import { acceptedCharsets, DEFAULT_LIMIT, loadTranslator } from './formats.ts';

export interface DetectOptions extends CommonOptions {
  readonly accept?: readonly string[];
  readonly maxBytes?: number;
}

/**
 * `landbridge detect`: format, type, version, encoding. Exit 2 when the type stays unknown. Where the bytes fit no encoding that
 * was agreed, what they look like is shown as a hint: nothing is read by it.
 */
export async function detect(terminal: Terminal, file: string, options: DetectOptions): Promise<ExitCode> {
  const { accept, maxBytes = DEFAULT_LIMIT } = options;
  const input = await readInput(file, maxBytes, terminal);
  const { detection, issues } =
    'issue' in input ? { detection: undefined, issues: [input.issue] } : detectBytes(input.bytes, accept, maxBytes);
  const hint = 'bytes' in input && issues.some(isAboutEncoding) ? hintCharsets(input.bytes)[0]?.charset : undefined;
  if (options.json) {
    const { mapping, type, version, charset, functionCode, envelope, syntax } = detection ?? {};
    terminal.json({
      format: mapping ?? syntax ?? null,
      type: type ?? null,
      version: version ?? null,
      encoding: charset ?? null,
      ...(hint !== undefined && { encodingHint: hint }),
      functionCode: functionCode ?? null,
      ...(envelope !== undefined && { envelope }),
      issues,
    });
  } else {
    if (detection) {
      const { mapping, syntax, type, version, charset, functionCode, envelope } = detection;
      const rows = { format: mapping ?? syntax, type, version, encoding: charset, function: functionCode, envelope };
      for (const [name, value] of Object.entries(rows))
        if (value !== undefined) terminal.line(`${terminal.paint('dim', name.padEnd(9))} ${value}`);
    }
    reportIssues(terminal, issues);
    if (hint !== undefined)
      terminal.note(`The bytes look like ${hint}. Agree the encoding with the sender; --accept ${hint.toLowerCase()} reads it here.`);
  }
  return detection?.mapping !== undefined && !issues.some(isError) ? EXIT.OK : EXIT.INVALID;
}

function detectBytes(bytes: Buffer, accept: readonly string[] | undefined, maxBytes: number) {
  return loadTranslator().detect(bytes, { charsets: acceptedCharsets(bytes, accept), maxBytes });
}

const isAboutEncoding = ({ code }: Issue): boolean => code === 'ENCODING_INVALID' || code === 'ENCODING_UNSUPPORTED';
