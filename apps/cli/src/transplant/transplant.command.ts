import type { Command } from 'commander';
import { common, lazily } from '../command.ts';

/** Links, mappings, routes and code lists from one gateway to another. */
export function registerTransplant(program: Command): void {
  const out = program
    .command('export')
    .summary('links, mappings, routes and code lists as one signed bundle for another gateway')
    .description(
      'Writes what this gateway agreed with its partners, and how it reads and writes their formats, into one file signed with its key. The file holds no key and no ' +
        'secret, and is refused by gateways that do not know the key, or of the other environment (test, production).',
    )
    .requiredOption('-o, --output <file>', 'where to write; it must not exist yet')
    .option('--address <url>', 'where the other gateway reaches this one (default: PUBLIC_URL); needed for links over push')
    .option('--keys <folder>', 'keys to sign with (default: those of the gateway)');
  common(out, 'print {file, issuer, links, routes, files}', [
    ['landbridge export -o lbg.bundle', 'everything'],
    ['landbridge export -o lbg.bundle --address https://gateway.example', 'with where pushed messages are to go'],
  ]).action(lazily(async () => (await import('./export.ts')).exportBundle));

  const take = program
    .command('import')
    .summary('take over what another gateway exported; --dry-run shows the difference')
    .description(
      'Verifies the bundle, shows what would be added and changed, checks that everything fits together, and writes it: agreements into the file of LANDBRIDGE_AGREEMENTS, mappings and code ' +
        'lists below config. A link of the other gateway with us becomes our link with it. Nothing is removed. What stands here and differs is changed with --replace only; ' +
        'without it nothing is written and the exit code is 2. Running gateways take the agreements into force within seconds and keep them as a version; new mappings and code lists come with their next start. It is audited.',
    )
    .argument('<file>', 'a bundle')
    .option('--dry-run', 'show the difference, write nothing')
    .option('--replace', 'let what differs be replaced')
    .option('--keys <folder>', 'folder with the public keys that are known here (default: that of the gateway)');
  common(take, 'print {issuer, written, changes:[{kind, id, change, members}]}', [
    ['landbridge import lbg.bundle --dry-run', 'look first'],
    ['landbridge import lbg.bundle', 'take it over'],
  ]).action(lazily(async () => (await import('./import.ts')).importBundle));
}
