import { writeFile } from 'node:fs/promises';
import type { ConnectivityRow, Language, RowResult } from '#onboarding';
import type { CommonOptions } from '../command.ts';
import { showRow } from '../connectivity/test.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { usage } from '../terminal/report.ts';
import { printable, type Terminal } from '../terminal/terminal.ts';

type Options = CommonOptions & GatewayOptions;
type Reasoned = Options & { readonly reason: string };

interface Run {
  readonly link: string;
  readonly state: string;
  readonly software: string;
  readonly url?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly failed?: readonly { readonly id: string; readonly verdict: string }[];
  readonly certified?: boolean;
  readonly trouble?: string;
}
interface Drift {
  readonly link: string;
  readonly at: string;
  readonly findings: readonly string[];
  readonly certified?: { readonly kid: string; readonly software: string; readonly expires: string };
  readonly said?: { readonly kid: string; readonly software?: string };
}
interface Tests {
  readonly run?: Run;
  readonly drift?: Drift;
}

const at = (link: string, what: string): string => `/api/links/${encodeURIComponent(link)}/${what}`;

/** `landbridge connectivity partner`. */
export async function partnerRows(
  terminal: Terminal,
  link: string,
  { row: rows, wait, language, reason, ...options }: Reasoned & { row?: readonly ConnectivityRow[]; wait: number; language: Language },
): Promise<ExitCode> {
  const body = { reason, waitSeconds: wait, ...(rows && { rows }) };
  const patience = (wait + 30) * 1_000;
  const answer = await new GatewayClient(options).send<{ ok: boolean; rows: readonly RowResult[] }>(
    'POST',
    at(link, 'connectivity'),
    body,
    patience,
  );
  if (options.json) terminal.json(answer);
  else for (const row of answer.rows) showRow(terminal, row, language);
  return answer.ok ? EXIT.OK : EXIT.INVALID;
}

/** `landbridge conformance start`. */
export async function startRun(
  terminal: Terminal,
  link: string,
  {
    software,
    group: groups,
    short = false,
    reason,
    ...options
  }: Reasoned & { software: string; group?: readonly string[]; short?: boolean },
): Promise<ExitCode> {
  const body = { software, short, reason, ...(groups && { groups }) };
  tell(terminal, options, await new GatewayClient(options).send<Tests>('POST', at(link, 'conformance'), body));
  return EXIT.OK;
}

/** `landbridge conformance status`. Exit 2 when the last run failed. */
export async function status(terminal: Terminal, link: string, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<Tests>(at(link, 'conformance'));
  tell(terminal, options, body);
  return body.run?.state === 'failed' ? EXIT.INVALID : EXIT.OK;
}

/** `landbridge conformance stop`. */
export async function stopRun(terminal: Terminal, link: string, { reason, ...options }: Reasoned): Promise<ExitCode> {
  tell(terminal, options, await new GatewayClient(options).send<Tests>('POST', at(link, 'conformance/stop'), { reason }));
  return EXIT.OK;
}

/** `landbridge conformance report`. */
export async function report(
  terminal: Terminal,
  link: string,
  { format, language, output, ...options }: Options & { format: string; language: Language; output: string },
): Promise<ExitCode> {
  const bytes = await new GatewayClient(options).getBytes(at(link, `conformance/report?format=${format}&language=${language}`));
  if (output === '-') {
    await terminal.bytes(bytes);
    return EXIT.OK;
  }
  await writeFile(output, bytes, { flag: 'wx' }).catch(() => {
    throw usage('--output', 'The file exists already or cannot be written.');
  });
  if (options.json) terminal.json({ file: output, bytes: bytes.length });
  else terminal.note(`${bytes.length} bytes to ${output}`);
  return EXIT.OK;
}

/** `landbridge conformance drift`. Exit 2 when an endpoint is no longer what was certified. */
export async function drift(
  terminal: Terminal,
  { link, wait, reason, ...options }: Options & { link?: string; wait: number; reason?: string },
): Promise<ExitCode> {
  const client = new GatewayClient(options);
  if (link !== undefined && reason === undefined) throw usage('--reason', 'Asking an endpoint now is audited: say why.');
  const found =
    link === undefined
      ? (await client.get<{ drift: readonly Drift[] }>('/api/conformance/drift')).body.drift
      : [
          (await client.send<{ drift: Drift }>('POST', at(link, 'conformance/drift'), { reason, waitSeconds: wait }, (wait + 30) * 1_000))
            .drift,
        ];
  if (options.json) terminal.json({ drift: found });
  else if (found.length === 0) terminal.note('No link has a certificate that was looked at.');
  else await terminal.table(['link', 'looked at', 'differs in', 'certified', 'says'], found.map(driftLine));
  return found.some(({ findings }) => findings.length > 0) ? EXIT.INVALID : EXIT.OK;
}

const driftLine = ({ link, at: when, findings, certified, said }: Drift): string[] => [
  link,
  when,
  findings.length === 0 ? 'nothing' : findings.join(', '),
  certified ? `${printable(certified.software)}, key ${certified.kid.slice(0, 8)}` : '',
  said ? `${printable(said.software ?? 'no software')}, key ${said.kid.slice(0, 8)}` : '',
];

function tell(terminal: Terminal, { json }: Options, answer: Tests): void {
  if (json) return terminal.json(answer);
  const { run, drift: looked } = answer;
  if (!run) return terminal.note('No run was started for this link.');
  terminal.line(`${run.link}: ${run.state}, ${printable(run.software)}${run.certified ? ', certified' : ''}`);
  if (run.state === 'waiting' && run.url !== undefined) terminal.line(`Let the system connect to ${run.url}.`);
  if (run.counts)
    terminal.line(
      Object.entries(run.counts)
        .map(([verdict, count]) => `${count} ${verdict}`)
        .join(', '),
    );
  for (const { id, verdict } of run.failed ?? []) terminal.line(`  ${verdict}  ${id}`);
  if (run.trouble) terminal.line(printable(run.trouble));
  if (looked) terminal.line(`Looked at ${looked.at}: ${looked.findings.length === 0 ? 'as certified' : looked.findings.join(', ')}`);
}
