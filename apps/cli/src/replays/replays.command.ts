import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

const because = (command: Command): Command => command.requiredOption('--reason <text>', 'why; it is audited');
const load = async () => import('./replays.ts');

/** Sending again, and the switch that stops everything. */
export function registerReplays(program: Command): void {
  program.commandsGroup('Sending again:');
  const replay = program
    .command('replay')
    .summary('send messages again: verdicts, plans, the second person')
    .description('Judges, plans and runs replays. The same bytes under the same id (redeliver), or a new message in place of the old one.');
  registerDryRun(replay);
  registerPlan(replay);
  registerLooks(replay);
  registerDecisions(replay);
  for (const [name, summary] of [
    ['run', 'let a ready plan run'],
    ['pause', 'pause a running plan'],
    ['resume', 'let a paused plan go on'],
    ['stop', 'end a plan for good'],
  ] as const) {
    const command = because(replay.command(name).summary(summary).description(`Does as said: ${summary}.`).argument('<plan>', 'plan id'));
    gatewayOptions(command);
    common(command, 'print {plan}', [[`landbridge replay ${name} 7d3c… --reason "agreed with Khorgos"`, summary]]).action(
      lazily(async () => (await load()).act(name)),
    );
  }
  registerSwitch(program);
}

const KINDS = ['redeliver', 'retranslate', 'edit', 'reroute'];

function registerDryRun(replay: Command): void {
  const command = because(
    replay
      .command('dry-run')
      .summary('the exact documents before and after, of one message')
      .description(
        'Writes what was sent or received and what would be sent into a folder, and shows the verdict. Changes nothing. ' +
          'Needs the right to see a payload with a reason. Exit 2 when nothing would be sent.',
      )
      .argument('<message>', 'message id, or <sender>/<message id>')
      .addOption(new Option('--kind <kind>', 'how').choices(KINDS).default('retranslate'))
      .option('--payload <file>', 'edit: the changed document')
      .option('--to <link>', 'reroute: the link it shall go to')
      .requiredOption('-o, --output <folder>', 'where the documents go'),
  );
  gatewayOptions(command);
  common(command, 'print {verdicts, files}', [
    [
      'landbridge replay dry-run 01890a5d-ac96-774b-bcce-b302099a8057 -o look --reason "weight in doubt"',
      'then `landbridge diff look/1-*`',
    ],
  ]).action(lazily(async () => (await load()).dryRun));
}

function registerPlan(replay: Command): void {
  const plan = replay
    .command('plan')
    .summary('judge messages and freeze them as a plan')
    .description(
      'Shows the verdict on each message; with --reason makes a plan of those that are safe or need care. ' +
        'Nothing is sent before the plan is run. What is planned, and approved, are exact documents: if they come out otherwise by then the plan ends. ' +
        'Exit 2 when nothing would be sent.',
    )
    .argument('[messages...]', 'message ids, or <sender>/<message id>')
    .option('--query <query>', 'what a query describes instead, for example "state:refused partner:KEG since:2h"')
    .option('--limit <n>', 'of a query: refuse more than so many (default and most: 1000)', positiveInteger)
    .option('--again <plan>', 'what an ended plan did not send instead')
    .addOption(new Option('--kind <kind>', 'how').choices(KINDS).default('redeliver'))
    .option('--payload <file>', 'edit: the changed document')
    .option('--to <link>', 'reroute: the link it shall go to')
    .option('--reason <text>', 'why; without it only verdicts are shown')
    .option('--canary <n>', 'so many go first and alone (default: 1)', wholeFromZero)
    .option('--rate <n>', 'messages a second (default: 5)', positiveInteger)
    .option('--max-failures <n>', 'one failure more pauses the plan (default: 0)', wholeFromZero)
    .option('--request <uuid>', 'the same token makes the same plan, however often it is sent');
  gatewayOptions(plan);
  common(plan, 'print {verdicts, counts} or {plan}', [
    ['landbridge replay plan 01890a5d-ac96-774b-bcce-b302099a8057', 'verdicts only'],
    ['landbridge replay plan 01890a5d-ac96-774b-bcce-b302099a8057 --kind retranslate --reason "mapping mended"', 'a plan'],
    ['landbridge replay plan --query "state:parked partner:LSW since:1d" --kind retranslate', 'a whole group, verdicts only'],
  ]).action(lazily(async () => (await load()).plan));
}

