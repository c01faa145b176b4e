import type { Command } from 'commander';
import { common, lazily } from '../command.ts';

/** What partners and programs may rely on, as files. */
export function registerContracts(program: Command): void {
  const command = program
    .command('docs')
    .summary('the contracts as files: OpenAPI, AsyncAPI, errors, schemas, mapping tables, protocol')
    .description(
      'Writes what a gateway publishes under /docs into a folder that any web server can serve: the OpenAPI 3.1 document of the HTTP API, the AsyncAPI 3 document ' +
        'of queues, mailbox and folders, the error catalogue in four languages, JSON Schemas of canonical messages and of what is signed, mapping tables, protocol documents. ' +
        'With --since it names everything that was promised then and is taken away now; exit 2 when there is anything.',
    )
    .option('-o, --out <folder>', 'where to write')
    .option('--since <folder>', 'compare with the files of an earlier version');
  common(command, 'print {files, breaks:[{where, what}]}', [
    ['landbridge docs -o public/contracts', 'write them all'],
    ['landbridge docs --since old/contracts', 'what would break a partner who relies on the old ones?'],
  ]).action(lazily(async () => (await import('./docs.ts')).docs));
}
