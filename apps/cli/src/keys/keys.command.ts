import { Option, type Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

/** Keys of ours and of partners. */
export function registerKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('keys of ours and of partners')
    .description(
      'Keys live in a folder: public documents a party, private keys encrypted under the master key (MASTER_KEY, or master.key beside the folder).',
    );
  registerGenerate(keys);
  registerAttach(keys);
  registerList(keys);
  registerImport(keys);
  registerExport(keys);
  registerTrust(keys);
  registerCheck(keys);
  registerRequest(keys);
  registerShow(keys);
  registerSteps(keys);
  registerRehearse(keys);
  registerCompromise(keys);
  registerCertificate(keys);
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

function registerAttach(keys: Command): void {
  const command = keys
    .command('attach')
    .summary('use a key that a signature module keeps and signs with')
    .description(
      'Takes in the public half of a key pair that a signature service (SIGNATURE_SERVICES: an HSM, a KMS) made and keeps. The service signs a test first; ' +
        'then the key is added to the document of the party and goes its way like any other: publish, rehearse, activate.',
    )
    .argument('<file>', 'the public key, as JWK or in PEM; - for stdin')
    .requiredOption('--party <key>', 'the party, for example LBG')
    .requiredOption('--service <name>', 'the service that keeps it, as SIGNATURE_SERVICES names it');
  folder(command);
  common(command, 'print {party, kid, alg, fingerprint, service}', [
    ['landbridge keys attach hsm.pub.pem --party LBG --service hsm', 'before keys publish'],
  ]).action(lazily(async () => (await import('./attach.ts')).attachKey));
}

function registerList(keys: Command): void {
  const command = keys
    .command('list')
    .summary('keys with their fingerprints')
    .description('Lists the keys known, with status, life and fingerprint.')
    .option('--party <key>', 'only this party')
    .option('--url <url>', 'ask this gateway instead of reading a folder')
    .option('--token <token>', 'token for the gateway (default: that of landbridge login)');
  folder(command);
  common(command, 'print {keys:[…]}', [
    ['landbridge keys list', 'all parties'],
    ['landbridge keys list --url https://gateway.example --party KEG', 'as another gateway has them'],
  ]).action(lazily(async () => (await import('./keys.ts')).listKeys));
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

function registerTrust(keys: Command): void {
  const command = keys
    .command('trust')
    .summary('whose keys these are, for landbridge verify --trust')
    .description(
      'Prints the keys of every party in the folder as the JSON that verify --trust takes. A pack brings its own keys; this says which of them you believe, ' +
        'so keep it apart from the gateway.',
    )
    .option('--party <key...>', 'only these parties');
  folder(command);
  common(command, 'the output is JSON with or without it', [
    ['landbridge keys trust > parties.json', 'then compare it with the parties'],
  ]).action(lazily(async () => (await import('./keys.ts')).trustKeys));
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

function registerRequest(keys: Command): void {
  const command = keys
    .command('csr')
    .summary('ask an authority for a certificate of a key of ours')
    .description('Prints a certification request (PKCS #10, PEM) signed with a private key in the key folder.')
    .argument('<kid>', 'the key: its id, or its fingerprint')
    .requiredOption('--subject <name>', 'distinguished name, for example "CN=LBG, O=Port, C=CN"');
  folder(command);
  common(command, 'print {kid, request}', [
    ['landbridge keys csr KID --subject "CN=LBG, O=Port, C=CN" > LBG.csr', 'for the authority'],
  ]).action(lazily(async () => (await import('./life.ts')).requestCertificate));
}

function registerShow(keys: Command): void {
  const command = keys
    .command('show')
    .summary('one key as the running gateway has it')
    .description('Shows the life of a key, which partners verify with it, and how many messages carry its signature, by link and state.')
    .argument('<kid>', 'the key: its id, or its fingerprint');
  gatewayOptions(command);
  common(command, 'print the key with {rehearsal, dependants}', [['landbridge keys show KID', 'before a rotation']]).action(
    lazily(async () => (await import('./life.ts')).showKey),
  );
}

const STEPS = [
  ['publish', 'let partners verify with a pending key of ours', 'The new document goes to every partner over its link.'],
  [
    'activate',
    'sign with a published key from now on',
    'Refused (exit 2) unless every partner answered a test with the key (keys rehearse); the key active so far is retiring, so nothing on its way is refused.',
  ],
  [
    'retire',
    'take a key out of use; evidence signed with it stays valid',
    'Refused (exit 2) while messages on their way are signed with the key.',
  ],
] as const;

function registerSteps(keys: Command): void {
  for (const [step, summary, description] of STEPS) {
    const command = keys
      .command(step)
      .summary(summary)
      .description(`${description} Takes effect in every gateway process without a restart; with --keys at the partner's end of a link.`)
      .argument('<kid>', 'the key: its id, or its fingerprint');
    if (step !== 'publish') command.option('--force', 'whatever the check says');
    command
      .option('--reason <text>', 'why, for the audit trail; needed at a gateway')
      .option('--keys <folder>', "a partner's key folder instead of a gateway");
    gatewayOptions(command);
    common(command, 'print {party, version, keys:[…]}', [[`landbridge keys ${step} KID --reason "yearly change"`, summary]]).action(
      lazily(async () => (await import('./life.ts')).takeStep(step)),
    );
  }
}

function registerRehearse(keys: Command): void {
  const command = keys
    .command('rehearse')
    .summary('test the next key of ours with every partner')
    .description(
      'Sends every partner a question signed with the published key and waits for signed answers, which say that the partner verifies with it. ' +
        'Shows the messages that depend on the key in use. Exit 0 when every partner answered, 2 otherwise.',
    )
    .argument('[kid]', 'the key; otherwise the newest published one')
    .option('--wait <seconds>', 'how long to wait for answers, at most 60', positiveInteger, 10)
    .requiredOption('--reason <text>', 'why, for the audit trail');
  gatewayOptions(command);
  common(command, 'print {kid, passed, links:[…], dependants:[…]}', [
    ['landbridge keys rehearse --reason "yearly change"', 'before keys activate'],
  ]).action(lazily(async () => (await import('./life.ts')).rehearse));
}

function registerCompromise(keys: Command): void {
  const command = keys
    .command('compromise')
    .summary('believe a key no more, of ours or of a partner')
    .description(
      'Nothing signed with the key is accepted from now on; evidence from before the given time stays valid. A key of ours that signs is replaced by the published one in the same step.',
    )
    .argument('<kid>', 'the key: its id, or its fingerprint')
    .requiredOption('--since <time>', 'from when it may have been in other hands (ISO 8601)')
    .requiredOption('--reason <text>', 'why, for the audit trail');
  gatewayOptions(command);
  common(command, 'print {party, version, keys:[…]}', [
    ['landbridge keys compromise KID --since 2026-03-14T09:00:00Z --reason "notebook stolen"', 'at once, in every process'],
  ]).action(lazily(async () => (await import('./life.ts')).compromise));
}

function registerCertificate(keys: Command): void {
  const command = keys
    .command('certificate')
    .summary('put the certificate of a key of ours beside it')
    .description(
      'Stores a certificate chain (PEM, the certificate of the key first) in our key document. A certificate never chooses trust.',
    )
    .argument('<kid>', 'the key: its id, or its fingerprint')
    .argument('<file>', 'the chain; - for stdin')
    .requiredOption('--reason <text>', 'why, for the audit trail');
  gatewayOptions(command);
  common(command, 'print {party, version, keys:[…]}', [
    ['landbridge keys certificate KID LBG.pem --reason "renewed"', 'after the authority answered'],
  ]).action(lazily(async () => (await import('./life.ts')).putCertificate));
}
