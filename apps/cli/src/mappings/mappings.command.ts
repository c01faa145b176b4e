import type { Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';

/** Commands on formats and the mapping files behind them; they need no gateway. */
export function registerMappings(program: Command): void {
  program.commandsGroup('Formats:');
  const formats = program.command('formats').summary('what can be read and written').description('The formats of this installation.');
  const list = formats
    .command('list')
    .summary('every format with its type, direction and status')
    .description('One line a mapping. Provisional means: not publicly confirmed, to be agreed with the partner.')
    .option('--status <status>', 'only confirmed or provisional ones')
    .option('--lang <language>', 'titles in zh, en, ru or kk', 'en');
  common(list, 'print {formats:[{id, type, canonical, syntax, direction, status, version, digest, title}]}', [
    ['landbridge formats list', 'all of them'],
    ['landbridge formats list --status provisional --lang zh', 'what is not confirmed, in Chinese'],
  ]).action(lazily(async () => (await import('./list.ts')).listFormats));

  const mapping = program.command('mapping').summary('prove, document and extend mapping files').description('Work on config/mappings.');
  const test = mapping
    .command('test')
    .summary('translate random documents there and back, and compare field by field')
    .description(
      'Makes documents at random from the rules of each mapping, reads them, writes them as bytes, reads them again and compares ' +
        'field by field. Exit 2 when anything was lost, added or changed, or has no home in the canonical message.',
    )
    .argument('[mapping...]', 'ids or parts of them; all when none is given')
    .option('--runs <n>', 'documents of each type', positiveInteger, 1_000)
    .option('--seed <n>', 'makes the same documents again; another one each time when not given', positiveInteger);
  common(test, 'print {seed, runs, mappings:[{mapping, documents, fields, findings}]}', [
    ['landbridge mapping test', 'everything, 1,000 documents each'],
    ['landbridge mapping test cn-manifest --runs 100 --seed 7', 'one family, the same documents as last time'],
  ]).action(lazily(async () => (await import('./prove.ts')).proveMappings));

  const docs = mapping
    .command('docs')
    .summary('write the table of every message type into docs/formats')
    .description(
      'Generates one page a mapping from its rules, and the table of contents. With --check nothing is written; exit 2 when a page is not current.',
    )
    .option('--out <folder>', 'where to write (default: docs/formats of the installation)')
    .option('--check', 'only compare');
  common(docs, 'print {pages, changed:[...]}', [
    ['landbridge mapping docs', 'after changing a mapping'],
    ['landbridge mapping docs --check', 'in CI'],
  ]).action(lazily(async () => (await import('./docs.ts')).documentMappings));

  const fresh = mapping
    .command('new')
    .summary("begin a partner's overlay")
    .description('Writes a mapping file that extends another: everything as in the base until a line says otherwise. Refuses to overwrite.')
    .argument('<id>', 'id of the new mapping, for example port-x/MT1101: its path under config/mappings')
    .requiredOption('--from <base>', 'mapping to extend: its id or a short unique name')
    .option('--dry-run', 'print the file instead of writing it');
  common(fresh, 'print {mapping, file, text}', [
    ['landbridge mapping new port-x/MT1101 --from MT1101', 'config/mappings/port-x/MT1101.yaml'],
    ['landbridge mapping new port-x/IFTMIN --from IFTMIN --dry-run', 'look first'],
  ]).action(lazily(async () => (await import('./fresh.ts')).newMapping));
}
