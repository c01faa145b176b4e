import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { loadMappings } from '#formats/tools';
import {
  casesFor,
  certificateOf,
  GROUPS,
  htmlReport,
  junitReport,
  LANGUAGES,
  runSuite,
  type Bench,
  type EndpointRole,
  type Group,
  type SuiteReport,
} from '#onboarding';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Progress } from '../terminal/progress.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { benchAt, benchFor, placeOf, type PartnerOptions, type PartnerPlace } from './partner-bench.ts';

export interface RunOptions extends CommonOptions, PartnerOptions {
  readonly against?: string;
  readonly listen?: string;
  readonly rotateWait?: number;
  readonly report: string;
  readonly software?: string;
  readonly role: EndpointRole;
  readonly group?: readonly string[];
  readonly short?: boolean;
  readonly seed: number;
}

/** `landbridge conformance run`. */
export async function runConformance(terminal: Terminal, options: RunOptions): Promise<ExitCode> {
  const groups = groupsOf(options.group);
  const { against, listen } = options;
  if ((against === undefined) === (listen === undefined)) throw usage('--against', 'Either --against or --listen is needed.');
  const place = await placeOf(against ?? '', options);
  const bench = listen === undefined ? await benchAt(place, options) : await hosted(terminal, place, options, listen);
  if (options.rotateWait !== undefined) askForRotation(terminal, bench, options.rotateWait);
  try {
    const report = await run(terminal, bench, options, groups);
    await place.heads.advance(bench.head);
    return tell(terminal, report, options, await write(report, bench, options));
  } finally {
    await bench.options.endpoint.close();
  }
}

/** Waits for the partner's system as long as a person needs to start it. */
async function hosted(terminal: Terminal, place: PartnerPlace, options: RunOptions, listen: string): Promise<Bench> {
  const [, host, port] = /^(?:\[?([^\]]+)\]?:)?(\d{1,5})$/.exec(listen) ?? [];
  if (port === undefined) throw usage('--listen', 'It has the form 8099 or 127.0.0.1:8099.');
  const { bench, url, connected } = await benchFor(place, options, { host: host ?? '127.0.0.1', port: Number(port) });
  terminal.note(`Listening on ${url}: let the system of ${options.peer} connect to link ${options.link} there.`);
  await connected;
  terminal.note('Connected.');
  return bench;
}

/** The endpoint's own key is changed by whoever runs it; the suite waits until it sees another one. */
function askForRotation(terminal: Terminal, bench: Bench, seconds: number): void {
  const { endpoint, directory, peer, now } = bench.options;
  const current = () => directory.signingKey(peer, now())?.kid;
  endpoint.rotate = async () => {
    const before = current();
    terminal.note(`Rotate the key of ${peer} now; it is waited for ${seconds} s.`);
    await bench.inbox.wait(() => (current() === before ? undefined : true), seconds * 1_000);
  };
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
  for (const language of LANGUAGES) {
    await writeFile(place(`report.${language}.html`), htmlReport(report, language));
    await writeFile(place(`report.${language}.xml`), junitReport(report, language));
  }
  const { peer, directory, now } = bench.options;
  const kid = directory.signingKey(peer, now())?.kid;
  if (!report.passed || report.extent !== 'full' || options.software === undefined || kid === undefined) return undefined;
  const fields = {
    report,
    reportBytes,
    endpoint: `${options.against?.replace(/\/$/, '') ?? 'mailbox of the suite'}/links/${options.link}`,
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
