import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAgreements, readTranslationFiles } from '#config';
import { createTranslator, type Translator } from '#formats';
import type { MessageDetail } from '#exchange';
import { ExchangeError, type Agreements } from '#model';
import { newMessageId } from '#trust';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printable, type Terminal } from '../terminal/terminal.ts';
import { settle } from './acts/close.ts';
import { DemoFailure } from './demo-failure.ts';
import { Programme } from './programme.ts';
import { openStage, type DemoSettings } from './settings.ts';
import type { PartyProcess } from './stage/party-process.ts';
import type { Receipted } from './stage/journal-line.ts';
import type { Stage } from './stage/stage.ts';

/** What became of a file. */
export interface FileFate {
  readonly fate: 'delivered' | 'refused' | 'parked' | 'rejected';
  readonly from: string;
  readonly format: string;
  readonly issues: readonly { readonly code: string; readonly severity: string; readonly pointer: string; readonly message: string }[];
  /** The messages made of it, and where they are kept. */
  readonly delivered: readonly { readonly to: string; readonly type: string; readonly file: string }[];
}

/** Sends one file of the user's through a real gateway and says what became of it. Exit code 0 delivered, 2 anything else. */
export async function runFile(terminal: Terminal, settings: DemoSettings & { readonly file: string }): Promise<ExitCode> {
  const bytes = await readFile(settings.file).catch(() => {
    throw new ExchangeError('FILE_UNREADABLE', { pointer: settings.file });
  });
  const recognised = recognise(createTranslator(readTranslationFiles(), { lazily: true }), readAgreements(), bytes, settings.from);
  const programme = new Programme(terminal, settings.json);
  programme.say(terminal.paint('bold', `Landbridge: what becomes of ${settings.file}`));
  const stage = await openStage(programme, settings);
  let found: FileFate | DemoFailure;
  try {
    found = await follow(stage, programme, settings.file, recognised);
  } catch (error) {
    // The step that failed has said why.
    if (!(error instanceof DemoFailure)) throw error;
    found = error;
  } finally {
    await stage.close();
  }
  const { file, folder, json } = settings;
  const delivered = !(found instanceof DemoFailure) && found.fate === 'delivered';
  const fate = found instanceof DemoFailure ? { failure: found.message } : found;
  if (json) terminal.json({ ok: delivered, file, folder, ...fate });
  else if (!(found instanceof DemoFailure)) tell(terminal, programme, found, folder);
  return delivered ? EXIT.OK : EXIT.INVALID;
}

async function follow(stage: Stage, programme: Programme, file: string, { format, sender }: Recognised): Promise<FileFate> {
  programme.say();
  programme.check(`recognised as ${format}; ${sender} sends it`, true);
  const party = stage.party(sender);
  const messageId = newMessageId(new Date());
  const receipt = await programme.step('signed, sent and answered', () => sendAndWait(party, messageId, file));
  const about = { from: sender, format };
  if (receipt === undefined) return { ...about, fate: 'rejected', issues: [], delivered: [] };
  if (receipt.status === 'refused') return { ...about, fate: 'refused', issues: receipt.issues, delivered: [] };
  const detail = (await stage.gateway.detail(messageId)).find(({ direction }) => direction === 'in');
  if (detail?.state !== 'routed') return { ...about, fate: 'parked', issues: detail?.issues ?? [], delivered: [] };
  const delivered = await programme.step('delivered', () => places(stage, detail));
  await programme.step('answered and receipted to the end', () => settle(stage));
  return { ...about, fate: 'delivered', issues: receipt.issues, delivered };
}

interface Recognised {
  readonly format: string;
  readonly sender: string;
}

/** What the file is, and which party would send such a thing: the first with a route for its type that may write in its encoding. */
function recognise(translator: Translator, { links, routes }: Agreements, bytes: Buffer, from: string | undefined): Recognised {
  if (from !== undefined && !links.some(({ partner }) => partner === from)) {
    throw new ExchangeError('USAGE', { detail: `--from is one of ${links.map(({ partner }) => partner).join(', ')}.` });
  }
  const candidates = links.filter(({ partner }) => from === undefined || partner === from);
  const readings = candidates.map((link) => {
    const decoded = translator.decode(bytes, { charsets: link.charsets });
    const [message] = decoded.messages;
    const routed = routes.some((route) => route.from === link.partner && route.messageType === message?.canonicalType);
    const format = [decoded.envelope?.mapping.id, message?.mapping.id].filter((id) => id !== undefined).join(' / ');
    return { sender: link.partner, format, routed };
  });
  const best = readings.find(({ routed }) => routed) ?? readings.find(({ format }) => format !== '') ?? readings[0]!;
  return { sender: best.sender, format: best.format || 'no format known here' };
}

/** The receipt, or undefined when the gateway would not even keep the message. */
async function sendAndWait(party: PartyProcess, messageId: string, file: string): Promise<Receipted | undefined> {
  const rejected = () => party.lines.some((line) => line.event === 'rejected' && line.messageId === messageId);
  party.tell({ do: 'send', messageId, file });
  await party.until(() => party.receipts(messageId, 'R2').length > 0 || rejected(), 'the gateway answers');
  return party.receipts(messageId, 'R2')[0];
}

/** Waits until every message made of it is with its receiver. */
async function places(stage: Stage, { related }: MessageDetail): Promise<FileFate['delivered']> {
  const outbound = related.filter(({ direction }) => direction === 'out');
  if (outbound.length === 0) throw new DemoFailure('Nothing was made of it.');
  return Promise.all(
    outbound.map(async ({ link, messageId }) => {
      const partner = stage.agreements.links.find(({ id }) => id === link)?.partner ?? '';
      const [line] = await stage.party(partner).deliveries(1, (one) => one.messageId === messageId, `${partner} gets it`);
      return { to: partner, type: line!.type, file: join(stage.options.folder, partner, line!.file) };
    }),
  );
}

const FATES: Readonly<Record<FileFate['fate'], string>> = {
  delivered: 'Accepted and delivered.',
  refused: 'Refused: the message is kept, nothing of it travelled on, its sender has a signed receipt with every error.',
  parked: 'Kept, and parked for a person: the sender did nothing wrong, but it cannot go on.',
  rejected: 'Not taken in at all.',
};

function tell(terminal: Terminal, programme: Programme, { fate, issues, delivered }: FileFate, folder: string): void {
  programme.say();
  programme.say(terminal.paint(fate === 'delivered' ? 'green' : 'red', FATES[fate]));
  for (const { to, type, file } of delivered) programme.say(`  ${to} got ${type}: ${file}`);
  if (issues.length > 0) programme.say();
  for (const { code, severity, pointer, message } of issues) {
    const where = pointer === '' ? 'the document' : printable(pointer);
    programme.say(`  ${terminal.paint(severity === 'error' ? 'red' : 'yellow', `${severity} ${code}`)}  ${where}`);
    programme.say(`    ${printable(message)}`);
  }
  programme.say(`Every message and receipt: ${folder}`);
}
