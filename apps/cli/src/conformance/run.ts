import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MailboxPartner, PartnerUnderTest } from '#adapters';
import { loadEnvironment, readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { loadMappings } from '#formats/tools';
import {
  Bench,
  casesFor,
  certificateOf,
  GROUPS,
  htmlReport,
  junitReport,
  LANGUAGES,
  runSuite,
  type EndpointRole,
  type Group,
  type LinkHead,
  type SuiteReport,
} from '#onboarding';
import { signMailboxToken } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { openKeys } from '../keys/key-place.ts';
import { Progress } from '../terminal/progress.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface RunOptions extends CommonOptions {
  readonly against: string;
  readonly link: string;
  readonly self: string;
  readonly peer: string;
  readonly report: string;
  readonly software?: string;
  readonly role: EndpointRole;
  readonly group?: readonly string[];
  readonly short?: boolean;
  readonly production?: boolean;
  readonly seed: number;
  readonly timeout: number;
  readonly keys?: string;
}

/** `landbridge conformance run`. */
export async function runConformance(terminal: Terminal, options: RunOptions): Promise<ExitCode> {
  const groups = groupsOf(options.group);
  const folder = await openKeys(options.keys);
  const now = () => new Date();
  const signer = await folder.signer(options.self, now());
  const directory = await folder.directory();
  if (!directory.document(options.peer))
    throw usage('--peer', 'Its key document is not in the key folder; landbridge keys import takes it in.');
  const place = headFile(options);
  const bench: Bench = new Bench({
    endpoint: endpointOf(options, () => bench.signer, now),
    self: options.self,
    peer: options.peer,
    link: options.link,
    signer,
    directory,
    test: options.production !== true,
    now,
    deadlineMs: options.timeout * 1_000,
    head: await readHead(place),
    makeKey: (alg) => folder.make(alg),
    onDocument: (document) => folder.store(document),
  });
  try {
    const report = await run(terminal, bench, options, groups);
    await writeFile(place, JSON.stringify(bench.head));
    const certificate = await write(report, bench, options);
    return tell(terminal, report, options, certificate);
  } finally {
    await bench.options.endpoint.close();
  }
}

function endpointOf({ against, link, self, peer }: RunOptions, signer: () => Bench['signer'], now: () => Date): PartnerUnderTest {
  const url = against.replace(/\/$/, '');
  // Poll after poll: what comes wakes it at once, and a short wait lets the run end soon.
  const token = (request: { method: 'GET' | 'POST'; path: string }) =>
    signMailboxToken({ gateway: peer, ...request }, self, signer(), now());
  const partner = new MailboxPartner({ url, link, token, waitSeconds: 5 });
  return new PartnerUnderTest(partner, { tellsAtOnce: true, now, messagesUrl: `${url}/links/${encodeURIComponent(link)}/messages` });
}

async function run(terminal: Terminal, bench: Bench, { role, short, seed }: RunOptions, groups: readonly Group[]): Promise<SuiteReport> {
  const formats = groups.includes('format');
  const files = formats ? readTranslationFiles() : undefined;
  const cases = casesFor(files && { mappings: loadMappings(files).mappings, translator: createTranslator(files, { lazily: true }), seed });
  const wanted = cases.filter(({ group, short: small }) => groups.includes(group) && (!short || small));
  const progress = new Progress(terminal, `of ${wanted.length} cases`, wanted.length);
  const report = await runSuite(bench, { cases: wanted, role, groups, extent: short ? 'short' : 'full', onCase: () => progress.advance() });
  progress.end();
  return report;
}

/** Reports, and the certificate of a full run that passed; returns its place. */
async function write(report: SuiteReport, bench: Bench, options: RunOptions): Promise<string | undefined> {
  await mkdir(options.report, { recursive: true });
  const place = (name: string) => join(options.report, name);
  const reportBytes = Buffer.from(JSON.stringify(report));
  await writeFile(place('report.json'), reportBytes);
  await writeFile(place('report.xml'), junitReport(report, 'en'));
  for (const language of LANGUAGES) await writeFile(place(`report.${language}.html`), htmlReport(report, language));
  const { peer, directory, now } = bench.options;
  const kid = directory.signingKey(peer, now())?.kid;
  if (!report.passed || report.extent !== 'full' || options.software === undefined || kid === undefined) return undefined;
  const fields = {
    report,
    reportBytes,
    endpoint: `${options.against.replace(/\/$/, '')}/links/${options.link}`,
    software: options.software,
    kid,
  };
  await writeFile(place('certificate.jws'), certificateOf(fields, bench.signer, now()));
  return place('certificate.jws');
}

function tell(terminal: Terminal, report: SuiteReport, options: RunOptions, certificate: string | undefined): ExitCode {
  const { passed, counts, assertions, ms } = report;
  const failed = report.cases.filter(({ verdict }) => verdict === 'failed' || verdict === 'not run');
  if (options.json) {
    terminal.json({
      passed,
      counts,
      assertions,
      ms,
      failed: failed.map(({ id, verdict }) => ({ id, verdict })),
      report: options.report,
      certificate,
    });
  } else {
    for (const { id, verdict, what, story, reason, checks } of failed) {
      const wrong = checks.find(({ ok }) => !ok);
      terminal.line(`${verdict}  ${id}  ${story.purpose.en.replaceAll('{what}', what.en)}`);
      if (wrong) terminal.line(`    ${wrong.label}: expected ${wrong.expected}, was ${wrong.actual}`);
      if (reason !== undefined) terminal.line(`    ${reason}`);
    }
    terminal.line(
      `${counts.passed} passed, ${counts.failed} failed, ${counts['not run']} not run, ${counts['not applicable']} not applicable; ${assertions} assertions in ${(ms / 1000).toFixed(1)} s`,
    );
    terminal.line(certificate === undefined ? `Report: ${join(options.report, 'report.en.html')}` : `Certificate: ${certificate}`);
  }
  return passed ? EXIT.OK : EXIT.INVALID;
}

function groupsOf(names: readonly string[] | undefined): readonly Group[] {
  const unknown = names?.find((name) => !(GROUPS as readonly string[]).includes(name));
  if (unknown !== undefined) throw usage('--group', `${unknown} is none of ${GROUPS.join(', ')}.`);
  return names ? GROUPS.filter((group) => names.includes(group)) : GROUPS;
}

/** Where the link's last message of ours is remembered, so that the next run goes on from it. */
function headFile({ keys, link }: RunOptions): string {
  const data = keys === undefined ? loadEnvironment().LANDBRIDGE_DATA : dirname(keys);
  return join(data, `conformance-${link}.json`);
}

async function readHead(place: string): Promise<LinkHead | undefined> {
  const text = await readFile(place, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as LinkHead);
}
