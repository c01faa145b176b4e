import { readTranslationFiles } from '#config';
import { readCodeLists, type CodeList } from '#formats';
import { ExchangeError } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';

const HEADS = ['id', 'version', 'codes', 'canonical', 'status', 'open', 'title'] as const;

/** `landbridge codelists list`. */
export async function listCodeLists(terminal: Terminal, { json }: CommonOptions): Promise<ExitCode> {
  const { lists, issues } = readCodeLists(readTranslationFiles().codelists);
  if (issues.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues });
  const rows = [...lists.values()].map(described);
  if (json) terminal.json({ codelists: rows });
  else
    await terminal.table(
      HEADS,
      rows.map((row) => [row.id, row.version, row.codes, row.canonical, row.status, row.open ? 'open' : undefined, titleOf(row.title)]),
    );
  return EXIT.OK;
}

export const described = ({ id, version, entries, canonicalId, open, title }: CodeList) => ({
  id,
  version,
  codes: entries.size,
  ...(canonicalId !== id && { canonical: canonicalId }),
  status: [...entries.values()].some(({ status }) => status === 'provisional') ? 'provisional' : 'confirmed',
  open,
  title,
});

const titleOf = (title: Readonly<Record<string, string>>): string | undefined => title['en'] ?? Object.values(title)[0];
