import type { Command } from 'commander';
import { common, lazily, positiveInteger, positiveNumber } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

const load = async () => import('./alerts.ts');

/** What fires, whom it tells, and what people do about it. */
export function registerAlerts(program: Command): void {
  const alerts = program
    .command('alerts')
    .summary('what fires, whom it tells: list, rules, test, acknowledge, silence')
    .description('Alert rules look at links and keys; what crosses its limit for long enough fires, is told, and resolves by itself.');
  registerReading(alerts);
  registerWriting(alerts);
}

function registerReading(alerts: Command): void {
  const list = alerts
    .command('list', { isDefault: true })
    .summary('alerts, newest first')
    .description('Lists alerts, newest first.')
    .option('--state <states>', 'only these, with commas between: pending, firing, resolved (default: firing)')
    .option('--all', 'in every state')
    .option('--language <language>', 'of the texts: zh-CN, en, ru, kk (default: en)')
    .option('--cursor <next>', 'the next page')
    .option('--limit <n>', 'at most so many, up to 200 (default: 50)', positiveInteger);
  gatewayOptions(list);
  common(list, 'print {alerts:[…], next}', [
    ['landbridge alerts list', 'what fires'],
    ['landbridge alerts list --all --language kk', 'what fired, in Kazakh'],
  ]).action(lazily(async () => (await load()).list));
  for (const [name, summary, json, action] of [
    [
      'rules',
      'the rules, and the channels they tell people over',
      'print {rules:[…], channels:[…]}',
      lazily(async () => (await load()).rules),
    ],
    ['notices', 'the newest notices, and how they were delivered', 'print {notices:[…]}', lazily(async () => (await load()).notices)],
    ['silences', 'silences in force', 'print {silences:[…]}', lazily(async () => (await load()).silences)],
  ] as const) {
    const command = alerts.command(name).summary(summary).description(`Shows ${summary}.`);
    gatewayOptions(command);
    common(command, json, [[`landbridge alerts ${name}`, summary]]).action(action);
  }
}

function registerWriting(alerts: Command): void {
  const test = alerts
    .command('test')
    .summary('send a test over every channel')
    .description('Sends a test over every channel and tells how that went. It is audited.');
  const acknowledge = alerts
    .command('acknowledge')
    .summary('somebody looks after an alert')
    .description('Says that somebody looks after an alert that fires. It is audited.')
    .argument('<alert>', 'number');
  const silence = alerts
    .command('silence')
    .summary('tell nobody for some hours')
    .description('Tells nobody of a rule, of a link, or of anything for some hours. What fires shows all the same. It is audited.')
    .option('--rule <rule>', 'only of this rule')
    .option('--link <link>', 'only of this link')
    .requiredOption('--hours <n>', 'for so long, at most 720', positiveNumber);
  const unsilence = alerts
    .command('unsilence')
    .summary('end a silence')
    .description('Ends a silence. It is audited.')
    .argument('<silence>', 'number');
  for (const [command, json, example, action] of [
    [test, 'print {notices:[…]}', 'landbridge alerts test --reason "new secret"', lazily(async () => (await load()).test)],
    [
      acknowledge,
      'print {alert}',
      'landbridge alerts acknowledge 17 --reason "called the terminal"',
      lazily(async () => (await load()).acknowledge),
    ],
    [
      silence,
      'print {silence}',
      'landbridge alerts silence --link keg --hours 2 --reason "works until noon"',
      lazily(async () => (await load()).silence),
    ],
    [unsilence, 'print {}', 'landbridge alerts unsilence 3 --reason "works are over"', lazily(async () => (await load()).unsilence)],
  ] as const) {
    command.requiredOption('--reason <text>', 'why');
    gatewayOptions(command);
    common(command, json, [[example, command.summary()]]).action(action);
  }
}
