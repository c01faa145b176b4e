import { stat } from 'node:fs/promises';
import { readAgreements, readTranslationFiles } from '#config';
import { AgreementBook, why, type FieldAnswer, type WhyOptions, type WhyVerdict } from '#exchange';
import { createTranslator, PROJECTIONS, project } from '#formats';
import { loadEnvironment } from '#config';
import { issue, ExchangeError } from '#model';
import { manifestIn, verifyEvidence, type EvidencePack, type EvidenceVerdict, type TranslationStatement } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { GatewayOptions } from '../gateway/gateway-client.ts';
import { readInput } from '../input.ts';
import { reportIssues } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { fetchPack } from './pack.ts';
import { readTrust } from './verify.ts';

export interface WhyFieldOptions extends CommonOptions, GatewayOptions {
  readonly field: string;
  readonly trust?: string;
}

interface Explained extends WhyVerdict {
  readonly statement: TranslationStatement;
}

/** `landbridge why`. */
export async function whyField(terminal: Terminal, message: string, options: WhyFieldOptions): Promise<ExitCode> {
  const anchors = await readTrust(options.trust, terminal);
  const bytes = (await isFile(message)) ? await packFrom(message, terminal) : await fetchPack(message, options, 'yes');
  const verdict = verifyEvidence(bytes, anchors);
  if (verdict.outcome === 'signature' || verdict.outcome === 'key' || !verdict.pack) return refused(terminal, verdict, options);
  const { pack, translations } = verdict;
  const explain = translation();
  const explained = translations.flatMap((statement): Explained[] => {
    const [source, result] = [documentOf(pack, statement.source), documentOf(pack, statement.result)];
    return source && result ? [{ statement, ...why({ statement, source, result }, options.field, explain) }] : [];
  });
  if (translations.length === 0)
    throw new ExchangeError('NOT_FOUND', { detail: 'No translated message with a statement is in the evidence.' });
  if (explained.length === 0) throw new ExchangeError('NOT_FOUND', { detail: 'The documents are no longer kept; only their digests are.' });
  if (options.json) terminal.json({ outcome: verdict.outcome, translations: explained });
  else for (const one of explained) await print(terminal, one);
  return explained.some(({ answers }) => answers.length > 0) ? EXIT.OK : EXIT.INVALID;
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

async function packFrom(file: string, terminal: Terminal): Promise<Buffer> {
  const input = await readInput(file, 1024 * 1024 * 1024, terminal);
  if ('issue' in input) throw new ExchangeError('TOO_LARGE', { issues: [input.issue] });
  return input.bytes;
}

function refused(terminal: Terminal, { findings }: EvidenceVerdict, { json }: WhyFieldOptions): ExitCode {
  reportIssues(
    terminal,
    findings.map(({ at, reason }) => issue('SIGNATURE_INVALID', at, `${reason}.`)),
    json,
  );
  return EXIT.INVALID;
}

function translation(): WhyOptions {
  const translator = createTranslator(readTranslationFiles(), { lazily: true });
  const book = new AgreementBook(readAgreements(loadEnvironment().LANDBRIDGE_AGREEMENTS), {
    mappings: new Set(translator.mappings.map(({ id }) => id)),
    projections: new Set(Object.keys(PROJECTIONS)),
  });
  return { translator, book, project };
}

/** The octets that a side of the statement speaks of, where they are still here. */
function documentOf(pack: EvidencePack, side: TranslationStatement['source'] | TranslationStatement['result']): Buffer | undefined {
  const found = pack.messages.find(({ jws }) => manifestIn(jws)?.manifest.messageId === side.messageId);
  return found?.parts.find(({ name }) => name === side.part)?.bytes;
}

/** Names told where the one asked for is not there; --json has all of them. */
const MOST_NAMES = 60;

const CHANGES: Record<FieldAnswer['change'], string> = {
  unchanged: 'nobody: carried as the sender wrote it',
  converted: 'the mapping wrote it in another code or form',
  computed: 'the projection made it of several fields',
  added: 'added by the mapping, projection or agreement; it stands nowhere in the source',
  dropped: 'not carried over',
};

async function print(terminal: Terminal, { statement, reproduced, changedMappings, answers, similar }: Explained): Promise<void> {
  const { source, result, readBy, writtenBy, projection, referenceDataVersion, issuer, issued } = statement;
  terminal.line(terminal.paint('bold', `${source.messageId} of ${source.sender} became ${result.messageId} for ${result.recipient}`));
  terminal.line(
    `  by ${issuer} at ${issued}: read by ${readBy.id} ${readBy.version}${projection === undefined ? '' : `, projection ${projection}`}, written by ${writtenBy.id} ${writtenBy.version}`,
  );
  terminal.line(`  reference data ${referenceDataVersion}`);
  terminal.line(
    reproduced
      ? '  translated again: the very octets that were sent'
      : '  translated again: NOT the octets that were sent; the answers are those of today',
  );
  for (const { id, then, now } of changedMappings) terminal.line(`  mapping ${id} has changed: then ${then}, now ${now}`);
  if (answers.length === 0) {
    terminal.line('  the field was not found on either side');
    return terminal.note(`There are: ${similar.slice(0, MOST_NAMES).join(', ')}${similar.length > MOST_NAMES ? ', …' : ''}`);
  }
  await terminal.table(
    ['who changed it', 'source', 'value', 'rule', 'canonical', 'target', 'value', 'rule'],
    answers.flatMap((answer) => rowsOf(answer)),
  );
}

function rowsOf({ change, source, canonical, target, projection }: FieldAnswer): (string | undefined)[][] {
  const tail = [
    canonical,
    target?.pointer,
    target?.value,
    target && [target.rule, projection && `after ${projection}`].filter(Boolean).join(' '),
  ];
  if (source.length === 0) return [[CHANGES[change], undefined, undefined, undefined, ...tail]];
  return source.map(({ pointer, value, rule }, row) => [row === 0 ? CHANGES[change] : undefined, pointer, value, rule, ...tail]);
}
