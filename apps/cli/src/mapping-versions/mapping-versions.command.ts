import type { Command } from 'commander';
import { collect, common, lazily, positiveInteger } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

const load = () => import('./mapping-versions.ts');
const STATES = ['draft', 'submitted', 'live', 'retired', 'refused', 'rolled-back'];
const ONE = 'print {version, may}';

/** Versions of partners' mappings in a running gateway. */
export function registerMappingVersions(program: Command): void {
  program.commandsGroup('Formats:');
  const versions = program
    .command('mapping-versions')
    .summary("put versions of partners' mappings in place, by two persons")
    .description(
      'An overlay becomes a version: tried, compared with live traffic, put in place by a second person, rolled back in one step.',
    );
  registerReading(versions);
  registerTrying(versions);
  registerDeciding(versions);
}

function registerReading(versions: Command): void {
  const list = versions
    .command('list')
    .summary('versions, newest first')
    .description('Lists versions, newest first.')
    .option('--mapping <id>', 'of one mapping')
    .option('--state <state>', `only ${STATES.join(', ')}`)
    .option('--limit <n>', 'at most so many', positiveInteger);
  gatewayOptions(list);
  common(list, 'print {versions:[…]}', [
    ['landbridge mapping-versions list', 'all of them'],
    ['landbridge mapping-versions list --state live', 'what stands on links now'],
  ]).action(lazily(async () => (await load()).list));
  const show = one(
    versions,
    'show',
    'one version with what it was tried on',
    'Shows one version, its results and what you may do with it.',
  );
  common(show, ONE, [['landbridge mapping-versions show ID', 'one version']]).action(lazily(async () => (await load()).show));
}

function registerTrying(versions: Command): void {
  const draft = versions
    .command('draft')
    .summary('keep an overlay as the next version, and try it')
    .description(
      'Keeps an overlay as the next version of its mapping and tries it on fixtures, samples and recent messages of its links. The line ' +
        'version: is set by the gateway. Code lists come from the folder codelists beside mappings, as landbridge workshop --out writes them.',
    )
    .argument('<file>', 'the overlay')
    .requiredOption('--link <link>', 'link on which it shall stand for its base; repeatable', collect)
    .option('--codelists <folder>', 'code lists of the partner')
    .option('--sample <path>', 'document, or folder of them, to try this and later versions on; repeatable', collect)
    .option('--request <uuid>', 'the same token makes the same draft')
    .requiredOption('--reason <text>', 'why, for the audit trail');
  gatewayOptions(draft);
  common(draft, ONE, [
    [
      'landbridge mapping-versions draft draft/mappings/keg/MT3101.yaml --link keg --sample samples --reason "dialect of KEG"',
      'what the workshop wrote',
    ],
  ]).action(lazily(async () => (await load()).draft));
  const corpus = reasoned(one(versions, 'corpus', 'try a version again', 'Tries a version on fixtures, samples and recent messages.'));
  common(corpus, ONE, [['landbridge mapping-versions corpus ID --reason "new messages"', 'with what came since']]).action(
    lazily(async () => (await load()).because('corpus')),
  );
  const shadow = reasoned(
    one(
      versions,
      'shadow',
      'compare a version with live traffic',
      'Reads what comes in from now on by the version in place, which delivers, and by this one, of which nothing is delivered; counts differences.',
    ),
  ).option('--most <n>', 'messages looked at (default: 200)', positiveInteger);
  common(shadow, ONE, [['landbridge mapping-versions shadow ID --most 500 --reason "before the switch"', 'half a thousand']]).action(
    lazily(async () => (await load()).shadow),
  );
}

function registerDeciding(versions: Command): void {
  const submit = reasoned(one(versions, 'submit', 'ask a second person', 'Asks a second person to put a version in place.'));
  common(submit, ONE, [['landbridge mapping-versions submit ID --reason "200 messages the same"', 'then another approves']]).action(
    lazily(async () => (await load()).because('submit')),
  );
  for (const [what, summary] of [
    ['approve', 'put exactly this version in place'],
    ['refuse', 'refuse it'],
  ] as const) {
    const command = reasoned(one(versions, what, summary, `As the second person: ${summary}.`)).requiredOption(
      '--digest <digest>',
      'of the version that was looked at',
    );
    common(command, ONE, [[`landbridge mapping-versions ${what} ID --digest DIGEST --reason "looked at"`, summary]]).action(
      lazily(async () => (await load()).decide(what)),
    );
  }
  const back = reasoned(
    one(
      versions,
      'rollback',
      'one step back',
      'Puts back what stood on its links before: the version before it, or the installed mapping.',
    ),
  );
  common(back, ONE, [['landbridge mapping-versions rollback ID --reason "refusals since noon"', 'at once']]).action(
    lazily(async () => (await load()).because('rollback')),
  );
}

function one(versions: Command, name: string, summary: string, description: string): Command {
  const command = versions.command(name).summary(summary).description(description).argument('<id>', 'id of the version');
  gatewayOptions(command);
  return command;
}

const reasoned = (command: Command): Command => command.requiredOption('--reason <text>', 'why, for the audit trail');
