import { parseStrictJson } from '#model';
import {
  EVIDENCE_OUTCOMES,
  REASONS,
  summaries,
  verifyEvidence,
  type EvidenceVerdict,
  type SummaryLanguage,
  type TrustAnchors,
} from '#trust';
import { z } from 'zod';
import type { CommonOptions } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { kidOf } from '../keys/fingerprint.ts';
import { readInput, readSmallFile } from '../input.ts';
import { reportIssues, usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { judgeStamps, withStamps, type JudgedStamp } from './time-stamps.ts';
import { VERDICT_WORDS, type VerdictWords } from './words.ts';

export interface VerifyOptions extends CommonOptions {
  readonly trust?: string;
  readonly tsaCa?: string;
  readonly lang?: SummaryLanguage;
}

const Kid = z.string().transform((text, { issues }) => {
  const kid = kidOf(text);
  if (kid === undefined) issues.push({ code: 'custom', input: text });
  return kid ?? '';
});
const Trust = z.record(z.string().regex(/^[A-Z][A-Z0-9]{1,15}$/), z.array(Kid));

/** What a pack may have: more than this was never written. */
const MAX_PACK = 1024 * 1024 * 1024;

/** `landbridge verify`. The exit code is the outcome. */
export async function verify(terminal: Terminal, file: string, { trust, tsaCa, lang, json }: VerifyOptions): Promise<ExitCode> {
  const anchors = await readTrust(trust, terminal);
  const authority = tsaCa === undefined ? undefined : await readAuthority(tsaCa, terminal);
  const input = await readInput(file, MAX_PACK, terminal);
  if ('issue' in input) {
    reportIssues(terminal, [input.issue], json);
    return EVIDENCE_OUTCOMES.signature;
  }
  const alone = verifyEvidence(input.bytes, anchors);
  const stamps = alone.pack ? await judgeStamps(alone.pack, authority) : [];
  const verdict = withStamps(alone, stamps);
  if (json) terminal.json(described(verdict, stamps, anchors));
  else if (lang) printPlainly(terminal, verdict, stamps, anchors, lang);
  else await print(terminal, verdict, stamps, anchors);
  return EVIDENCE_OUTCOMES[verdict.outcome];
}

/** The trust file: keys by their id or, as people compare them, by their fingerprint. */
export async function readTrust(file: string | undefined, terminal: Terminal): Promise<TrustAnchors | undefined> {
  if (file === undefined) return undefined;
  const json = parseStrictJson(await readSmallFile(file, terminal), { depth: 2 });
  const parsed = json.ok ? Trust.safeParse(json.value) : undefined;
  if (!parsed?.success) throw usage('--trust', 'It is JSON of the form {"PARTY": ["fingerprint", …]}; landbridge keys trust writes one.');
  return parsed.data;
}

async function readAuthority(file: string, terminal: Terminal): Promise<string> {
  const pem = (await readSmallFile(file, terminal)).toString('latin1');
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw usage('--tsa-ca', 'The file holds no certificate in PEM.');
  return pem;
}

/** The verdict for programs; nothing of the documents. */
const described = (
  { outcome, subject, provenAt, findings, keys, receipts, translations, pack }: EvidenceVerdict,
  stamps: readonly JudgedStamp[],
  anchors?: TrustAnchors,
) => ({
  outcome,
  anchors: anchors === undefined ? 'pack' : 'given',
  ...(pack && { gateway: pack.gateway }),
  ...(subject && { subject: { messageId: subject.messageId, from: subject.from.party, to: subject.to.party, type: subject.messageType } }),
  ...(provenAt && { provenAt: provenAt.toISOString() }),
  timestamps: stamps,
  findings: findings.map((found) => ({ ...found, text: REASONS[found.reason] })),
  keys,
  receipts: receipts.map(({ issuer, issued, levels, status, about }) => ({ issuer, issued, levels, status, messageId: about.messageId })),
  translations,
});

const isGood = (outcome: EvidenceVerdict['outcome']): boolean => outcome === 'intact' || outcome === 'purged';

/** For somebody who has never seen a pack: the verdict in words, then the summary that the pack carries. */
function printPlainly(
  terminal: Terminal,
  { outcome, pack, provenAt, findings }: EvidenceVerdict,
  stamps: readonly JudgedStamp[],
  anchors: TrustAnchors | undefined,
  language: SummaryLanguage,
): void {
  const words = VERDICT_WORDS[language];
  terminal.line(terminal.paint(isGood(outcome) ? 'green' : 'red', words.outcome[outcome]));
  if (provenAt) terminal.line(words.provenAt(pack?.gateway ?? '', provenAt.toISOString()));
  for (const line of new Set(stamps.map((stamp) => stampLine(stamp, words)))) terminal.line(line);
  if (pack) terminal.line(anchors ? words.pinned : words.unpinned);
  if (findings.length > 0) terminal.line([words.findings, ...findings.map(({ at, reason }) => `  ${at} ${reason}`)].join('\n'));
  if (pack) terminal.line(`\n${summaries(pack)[language].trimEnd()}`);
}

const stampLine = ({ verdict, time }: JudgedStamp, words: VerdictWords): string =>
  time ? words.stampVerified(time.toISOString()) : verdict === 'refused' ? words.stampRefused : words.stampUnjudged;

async function print(
  terminal: Terminal,
  verdict: EvidenceVerdict,
  stamps: readonly JudgedStamp[],
  anchors: TrustAnchors | undefined,
): Promise<void> {
  const { outcome, findings, keys, subject, provenAt, pack } = verdict;
  terminal.line(terminal.paint(isGood(outcome) ? 'green' : 'red', VERDICT_WORDS.en.outcome[outcome]));
  if (subject)
    terminal.line(
      `message ${subject.messageId}, ${subject.from.party} to ${subject.to.party}, ${subject.messageType.type}, created ${subject.created}`,
    );
  if (provenAt) terminal.line(`in the signed log of ${pack?.gateway ?? ''} at ${provenAt.toISOString()}`);
  for (const line of new Set(stamps.map((stamp) => stampLine(stamp, VERDICT_WORDS.en)))) terminal.line(line);
  if (findings.length > 0)
    await terminal.table(
      ['where', 'finding', 'meaning'],
      findings.map(({ at, reason }) => [at, reason, REASONS[reason]]),
    );
  if (keys.length > 0)
    await terminal.table(
      ['party', 'key (thumbprint)', 'believed because'],
      keys.map(({ party, kid, anchor }) => [party, kid, ANCHORS[anchor]]),
    );
  if (!anchors && pack)
    terminal.note('Checked against the keys in the pack itself: compare the thumbprints with the parties and give them with --trust.');
}

const ANCHORS = {
  pinned: 'you gave it',
  introduced: 'a key you gave introduced it',
  pack: 'the pack says so',
  none: 'nothing',
} as const;
