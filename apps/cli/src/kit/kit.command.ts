import { Option, type Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';

/** The partner kit. */
export function registerKit(program: Command): void {
  const kit = program
    .command('kit')
    .summary('the partner kit')
    .description('Everything a partner’s engineer needs on a laptop, without network: keys, a sandbox gateway, samples, clients, a guide.');
  const command = kit
    .command('init')
    .summary('make a folder with everything to connect a new system')
    .description(
      'Makes a new folder: keys of both sides, agreements of a sandbox gateway whose messages come back, samples good and bad with what must be said of them, ' +
        'clients, and a guide in four languages. The keys are for the sandbox only.',
    )
    .argument('<dir>', 'the folder; it must not exist yet')
    .option('--party <key>', 'the party we are', 'TST')
    .addOption(new Option('--alg <algorithm>', 'signature algorithm of our key').choices(['ES256', 'Ed25519']).default('ES256'))
    .option('--seed <number>', 'the same number makes the same samples', positiveInteger, 1);
  common(command, 'print {folder, party, gateway, samples:{good, bad}}', [
    ['landbridge kit init my-kit', 'then read my-kit/README.en.md'],
  ]).action(lazily(async () => (await import('./init.ts')).initKit));
}
