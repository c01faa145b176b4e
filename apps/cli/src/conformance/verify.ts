import { openCertificate } from '#onboarding';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput, readSmallFile } from '../input.ts';
import { openKeys } from '../keys/key-place.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface VerifyOptions extends CommonOptions {
  readonly kid?: string;
  readonly software?: string;
  readonly report?: string;
  readonly keys?: string;
}

const MAX_REPORT = 256 * 1024 * 1024;

/** `landbridge conformance verify`. */
export async function verifyCertificate(terminal: Terminal, file: string, options: VerifyOptions): Promise<ExitCode> {
  const jws = await readSmallFile(file, terminal);
  const directory = await (await openKeys(options.keys)).directory();
  const report = options.report === undefined ? undefined : await readInput(options.report, MAX_REPORT, terminal);
  if (report && 'issue' in report) throw usage('--report', report.issue.message);
  const { kid, software } = options;
  const { verdict, certificate, reason } = openCertificate(trimmed(jws), directory, {
    now: new Date(),
    kid,
    software,
    reportBytes: report?.bytes,
  });
  if (options.json) terminal.json({ verdict, ...(certificate && { certificate }), ...(reason && { reason }) });
  else {
    terminal.line(verdict);
    if (certificate) {
      const { subject, suite, issuer, issued, expires } = certificate;
      terminal.line(`${subject.party} (${subject.role}) at ${subject.endpoint}, ${subject.software}, key ${subject.kid}`);
      terminal.line(`suite ${suite.version}: ${suite.cases} cases, ${suite.assertions} assertions (${suite.groups.join(', ')})`);
      terminal.line(`issued by ${issuer} ${issued}, expires ${expires}`);
    } else if (reason) terminal.note(reason);
  }
  if (verdict === 'valid') return EXIT.OK;
  return verdict === 'not trusted' ? EXIT.SIGNATURE : EXIT.INVALID;
}

/** Editors like to end a file with a line feed; it is not part of the JWS. */
const trimmed = (jws: Buffer): Buffer => Buffer.from(jws.toString('latin1').trim(), 'latin1');
