import { Option, type Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

const load = async () => import('./incidents.ts');

/** Failures gathered by cause, and what people do about them. */
export function registerIncidents(program: Command): void {
  const incidents = program
    .command('incidents')
    .summary('failures gathered by cause: own, note, resolve, replay')
    .description('Failures of one cause are one incident: where it failed, link, message type, code, element and reason, never a text.');
  const list = incidents
    .command('list', { isDefault: true })
    .summary('incidents, the one that failed last first')
    .description('Lists incidents, the one that failed last first.')
    .option('--state <states>', 'only these, with commas between (default: all but resolved and ignored)')
    .option('--all', 'also what is resolved or ignored')
    .option('--cursor <next>', 'the next page')
    .option('--limit <n>', 'at most so many, up to 200 (default: 50)', positiveInteger);
  gatewayOptions(list);
  common(list, 'print {incidents:[…], next}', [
    ['landbridge incidents list', 'what is open'],
    ['landbridge incidents list --state monitored,resolved', 'what was mended'],
  ]).action(lazily(async () => (await load()).list));
  const show = incidents
    .command('show')
    .summary('one incident with what was said and done')
    .description(
      'Shows an incident, what was merged into it, its notes, how it went in 30 days, and how many of its messages still stand failed. Its messages: landbridge messages incident:<n>.',
    )
    .argument('<incident>', 'number');
  gatewayOptions(show);
  common(show, 'print {incident, parts, failing, standing, days, mended, notes}', [
    ['landbridge incidents show 17', 'for a person'],
  ]).action(lazily(async () => (await load()).show));
  registerMoves(incidents);
  registerGroups(incidents);
  registerReplay(incidents);
}

function registerMoves(incidents: Command): void {
  const make = (name: string, summary: string): Command =>
    incidents.command(name).summary(summary).description(`Does as said: ${summary}. It is audited.`).argument('<incident>', 'number');
  const own = make('own', 'take an incident on, or let go of it')
    .option('--release', 'let go of it')
    .requiredOption('--reason <text>', 'why');
  const note = make('note', 'add a note, which stays').argument('<text>', 'what to say');
  for (const [command, example, action] of [
    [own, 'landbridge incidents own 17 --reason "my partner"', lazily(async () => (await load()).own)],
    [note, 'landbridge incidents note 17 "called the terminal"', lazily(async () => (await load()).note)],
  ] as const) {
    gatewayOptions(command);
    common(command, 'print {incident}', [[example, command.summary()]]).action(action);
  }
  for (const [name, to, summary] of [
    ['acknowledge', 'acknowledged', 'say that it was seen'],
    ['fixing', 'fixing', 'say that it is being mended'],
    ['monitor', 'monitored', 'say that it is mended and watched'],
    ['resolve', 'resolved', 'say that it is mended'],
    ['reopen', 'open', 'open it again'],
    ['ignore', 'ignored', 'ignore it until a time'],
  ] as const) {
    const command = make(name, summary).requiredOption('--reason <text>', 'why');
    if (to === 'resolved') command.option('--despite', 'although messages of it still wait; it says so from then on');
    if (to === 'ignored') command.requiredOption('--until <time>', 'ISO 8601 with zone, for example 2026-12-01T00:00:00Z');
    gatewayOptions(command);
    const until = to === 'ignored' ? ' --until 2026-12-01T00:00:00Z' : '';
    common(command, 'print {incident}', [[`landbridge incidents ${name} 17${until} --reason "mapping 14 is out"`, summary]]).action(
      lazily(async () => (await load()).move(to)),
    );
  }
}

function registerGroups(incidents: Command): void {
  for (const [name, summary, argument, action] of [
    ['merge', 'put it into another one', 'into', lazily(async () => (await load()).merge)],
    ['split', 'take out again what was merged into it', 'part', lazily(async () => (await load()).split)],
  ] as const) {
    const command = incidents
      .command(name)
      .summary(summary)
      .description(`Does as said: ${summary}. A group counts, moves and is replayed as one. It is audited.`)
      .argument('<incident>', 'number')
      .argument(`<${argument}>`, 'number of the other one')
      .requiredOption('--reason <text>', 'why');
    gatewayOptions(command);
    common(command, 'print {incident}', [[`landbridge incidents ${name} 17 12 --reason "one mapping"`, summary]]).action(action);
  }
}

function registerReplay(incidents: Command): void {
  const replay = incidents
    .command('replay')
    .summary('make a replay plan of what still stands failed')
    .description('Freezes the messages of an incident that still stand failed as a plan; `landbridge replay run` sends them.')
    .argument('<incident>', 'number')
    .addOption(new Option('--kind <kind>', 'how').choices(['retranslate', 'redeliver']).default('retranslate'))
    .option('--mapping <id@version>', 'the mapping that mends it')
    .requiredOption('--reason <text>', 'why; it is audited')
    .option('--request <uuid>', 'the same token makes the same plan');
  gatewayOptions(replay);
  common(replay, 'print {plan}', [
    ['landbridge incidents replay 17 --mapping cn-mt1101@14 --reason "mended by version 14"', 'replay this group'],
  ]).action(lazily(async () => (await load()).replay));
}
