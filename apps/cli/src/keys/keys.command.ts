import { Option, type Command } from 'commander';
import { common, lazily } from '../command.ts';

/** Keys of ours and of partners. */
export function registerKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('keys of ours and of partners')
    .description(
      'Keys live in a folder: public documents a party, private keys encrypted under the master key (MASTER_KEY, or master.key beside the folder).',
    );
  registerGenerate(keys);
  registerList(keys);
  registerImport(keys);
  registerExport(keys);
  registerCheck(keys);
}

function registerGenerate(keys: Command): void {
  const command = keys
    .command('generate')
    .summary('make a key pair for a party of ours')
    .description('Makes a key pair; the private key is stored encrypted, the public key is added to the document of the party.')
    .requiredOption('--party <key>', 'the party, for example LBG')
    .addOption(new Option('--alg <algorithm>', 'signature algorithm').choices(['ES256', 'Ed25519']).default('ES256'));
  folder(command);
  common(command, 'print {party, kid, alg, fingerprint}', [['landbridge keys generate --party LBG', 'before the first start']]).action(
    lazily(async () => (await import('./keys.ts')).generateKeys),
  );
}

function registerList(keys: Command): void {
  const command = keys
    .command('list')
    .summary('keys with their fingerprints')
    .description('Lists the keys known, with status, life and fingerprint.')
    .option('--party <key>', 'only this party');
  folder(command);
  common(command, 'print {keys:[…]}', [['landbridge keys list', 'all parties']]).action(
    lazily(async () => (await import('./keys.ts')).listKeys),
  );
}

function registerImport(keys: Command): void {
  const command = keys
    .command('import')
    .summary("take in a partner's public key document")
    .description(
      'Shows the fingerprints of a public key document for comparison over another channel, and stores it when they are confirmed: ' +
        'by --fingerprint for every key, by an answer on the terminal, or by --yes.',
    )
    .argument('<file>', 'the document; - for stdin')
    .option('--fingerprint <fingerprint...>', 'fingerprints the partner told over another channel')
    .option('--yes', 'the fingerprints were compared already');
  folder(command);
  common(command, 'print {party, version, stored, keys:[…]}', [
    ['landbridge keys import KEG.keys.json', 'asks after showing the fingerprints'],
    ['landbridge keys import KEG.keys.json --fingerprint 3b1f-…-90ad', 'for scripts'],
  ]).action(lazily(async () => (await import('./keys.ts')).importKeys));
}

function registerExport(keys: Command): void {
  const command = keys
    .command('export')
    .summary('the public key document of a party')
    .description('Prints the public key document of a party, to be handed to partners. Private keys are never printed.')
    .requiredOption('--party <key>', 'the party');
  folder(command);
  common(command, 'the document is JSON with or without it', [
    ['landbridge keys export --party LBG > LBG.keys.json', 'for the partner'],
  ]).action(lazily(async () => (await import('./keys.ts')).exportKeys));
}

function registerCheck(keys: Command): void {
  const command = keys
    .command('check')
    .summary('judge a key file')
    .description('Judges a public JWK, a JWK Set or a key document as registration would. Exit 2 when a key is not acceptable.')
    .argument('<file>', 'the file; - for stdin');
  common(command, 'print {keys:[{verdict, code, fingerprint}]}', [
    ['landbridge keys check partner.jwk.json', 'before asking why it was refused'],
  ]).action(lazily(async () => (await import('./keys.ts')).checkKeys));
}

const folder = (command: Command): Command => command.option('--keys <folder>', 'key folder (default: keys under LANDBRIDGE_DATA)');
