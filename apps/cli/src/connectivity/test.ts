import { brokerPermissions, mailboxPermissions, SocketProbe } from '#adapters';
import {
  CONNECTIVITY_ROWS,
  ROW_TEXTS,
  testConnectivity,
  type Bench,
  type ConnectivityRow,
  type Language,
  type RowResult,
} from '#onboarding';
import type { CommonOptions } from '../command.ts';
import { benchAt, placeOf, type PartnerOptions } from '../conformance/partner-bench.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usage } from '../terminal/report.ts';
import { printable, type Terminal } from '../terminal/terminal.ts';

export interface TestOptions extends CommonOptions, PartnerOptions {
  readonly url: string;
  readonly row?: readonly string[];
  readonly large: number;
  readonly language: Language;
}

const MARKS: Readonly<Record<RowResult['state'], string>> = { ok: '✓', failed: '✗', skipped: '·', 'not applicable': '–' };

/** `landbridge connectivity test`. */
export async function testLink(terminal: Terminal, options: TestOptions): Promise<ExitCode> {
  const rows = rowsOf(options.row);
  if (!URL.canParse(options.url)) throw usage('--url', 'It is an address such as https://gateway.example or amqps://user@broker.example.');
  const place = await placeOf(options.url, options);
  const { url, tls, token } = place;
  const permissions = () =>
    /^amqps?:/.test(url) ? brokerPermissions(url, options.link, tls) : mailboxPermissions({ url, link: options.link, token });
  const { ca, cert, key } = tls as { ca?: string; cert?: string; key?: string };
  const clientCertificate = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const network = new SocketProbe({ url, ca, clientCertificate, permissions, now: () => new Date() });
  let bench: Bench | undefined;
  const connect = async () => (bench = await benchAt(place, options));
  const onRow = options.json ? undefined : (result: RowResult) => showRow(terminal, result, options.language);
  const results = await testConnectivity({
    network,
    exchange: { connect, largeBytes: options.large },
    ...(rows && { rows }),
    ...(onRow && { onRow }),
  });
  if (bench) await place.heads.advance(bench.head);
  const ok = results.every(({ state }) => state === 'ok' || state === 'not applicable');
  if (options.json)
    terminal.json({
      ok,
      rows: results.map((result) => ({
        ...result,
        ...(result.state === 'failed' && { advice: ROW_TEXTS[result.row].advice[options.language] }),
      })),
    });
  return ok ? EXIT.OK : EXIT.INVALID;
}

/** One row for a person, with what to do where it failed. */
export function showRow(terminal: Terminal, { row, state, detail, code, ms }: RowResult, language: Language): void {
  const { title, advice } = ROW_TEXTS[row];
  terminal.line(
    `${MARKS[state]} ${row.padEnd(18)} ${title[language]}: ${code === undefined ? '' : `${code} `}${printable(detail)} (${ms} ms)`,
  );
  if (state === 'failed') terminal.line(`    ${advice[language]}`);
}

function rowsOf(names: readonly string[] | undefined): readonly ConnectivityRow[] | undefined {
  const unknown = names?.find((name) => !(CONNECTIVITY_ROWS as readonly string[]).includes(name));
  if (unknown !== undefined) throw usage('--row', `${unknown} is none of ${CONNECTIVITY_ROWS.join(', ')}.`);
  return names && CONNECTIVITY_ROWS.filter((row) => names.includes(row));
}
