import type { Command } from 'commander';
import { common, lazily, pairs } from '../command.ts';

/** Commands on the code lists of the installation; they need no gateway. */
export function registerCodeLists(program: Command): void {
  const lists = program.command('codelists').summary('show and renew code lists').description('The code lists in config/codelists.');
  const list = lists
    .command('list')
    .summary('every code list with its version')
    .description(
      'One line a list. Provisional means: some of its codes or pairs are not publicly confirmed. Open: codes it does not name are taken too.',
    );
  common(list, 'print {codelists:[{id, version, codes, canonical, status, open, title}]}', [
    ['landbridge codelists list', 'all of them'],
    ['landbridge codelists list --json', 'for a program'],
  ]).action(lazily(async () => (await import('./list.ts')).listCodeLists));

  const renew = lists
    .command('import')
    .summary('take over a new version of a code list')
    .description(
      'Reads a table of codes and writes config/codelists/ID.yaml: CSV with the columns code, zh, en, ru, kk, is (code alone is needed), or ' +
        'JSON; UTF-8 or GB18030. Shows which codes come, go and change. Of a code that stays, whatever the table leaves empty is kept, like ' +
        'all settings of the list. Exit 2, and nothing is written, when a code occurs twice, when the version exists with other content, or ' +
        'when a mapping or another list names a code that would go.',
    )
    .argument('<file>', 'the table; - for stdin')
    .requiredOption('--list <id>', 'the list, new or present, for example UN-Rec21')
    .requiredOption('--version <version>', 'name of the version, as the publisher calls it')
    .option('--title <language=text>', 'title of the list; repeatable; needed for a new list', pairs)
    .option('--source <text>', 'where it is published; needed for a new list')
    .option('--dry-run', 'show what would change, and write nothing');
  common(renew, 'print {list, version, present, added, removed, changed, written, issues}', [
    ['landbridge codelists import rec21.csv --list UN-Rec21 --version 13 --dry-run', 'look first'],
    ['landbridge codelists import ports.json --list CN-Port --version 2026 --title zh=港口代码 --source "list of ports"', 'a new list'],
  ]).action(lazily(async () => (await import('./import.ts')).importList));
}
