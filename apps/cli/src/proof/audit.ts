import { PostgresAuditLog, PostgresLog } from '#adapters';
import { verifyAudit, type AuditEntry, type AuditFilter, type AuditMark, type LogFinding } from '#exchange';
import { openLogRoot } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { openKeys } from '../keys/key-place.ts';
import { withDatabase } from '../operations/database.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printFindings } from './verify.ts';

/** `landbridge audit list`. */
export async function listAudit(
  terminal: Terminal,
  { json, url, token, limit = 50, ...filter }: CommonOptions & GatewayOptions & Partial<AuditFilter>,
): Promise<ExitCode> {
  const entries =
    url === undefined && token === undefined
      ? await withDatabase((dataSource) => new PostgresAuditLog(dataSource).list({ ...filter, limit }))
      : await askedEntries({ ...(url !== undefined && { url }), ...(token !== undefined && { token }) }, { ...filter, limit });
  if (json) terminal.json({ entries });
  else
    await terminal.table(
      ['no', ...TIME_HEADS, 'actor', 'action', 'subject', 'reason', 'approver', 'after'],
      entries.map(({ sequence, at, actor, action, subject, reason, approver, after }) => [
        sequence,
        ...timeCells(at.toISOString()),
        actor,
        action,
        subject,
        reason,
        approver,
        after === undefined ? undefined : JSON.stringify(after),
      ]),
    );
  return EXIT.OK;
}

/** As the gateway shows them to whoever has the right. */
async function askedEntries(gateway: GatewayOptions, filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) query.set(name, value instanceof Date ? value.toISOString() : String(value));
  const { body } = await new GatewayClient(gateway).get<{ entries: readonly (AuditEntry & { at: unknown })[] }>(
    `/api/audit?${query.toString()}`,
  );
  return body.entries.map((entry) => ({ ...entry, at: new Date(String(entry.at)) }));
}

/** `landbridge audit verify`: the chain alone, against the roots that are truly the gateway's. */
export async function verifyAuditCommand(
  terminal: Terminal,
  { json, keys }: CommonOptions & { readonly keys?: string },
): Promise<ExitCode> {
  const directory = await (await openKeys(keys)).directory();
  const findings: LogFinding[] = [];
  const count = await withDatabase(async (dataSource) => {
    const log = new PostgresLog(dataSource);
    const marks: AuditMark[] = [];
    for await (const { sequence, jws } of log.roots()) {
      const opened = openLogRoot(jws, directory);
      if (opened.ok) marks.push({ ...opened.root.audit, root: sequence });
      else findings.push({ what: 'unsigned', where: `root ${sequence}`, detail: `Its signature is not the gateway's (${opened.reason}).` });
    }
    return verifyAudit(log.audit(), marks, (finding) => findings.push(finding));
  });
  if (json) terminal.json({ findings, audit: count });
  else {
    await printFindings(terminal, findings);
    terminal.line(
      findings.length === 0 ? terminal.paint('green', `intact  ${count} entries`) : terminal.paint('red', `${findings.length} findings`),
    );
  }
  return findings.length === 0 ? EXIT.OK : EXIT.INVALID;
}
