import { InvalidArgumentError, type Command } from 'commander';
import { collect, common, lazily, positiveInteger } from '../command.ts';

/** What can be proved afterwards: the message log and the audit. */
export function registerProof(program: Command): void {
  program.commandsGroup('Proof:');
  registerLog(program);
  registerAudit(program);
}

function registerLog(program: Command): void {
  const log = program
    .command('log')
    .summary('the message log and its signed roots')
    .description(
      'Every message and receipt stands in a log that can only grow; each interval is closed by a signed root that holds the one before.',
    );
  const verify = log
    .command('verify')
    .summary('find whatever was altered, inserted or removed')
    .description(
      'Holds the log against its signed roots, every entry against the message or receipt that is kept, and the audit against its chain. ' +
        'Reads the database, or an export without what is kept. Exit 2 when something is wrong.',
    )
    .argument('[file]', 'an export (landbridge log export) instead of the database');
  range(verify)
    .option(
      '--head <file>',
      'a root that was kept elsewhere and must stand in the log; several times (default for the database: log-root.jws under LANDBRIDGE_DATA)',
      collect,
    )
    .option('--keys <folder>', 'key folder (default: keys under LANDBRIDGE_DATA)');
  common(verify, 'print {findings, roots, entries, open, timestamps, audit, lastRoot}', [
    ['landbridge log verify', 'everything'],
    ['landbridge log verify --from 2026-03-01T00:00:00Z --head root-of-february.jws', 'since a root that lay in the safe'],
    ['landbridge log verify log.jsonl --keys partner-keys --json', 'an export, on another machine'],
  ]).action(lazily(async () => (await import('./verify.ts')).verifyLogCommand));
  const exported = log
    .command('export')
    .summary('entries, roots, time-stamps and audit as lines of JSON')
    .description('Writes the log for whoever verifies it elsewhere: digests only, no payload. The export itself stands in the audit.')
    .argument('[file]', 'a new file (default: stdout)');
  range(exported);
  common(exported, 'the lines are JSON with or without it', [['landbridge log export log.jsonl', 'for an auditor']]).action(
    lazily(async () => (await import('./export.ts')).exportLog),
  );
  const reconcile = log
    .command('reconcile')
    .summary('what partners signed about each day')
    .description(
      'Each day (UTC) of each link is stated by the gateway and countersigned by the partner. Shows how the days stand, and the ' +
        'sequence numbers that are missing or differ on either side; a day about which the partner signed different answers is contradicted, ' +
        'with what each of them said. Exit 2 when a day shown is disagreed or contradicted.',
    )
    .option('--link <id>', 'only this link')
    .option('--day <day>', 'only this day, like 2026-03-14', day)
    .option('--limit <n>', 'at most so many, newest first (default: 50)', positiveInteger);
  remote(reconcile);
  common(
    reconcile,
    'print {reconciliations:[{link, day, state, sent, received, made, answered, differences, answers, code, title, action}]}',
    [
      ['landbridge log reconcile', 'the last days of all links'],
      ['landbridge log reconcile --link keg --day 2026-03-14 --json', 'one day of one partner'],
    ],
  ).action(lazily(async () => (await import('./reconcile.ts')).listReconciliations));
  const root = log
    .command('root')
    .summary('a signed root')
    .description('Prints the newest signed root, to be kept where whoever rules the database does not.')
    .option('--sequence <n>', 'another root', positiveInteger)
    .option('--jws', 'print the signed octets and nothing else');
  common(root, 'print {sequence, closed, digest, root, timestamped, jws}', [
    ['landbridge log root', 'what to read to a partner over the telephone'],
    ['landbridge log root --jws > root-of-march.jws', 'for the safe'],
  ]).action(lazily(async () => (await import('./export.ts')).printRoot));
}

function registerAudit(program: Command): void {
  const audit = program
    .command('audit')
    .summary('who did what, when and why')
    .description('Every action of operators, partners and the gateway itself stands in a chain that can only grow. It holds no payload.');
  const list = audit
    .command('list')
    .summary('actions, newest first')
    .description('Lists actions, newest first.')
    .option('--actor <name>', 'only of this actor')
    .option('--action <action>', 'only this action, for example key.import')
    .option('--subject <subject>', 'only on this subject, for example party:KEG')
    .option('--limit <n>', 'at most so many (default: 50)', positiveInteger)
    .option('--before <n>', 'continue a list: the number of its last line', positiveInteger);
  range(list);
  remote(list);
  common(list, 'print {entries:[…]}', [
    ['landbridge audit list --action key.import', 'who vouched for which key'],
    ['landbridge audit list --url https://gateway.example --subject link:keg', 'as an auditor, elsewhere'],
  ]).action(lazily(async () => (await import('./audit.ts')).listAudit));
  const verify = audit
    .command('verify')
    .summary('find whatever was altered, inserted or removed')
    .description('Recomputes the chain and holds it against the ends that signed roots state. Exit 2 when something is wrong.')
    .option('--keys <folder>', 'key folder (default: keys under LANDBRIDGE_DATA)');
  common(verify, 'print {findings, audit}', [['landbridge audit verify', 'before a report is believed']]).action(
    lazily(async () => (await import('./audit.ts')).verifyAuditCommand),
  );
}

/** Read from the database of this installation, or asked of a gateway by whoever has the right. */
const remote = (command: Command): Command =>
  command
    .option('--url <url>', 'ask this gateway instead of reading the database')
    .option('--token <token>', 'token for the gateway (default: that of landbridge login)');

const range = (command: Command): Command =>
  command.option('--from <time>', 'ISO 8601 with time zone', instant).option('--to <time>', 'ISO 8601 with time zone', instant);

function day(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('It is a day like 2026-03-14.');
  return text;
}

function instant(text: string): Date {
  const time = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('It is a time like 2026-03-14T00:00:00Z.');
  return time;
}