function registerLooks(replay: Command): void {
  const list = replay
    .command('list')
    .summary('plans, newest first')
    .description('Lists replay plans, newest first.')
    .option('--state <state>', 'only this state, for example submitted')
    .option('--limit <n>', 'at most so many, up to 200 (default: 50)', positiveInteger);
  gatewayOptions(list);
  common(list, 'print {plans:[…]}', [['landbridge replay list --state submitted', 'what waits for a second person']]).action(
    lazily(async () => (await load()).list),
  );
  const show = replay
    .command('show')
    .summary('one plan with its messages')
    .description('Shows a plan: the action, who decided, how far it is, and each message.')
    .argument('<plan>', 'plan id')
    .option('--report', 'print the signed report (a compact JWS) and nothing else');
  gatewayOptions(show);
  common(show, 'print {plan, counts, items}', [['landbridge replay show 7d3c…', 'for a person']]).action(
    lazily(async () => (await load()).show),
  );
  const preview = replay
    .command('preview')
    .summary('what one line of a plan sends, as files')
    .description('Saves the document as it was and as it would be sent now, to be compared with landbridge diff. It is audited.')
    .argument('<plan>', 'plan id')
    .argument('<position>', 'number of the line (replay show)')
    .requiredOption('-o, --output <folder>', 'where the documents go');
  gatewayOptions(preview);
  common(preview, 'print {files:[{link, same, before, after}]}', [
    ['landbridge replay preview 7d3c… 0 -o preview', 'before approving'],
  ]).action(lazily(async () => (await load()).preview));
}

function registerDecisions(replay: Command): void {
  for (const [name, what] of [
    ['approve', 'allow'],
    ['refuse', 'refuse'],
  ] as const) {
    const command = because(
      replay
        .command(name)
        .summary(`${what} what another person submitted`)
        .description(`As the second person: ${what} exactly the action whose digest \`replay show\` tells.`)
        .argument('<plan>', 'plan id')
        .requiredOption('--digest <digest>', 'digest of the action you looked at'),
    );
    gatewayOptions(command);
    common(command, 'print {plan}', [[`landbridge replay ${name} 7d3c… --digest Xk… --reason "compared with the note"`, what]]).action(
      lazily(async () => (await load()).decide(name)),
    );
  }
}

function registerSwitch(program: Command): void {
  for (const [name, summary, description] of [
    [
      'stop',
      'stop sending, everywhere at once',
      'Nothing leaves any more, from any queue, retry or replay of any gateway process, until `landbridge go`.',
    ],
    ['go', 'let it go on', 'Ends a stop. What waited leaves in its order.'],
  ] as const) {
    const command = because(
      program
        .command(name)
        .summary(summary)
        .description(description)
        .addArgument(new Argument('[link]', 'only this link; everything when not given')),
    );
    gatewayOptions(command);
    common(command, 'print {stops:[…]}', [
      [`landbridge ${name} --reason "customs asks"`, 'everything'],
      [`landbridge ${name} keg --reason "Khorgos asks"`, 'one link'],
    ]).action(lazily(async () => (await load()).turnSwitch(name)));
  }
  const stops = program.command('stops').summary('what is stopped').description('Lists what is stopped, since when, by whom and why.');
  gatewayOptions(stops);
  common(stops, 'print {stops:[…]}', [['landbridge stops', 'is anything held back?']]).action(lazily(async () => (await load()).listStops));
}

function wholeFromZero(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('It is a whole number, 0 or more.');
  return number;
}
