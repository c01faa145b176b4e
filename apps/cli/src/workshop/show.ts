import type { GroupReport, Proposal, SampleCheck, SampleReport, WorkshopReport } from '#formats/tools';
import type { Issue } from '#model';
import { printable, type Terminal } from '../terminal/terminal.ts';

/** Findings and differences of one sample shown to a person; --json has all. */
const MOST = 20;

export async function showReport(terminal: Terminal, { samples, groups }: WorkshopReport, written: readonly string[]): Promise<void> {
  await terminal.table(
    ['sample', 'base', 'told', 'type', 'function', 'version', 'encoding', 'envelope', 'errors', 'warnings'],
    samples.map((one) => [
      one.name,
      one.base ?? nearby(one),
      one.told,
      one.type ?? '',
      one.functionCode ?? '',
      one.version ?? '',
      one.encoding ?? (one.encodingHint === undefined ? '' : `looks like ${one.encodingHint}: --accept ${one.encodingHint}`),
      one.envelope ?? '',
      count(one.issues, 'error'),
      count(one.issues, 'warning'),
    ]),
  );
  for (const group of groups) await showGroup(terminal, group);
  for (const path of written) terminal.note(`written: ${path}`);
}

const nearby = ({ near }: SampleReport): string => near.map(({ mapping, likeness }) => `${mapping}? ${likeness}`).join(' ');

async function showGroup(terminal: Terminal, group: GroupReport): Promise<void> {
  const { base, samples, proposals, overlay, validBefore, validAfter } = group;
  terminal.line('');
  const by = overlay ? `, ${validAfter} by ${overlay.id}` : '';
  terminal.line(terminal.paint('bold', `${base.id} ${base.version}: ${samples.length} samples, ${validBefore} valid${by}`));
  for (const { path, list, codes } of group.codeGaps)
    terminal.line(`codes not in ${list} at ${path}: ${codes.map(({ code, count: times }) => `${printable(code)} (${times})`).join(', ')}`);
  for (const { path, count: times, longest } of group.unmapped)
    terminal.line(`no rule reads ${printable(path)}: ${times} times, up to ${longest} characters`);
  if (proposals.length > 0)
    await terminal.table(
      ['proposal', 'standing', 'why'],
      proposals.map(({ id, standing, why }: Proposal) => [id, standing, why]),
    );
  for (const { code, severity, place, count: times } of group.left.slice(0, MOST))
    terminal.line(`left: ${severity} ${code} ${times} times at ${printable(place)}`);
  if (!overlay) return;
  terminal.line('');
  terminal.line(overlay.text.trimEnd());
  for (const { path, text } of overlay.codelists) terminal.line(`\n# code list ${path}\n${text.trimEnd()}`);
}

export interface Checked {
  readonly overlay: string;
  readonly base: string;
  readonly samples: readonly SampleCheck[];
}

/** Each sample by the overlay beside the base. */
export async function showChecks(terminal: Terminal, checked: readonly Checked[]): Promise<void> {
  for (const { overlay, base, samples } of checked) {
    terminal.line(
      terminal.paint('bold', `${overlay} on ${base}: ${samples.filter(({ valid }) => valid).length} of ${samples.length} valid`),
    );
    await terminal.table(
      ['sample', 'base', 'overlay', 'errors', 'warnings', 'differences'],
      samples.map((one) => [
        one.name,
        one.validBefore ? 'valid' : 'invalid',
        one.valid ? 'valid' : 'invalid',
        count(one.issues, 'error'),
        count(one.issues, 'warning'),
        one.differences.length,
      ]),
    );
    for (const { name, issues, differences } of samples) {
      for (const { code, pointer, message } of issues.filter(({ severity }) => severity === 'error').slice(0, MOST))
        terminal.line(`${name}: ${code} at ${printable(pointer)}: ${printable(message)}`);
      for (const { kind, path, before, after } of differences.slice(0, MOST))
        terminal.line(`${name}: ${kind} ${path}${before ? ` from ${before.pointer}` : ''}${after ? ` at ${after.pointer}` : ''}`);
    }
  }
}

const count = (issues: readonly Issue[], severity: Issue['severity']): number => issues.filter((one) => one.severity === severity).length;
