import { readTranslationFiles } from '#config';
import { EdifactSyntax, readDirectories, readXml } from '#formats';
import { ExchangeError, parseStrictJson, type Issue } from '#model';
import { probeJws, probeKey, type ProbeVerdict } from '#trust';
import type { CommonOptions } from '../command.ts';
import { examine, isError } from '../documents/examine.ts';
import { acceptedCharsets, DEFAULT_LIMIT, loadTranslator } from '../documents/formats.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput, readSmallFile, stdinLines } from '../input.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ProbeOptions extends CommonOptions {
  readonly batch?: boolean;
  readonly jwk?: string;
  readonly accept?: readonly string[];
}

export interface Verdict {
  readonly verdict: 'accept' | 'refuse';
  readonly code: string;
}
type Judge = (bytes: Buffer) => Verdict;

const ACCEPTED: Verdict = { verdict: 'accept', code: 'ACCEPTED' };

/** The first error refuses; warnings do not. */
export function verdictOf(issues: readonly Issue[]): Verdict {
  const error = issues.find(isError);
  return error ? { verdict: 'refuse', code: error.code } : ACCEPTED;
}

/** How each probe judges bytes. Built once a process, whatever it needs loaded before the first verdict. */
const JUDGES: Readonly<Record<string, (options: ProbeOptions) => Judge>> = {
  // XML processors must read UTF-16 (XML 1.0 §4.3.3), so the suite is judged as on a link that agreed to it.
  'parse-xml':
    ({ accept = ['utf-16'] }) =>
    (bytes) =>
      verdictOf(readXml(bytes, { charsets: accept, maxBytes: DEFAULT_LIMIT }).issues),
  'parse-json': () => (bytes) => {
    const read = parseStrictJson(bytes);
    return read.ok ? ACCEPTED : { verdict: 'refuse', code: read.issue.code };
  },
  'parse-edifact': ({ accept }) => {
    const syntax = new EdifactSyntax(readDirectories(readTranslationFiles().edifact).directories);
    return (bytes) => {
      const { documents, issues } = syntax.read(bytes, { charsets: acceptedCharsets(bytes, accept), maxBytes: DEFAULT_LIMIT });
      // Whether we have a directory for the message type is not a question of syntax.
      const verdict = verdictOf(issues.filter(({ code }) => code !== 'MESSAGE_TYPE_UNKNOWN'));
      return verdict.verdict === 'accept' && documents.length === 0 ? { verdict: 'refuse', code: 'FORMAT_UNKNOWN' } : verdict;
    };
  },
  decode: ({ accept }) => {
    const translator = loadTranslator();
    return (bytes) => verdictOf(examine(bytes, translator, { charsets: acceptedCharsets(bytes, accept), maxBytes: DEFAULT_LIMIT }).issues);
  },
  'check-key': () => (bytes) => {
    const read = parseStrictJson(bytes);
    return read.ok ? probeKey(read.value) : { verdict: 'refuse', code: read.issue.code };
  },
};

/** The handler of one `landbridge probe` command. */
export const runProbe =
  (name: string) =>
  (terminal: Terminal, options: ProbeOptions): Promise<ExitCode> => {
    if (name === 'verify-jws') return options.batch ? verifyBatch(terminal) : verifyOne(terminal, options);
    const judge = JUDGES[name]!(options);
    return options.batch ? judgeBatch(judge, terminal) : judgeOne(judge, terminal, options);
  };

async function judgeOne(judge: Judge, terminal: Terminal, { jwk = '-' }: ProbeOptions): Promise<ExitCode> {
  terminal.json(await judgeFile(judge, jwk, terminal));
  return EXIT.OK;
}

async function judgeBatch(judge: Judge, terminal: Terminal): Promise<ExitCode> {
  for await (const file of stdinLines(terminal)) {
    const answer = await judgeFile(judge, file, terminal).catch(unreadable);
    terminal.json({ file, ...answer });
  }
  return EXIT.OK;
}

async function judgeFile(judge: Judge, file: string, terminal: Terminal): Promise<Verdict & { ms: number }> {
  const input = await readInput(file, DEFAULT_LIMIT, terminal);
  return timed(() => ('issue' in input ? { verdict: 'refuse', code: input.issue.code } : judge(input.bytes)));
}

async function verifyOne(terminal: Terminal, { jwk }: ProbeOptions): Promise<ExitCode> {
  if (jwk === undefined) throw usage('--jwk', 'Name the file of the key.');
  const key = parseStrictJson(await readSmallFile(jwk, terminal));
  const input = await readInput('-', DEFAULT_LIMIT, terminal);
  const answer = timed(() => {
    if (!key.ok) return { verdict: 'refuse', code: key.issue.code };
    if ('issue' in input) return { verdict: 'refuse', code: input.issue.code };
    // The line end is the shell's, not the signer's.
    return probeJws({ jwk: key.value, jws: input.bytes.toString('latin1').replace(/\r?\n$/, '') });
  });
  terminal.json(answer);
  return EXIT.OK;
}

async function verifyBatch(terminal: Terminal): Promise<ExitCode> {
  for await (const line of stdinLines(terminal)) {
    const { id, ...answer } = verifyLine(line);
    terminal.json({ id: id ?? null, ...answer });
  }
  return EXIT.OK;
}

/** One line of a batch. An unreadable line is refused under its id, if even that can be told. */
export function verifyLine(line: string): Verdict & { id?: unknown; ms: number } {
  const read = parseStrictJson(Buffer.from(line, 'utf8'));
  if (!read.ok) return { id: idOf(line), ...timed(() => ({ verdict: 'refuse', code: read.issue.code })) };
  const { id, jwk, jws } = (typeof read.value === 'object' && read.value !== null ? read.value : {}) as Record<string, unknown>;
  return { id, ...timed((): ProbeVerdict => probeJws({ jwk, jws })) };
}

function idOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}

/** The time is that of judging alone, without reading the file. */
function timed(judge: () => Verdict): Verdict & { ms: number } {
  const start = performance.now();
  const { verdict, code } = judge();
  return { verdict, code, ms: Math.round((performance.now() - start) * 1000) / 1000 };
}

function unreadable(failure: unknown): Verdict & { ms: number } {
  return { verdict: 'refuse', code: failure instanceof ExchangeError ? failure.code : 'INTERNAL', ms: 0 };
}
