import type { CommonOptions } from '../command.ts';
import { loadTranslator } from '../documents/formats.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ListOptions extends CommonOptions {
  readonly status?: string;
  readonly lang: string;
}

const STATUSES = ['confirmed', 'provisional'];

/** `landbridge formats list`. A mapping is compiled in both directions, so each is read and written. */
export async function listFormats(terminal: Terminal, { status, lang, json }: ListOptions): Promise<ExitCode> {
  if (status !== undefined && !STATUSES.includes(status)) throw usage('--status', `It is one of ${STATUSES.join(', ')}.`);
  const formats = [...loadTranslator().mappings]
    .filter((mapping) => status === undefined || mapping.status === status)
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ id, type, canonicalType, envelope, syntax, status: own, version, digest, title }) => ({
      id,
      type,
      canonical: envelope ? '(envelope)' : (canonicalType ?? '(any)'),
      syntax,
      direction: 'read, write',
      status: own,
      version,
      digest,
      title: title[lang] ?? title['en'] ?? '',
    }));
  if (json) terminal.json({ formats });
  else
    await terminal.table(
      ['format', 'type', 'canonical', 'syntax', 'direction', 'status', 'version', 'title'],
      formats.map((one) => [one.id, one.type, one.canonical, one.syntax, one.direction, one.status, one.version, one.title]),
    );
  return EXIT.OK;
}
