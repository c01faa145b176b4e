import type { Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

const load = () => import('./agreements.ts');

/** Parties, links and routes of a running gateway, changed without a restart. */
export function registerAgreements(program: Command): void {
  const agreements = program
    .command('agreements')
    .summary('parties, links and routes: show, change by two persons, roll back')
    .description(
      'Agreements are kept in versions, each whole. A new one is validated with every error at once, decided on by a second person (landbridge links approve), and in force ' +
        'in every gateway process about a second later: nothing restarts and nothing under way is lost. What stands in the agreements file of the installation becomes a version when the file changes.',
    );
  const show = agreements
    .command('show')
    .summary('the agreements in force, or an earlier version')
    .description('Prints the agreements that the gateway runs, ready to be edited and given to agreements change.')
    .argument('[version]', 'an earlier version', positiveInteger);
  gatewayOptions(show);
  common(show, 'print {running, digest, newest, agreements}; of a version what is known of it', [
    ['landbridge agreements show > agreements.json', 'to edit it'],
    ['landbridge agreements show 4', 'as it was'],
  ]).action(lazily(async () => (await load()).show));

  const history = agreements
    .command('history')
    .summary('who changed the agreements, when and why')
    .description('Every version, newest first.')
    .option('--limit <n>', 'at most so many, up to 200 (default: 50)', positiveInteger);
  gatewayOptions(history);
  common(history, 'print {versions:[…]}', [['landbridge agreements history', 'what came when']]).action(
    lazily(async () => (await load()).history),
  );

  const change = agreements
    .command('change')
    .summary('ask a second person to put a new version into force')
    .description(
      'Validates the whole file, says everything wrong at once (exit code 2), and otherwise asks for the approval of another person. A link with "suspended": true takes and delivers nothing, and loses nothing.',
    )
    .argument('<file>', 'agreements, JSON or YAML')
    .requiredOption('--reason <text>', 'why; it is audited')
    .option('--based-on <version>', 'the version you edited (default: the newest)', positiveInteger)
    .option('--request <uuid>', 'the same token makes the same request');
  gatewayOptions(change);
  common(change, 'print {request}', [
    ['landbridge agreements change agreements.json --reason "terminal TRM joins"', 'then the other person: landbridge links approve'],
  ]).action(lazily(async () => (await load()).change));

  const rollback = agreements
    .command('rollback')
    .summary('ask a second person to bring an earlier version back')
    .description('The content of that version comes into force again, as a new version; history stays.')
    .argument('<version>', 'whose content', positiveInteger)
    .requiredOption('--reason <text>', 'why; it is audited')
    .option('--request <uuid>', 'the same token makes the same request');
  gatewayOptions(rollback);
  common(rollback, 'print {request}', [['landbridge agreements rollback 4 --reason "TRM sends nonsense"', 'as it was before']]).action(
    lazily(async () => (await load()).rollBack),
  );
}
