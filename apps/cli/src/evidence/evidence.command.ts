import { Option, type Command } from 'commander';
import { common, lazily } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

/** Commands for proving what happened to a message, to somebody outside. */
export function registerEvidence(program: Command): void {
  program.commandsGroup('Proof:');
  registerPack(program);
  registerVerify(program);
  registerWhy(program);
}

function registerPack(program: Command): void {
  const command = program
    .command('evidence')
    .summary('everything that proves a message, in one file')
    .description(
      'Writes the evidence pack of a message: signed manifest, documents, receipts, how it was translated, its place in the signed log, key documents, ' +
        'and a summary in four languages. The same state of the gateway gives the same file. Any archive tool opens it; landbridge verify judges it.',
    )
    .argument('<id>', 'message id')
    .requiredOption('-o, --output <file>', 'the file to write; - for stdout')
    .option('--without-content', 'leave the documents out; their digests stay');
  gatewayOptions(command);
  common(command, 'print {file, bytes, sha256}', [
    ['landbridge evidence 01890a5d-ac96-774b-bcce-b302099a8057 -o case.zip', 'for a court'],
    ['landbridge evidence 01890a5d-ac96-774b-bcce-b302099a8057 -o case.zip --without-content', 'without the commercial content'],
  ]).action(lazily(async () => (await import('./pack.ts')).pack));
}

const trustOption = (command: Command): Command =>
  command.option(
    '--trust <file>',
    'JSON {"PARTY": ["fingerprint", …]}: keys that you have compared with the parties themselves (landbridge keys trust)',
  );

function registerVerify(program: Command): void {
  const command = program
    .command('verify')
    .summary('judge an evidence pack, offline')
    .description(
      'Judges an evidence pack from the file alone. Exit 0 intact, 10 intact but documents were purged or left out, 20 a signature or the file is not what it ' +
        'was, 21 the receipt is missing, 22 a key was not valid then or nobody you trust vouches for it, 23 its time is not proven. Without --trust it ' +
        'is checked against the keys in the pack itself: that shows it is whole, not who signed it. Time-stamps of a third party are judged where --tsa-ca ' +
        'names the certificates of its authority, and only mentioned otherwise.',
    )
    .argument('<file>', 'the pack; - for stdin')
    .option('--tsa-ca <file>', 'certificates (PEM) that time-stamps must lead to')
    .addOption(new Option('--lang <language>', 'the verdict and the summary in plain words').choices(['zh', 'en', 'ru', 'kk']));
  trustOption(command);
  common(command, 'print {outcome, subject, provenAt, timestamps, findings, keys, receipts, translations, anchors}', [
    ['landbridge verify case.zip --trust parties.json', 'with fingerprints compared before'],
    ['landbridge verify case.zip --trust parties.json --tsa-ca tsa.pem --lang zh', 'in plain words, time-stamps included'],
    ['landbridge verify case.zip --json', 'for a program'],
  ]).action(lazily(async () => (await import('./verify.ts')).verify));
}

function registerWhy(program: Command): void {
  const command = program
    .command('why')
    .summary('who changed this field, and by which rule')
    .description(
      'Follows one field of a translated message back to its source: both values, the rule, the canonical path, the mapping version. Works on the octets that ' +
        'were received and sent and on the signed statement about them, and says whether today’s mappings still give those octets. Exit 2 when the field is not found.',
    )
    .argument('<message>', 'message id, asked of the gateway; or the file of an evidence pack')
    .requiredOption('--field <pointer>', 'place in either document or in the canonical message, or its end, for example GrossMassMeasure');
  trustOption(command);
  gatewayOptions(command);
  common(command, 'print {outcome, translations:[{statement, reproduced, changedMappings, answers, similar}]}', [
    ['landbridge why 01890a5d-ac96-774b-bcce-b302099a8057 --field TotalGrossMassMeasure', 'every weight of the message'],
    [
      'landbridge why case.zip --field "/Manifest/Declaration/Consignment[1]/TotalGrossMassMeasure" --json',
      'from a file, without a gateway',
    ],
  ]).action(lazily(async () => (await import('./why.ts')).whyField));
}
