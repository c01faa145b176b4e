import { Option, type Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

const load = async () => import('./links.ts');
const requests = async () => import('./requests.ts');
const letters = async () => import('./dead-letters.ts');

/** How the links stand, and holding one back. */
export function registerLinks(program: Command): void {
  const links = program
    .command('links')
    .summary('how each link stands now; pause and resume one; release held keys')
    .description('How the links stand, holding one back, and business keys that are held up. landbridge stop and go hold everything.');
  const list = links
    .command('list', { isDefault: true })
    .summary('how each link stands now')
    .description(
      'For each link: whether it is reached and used, what waits, since when and for how long still at the pace of the last minutes, messages of which ' +
        'nobody knows whether they arrived, and order keys that wait behind one. Exit 69 when a link is not reached that nobody stopped.',
    );
  gatewayOptions(list);
  common(list, 'print {links:[…]}', [
    ['landbridge links list', 'for a person'],
    ["landbridge links --json | jq '.links[] | select(.waiting.count > 100)'", 'for a script'],
  ]).action(lazily(async () => (await load()).list));
  const figures = links
    .command('figures')
    .summary('what passed at the first try, how long it took, days until keys run out')
    .description(
      'For each link and all together, over the last hours: messages taken at the first try both ways, the median and nine in ten of the time from arrival to ' +
        'handing over and on to the signed receipt, and the days until a key or certificate in use runs out.',
    )
    .option('--hours <n>', 'how far back to look, up to 168 (default: 24)', positiveInteger);
  gatewayOptions(figures);
  common(figures, 'print {since, links:[…], total, own}', [
    ['landbridge links figures', 'the last day'],
    ["landbridge links figures --hours 168 --json | jq '.links[] | select(.expiry.days < 30)'", 'whose keys run out'],
  ]).action(lazily(async () => (await import('./figures.ts')).figures));
  const show = links
    .command('show')
    .summary('one link: how it stands, what its partner may still send')
    .description(
      'How one link stands, and its limits: what was agreed, what today (UTC) has used up and what is left. Exit 69 when the link is not reached.',
    )
    .argument('<link>', 'link id');
  gatewayOptions(show);
  common(show, 'print {link, limits}', [
    ['landbridge links show keg', 'for a person'],
    ["landbridge links show keg --json | jq '.limits.leftMessages'", "what is left of the day's quota"],
  ]).action(lazily(async () => (await import('./show.ts')).show));
  for (const [name, summary, description] of [
    ['pause', 'send nothing over a link', 'Nothing is sent over the link until it is resumed; what arrives is taken in. It is audited.'],
    ['resume', 'let a paused link send again', 'Lets the link send again, class A before B before C. It is audited.'],
  ] as const) {
    const command = links
      .command(name)
      .summary(summary)
      .description(description)
      .argument('<link>', 'link id')
      .requiredOption('--reason <text>', 'why; it is audited');
    gatewayOptions(command);
    common(command, 'print {links:[…]} of this link', [[`landbridge links ${name} keg --reason "agreed with Khorgos"`, summary]]).action(
      lazily(async () => (await load()).turn(name)),
    );
  }
  registerKeys(links);
  registerRequests(links);
}

function registerKeys(links: Command): void {
  const keys = links
    .command('keys')
    .summary('business keys with an unknown outcome, or held up')
    .description(
      'Messages of which nobody knows whether they arrived, and those that fail and hold the later ones of their key up, oldest first.',
    )
    .option('--link <id>', 'only this link')
    .option('--limit <n>', 'at most so many, up to 500 (default: 50)', positiveInteger)
    .option('--after <position>', 'continue a list: the position of its last line');
  gatewayOptions(keys);
  common(keys, 'print {keys:[…]}', [['landbridge links keys --link keg', 'what stands in the way']]).action(
    lazily(async () => (await requests()).keys),
  );
  const release = links
    .command('release')
    .summary('ask a second person to let a held key go on')
    .description(
      'Asks that the messages which hold a business key up are given up, so that those behind them go. Another person approves. What was given up ' +
        'can be replayed; a late receipt still wins.',
    )
    .argument('<link>', 'link id')
    .argument('<key>', 'business key, for example note:31046586')
    .requiredOption('--reason <text>', 'why; it is audited')
    .option('--request <uuid>', 'the same token makes the same request');
  gatewayOptions(release);
  common(release, 'print {request}', [
    ['landbridge links release keg note:31046586 --reason "Khorgos has it on paper"', 'then the other person approves'],
  ]).action(lazily(async () => (await requests()).release));
}

function registerRequests(links: Command): void {
  const list = links
    .command('requests')
    .summary('what was asked for, and decided')
    .description('Requests to release a key or to discard a dead letter, newest first.')
    .addOption(new Option('--state <state>', 'only these').choices(['submitted', 'done', 'refused', 'expired']))
    .option('--limit <n>', 'at most so many, up to 200 (default: 50)', positiveInteger);
  gatewayOptions(list);
  common(list, 'print {requests:[…]}', [['landbridge links requests --state submitted', 'what waits for the second person']]).action(
    lazily(async () => (await requests()).list),
  );
  const one = links
    .command('request')
    .summary('one request: exactly what was asked for')
    .description('Shows what the second person decides on: the action, its digest, who asked and why.')
    .argument('<request>', 'request id');
  gatewayOptions(one);
  common(one, 'print {request}', [['landbridge links request 7d3c…', 'before links approve']]).action(
    lazily(async () => (await requests()).show),
  );
  for (const [name, summary] of [
    ['approve', 'allow exactly what was asked for; it is done at once'],
    ['refuse', 'refuse it; nothing is done'],
  ] as const) {
    const command = links
      .command(name)
      .summary(summary)
      .description(`The second person decides: ${summary}. Never who asked. It is audited.`)
      .argument('<request>', 'request id')
      .requiredOption('--digest <digest>', 'of the action that you looked at (links requests)')
      .requiredOption('--reason <text>', 'why; it is audited');
    gatewayOptions(command);
    common(command, 'print {request}', [[`landbridge links ${name} 7d3c… --digest 9Zk… --reason "called Khorgos"`, summary]]).action(
      lazily(async () => (await requests()).decide(name)),
    );
  }
}

/** Letters that the broker gave up. */
export function registerDeadLetters(program: Command): void {
  const dead = program
    .command('dead-letters')
    .summary('what the broker gave up: compare, look, send on, discard')
    .description("Letters that the broker gave up, taken into the database and compared with the broker's own count.");
  const list = dead
    .command('list', { isDefault: true })
    .summary('dead letters, newest first')
    .description('Lists dead letters, newest first: how each died, in the words of RabbitMQ, and what became of it.')
    .option('--link <id>', 'only this link')
    .addOption(new Option('--state <state>', 'only these').choices(['open', 'replayed', 'discarded']).default('open'))
    .option('--before <number>', 'the next page: the number of the last line')
    .option('--limit <n>', 'at most so many, up to 200 (default: 50)', positiveInteger);
  gatewayOptions(list);
  common(list, 'print {letters:[…], next}', [['landbridge dead-letters list', 'what waits for a decision']]).action(
    lazily(async () => (await letters()).list),
  );
  const queues = dead
    .command('queues')
    .summary("the broker's own count against the table")
    .description(
      "Compares the broker's own count of each dead queue with the table. Exit 2 when they differ, 69 when a queue cannot be counted.",
    );
  gatewayOptions(queues);
  common(queues, 'print {queues:[…]}', [['landbridge dead-letters queues', 'is anything lost?']]).action(
    lazily(async () => (await letters()).queues),
  );
  const show = dead
    .command('show')
    .summary('one letter and a verdict on sending it on')
    .description(
      'Shows how a letter died, what it says it is, and whether sending it on is safe, pointless or harmful. Nothing of its documents.',
    )
    .argument('<number>', 'number of the letter')
    .option('--frame <file>', 'save its octets, as they lay at the broker; it is audited');
  gatewayOptions(show);
  common(show, 'print {letter, claims, verdict, reasons}', [['landbridge dead-letters show 17', 'for a person']]).action(
    lazily(async () => (await letters()).show),
  );
  for (const [name, summary, what, json] of [
    [
      'replay',
      'send a letter on',
      "A partner's is taken in as if it had just arrived; ours becomes a replay plan of the same bytes.",
      '{letter, outcome}',
    ],
    [
      'discard',
      'ask a second person to put a letter aside',
      'Another person approves with landbridge links approve. Its octets stay.',
      '{request}',
    ],
  ] as const) {
    const command = dead
      .command(name)
      .summary(summary)
      .description(`${what} It is audited.`)
      .argument('<number>', 'number of the letter')
      .requiredOption('--reason <text>', 'why; it is audited')
      .option('--request <uuid>', 'the same token does it once');
    gatewayOptions(command);
    common(command, `print ${json}`, [[`landbridge dead-letters ${name} 17 --reason "agreed with Khorgos"`, summary]]).action(
      lazily(async () => (await letters())[name]),
    );
  }
}
