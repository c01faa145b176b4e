import type { Command } from 'commander';
import { byteCount, collect, common, lazily, pairs } from '../command.ts';

/** Commands on single documents; they need no gateway. */
export function registerDocuments(program: Command): void {
  program.commandsGroup('Documents:');
  registerTranslate(program);
  registerValidate(program);
  registerDetect(program);
}

function registerTranslate(program: Command): void {
  const command = program
    .command('translate')
    .summary('translate a document into another format')
    .description(
      'Translates any supported document offline, by the mappings the gateway uses. The new document goes to stdout, octet for octet; ' +
        'findings go to stderr. With an error nothing is written and the exit code is 2.',
    )
    .argument('<file>', 'the document; - for stdin')
    .requiredOption('--to <format>', 'mapping to write by: its id (cn-manifest/MT1101) or a short unique name (MT1101, IFTMIN, json)')
    .option('--from <format>', 'mapping to read by, instead of the detected one')
    .option('--explain', 'print each field instead of the document: source, canonical and target path, rule, value before and after')
    .option('--envelope <format>', 'wrap the new document, for example DxpMsg')
    .option('--charset <label>', 'write in this encoding instead of UTF-8')
    .option('--param <name=value>', 'a constant of the receiving link, for heads and envelopes; repeatable', pairs)
    .option('--projection <name>', 'turn the message into what a receiver needs first, for example railManifest, consignmentNotes')
    .option('--out <folder>', 'write each document as a file into this folder');
  reading(command);
  common(command, 'print one JSON document instead: {documents:[{format, encoding, document, base64 | fields}], issues}', [
    ['landbridge translate manifest.xml --to json', 'as canonical JSON'],
    ['landbridge translate note.edi --to json --explain', 'what became of each field'],
    ['landbridge translate manifest.json --to MT1101 --envelope DxpMsg --param SenderId=DXPESW0000000001', 'wrapped'],
    ['landbridge translate train.json --to IFTMIN --projection consignmentNotes --out notes', 'one file a note'],
  ]).action(lazily(async () => (await import('./translate.ts')).translate));
}

function registerValidate(program: Command): void {
  const command = program
    .command('validate')
    .summary('judge a document as the gateway would')
    .description(
      'Reads and checks a document: syntax, structure by function code, values, check digits, links, counts. Exit 0 valid, 2 invalid.',
    )
    .argument('[file]', 'the document; - for stdin')
    .option('--from <format>', 'mapping to read by, instead of the detected one')
    .option('--batch', 'read file names from stdin, one a line, and print one JSON line each with "file"');
  reading(command);
  common(command, 'print {valid, format, type, functionCode, errors:[{code,pointer,message}], warnings}', [
    ['landbridge validate manifest.xml', 'findings for a person'],
    ['landbridge validate manifest.xml --json', 'for a program'],
    ['ls *.xml | landbridge validate --batch --json', 'many files, one process'],
  ]).action(lazily(async () => (await import('./validate.ts')).validate));
}

function registerDetect(program: Command): void {
  const command = program
    .command('detect')
    .summary('say what a document is')
    .description('Prints format, type, version and encoding of a document. Exit 2 when its type is not known.')
    .argument('<file>', 'the document; - for stdin');
  reading(command);
  common(command, 'print {format, type, version, encoding, functionCode, issues}', [
    ['landbridge detect unknown.xml', 'one line a property'],
    ['curl -s https://partner.example/last | landbridge detect - --json', 'from a pipe'],
  ]).action(lazily(async () => (await import('./detect.ts')).detect));
}

function reading(command: Command): void {
  command
    .option('--accept <charset>', 'encoding to try when the document declares none and is not UTF-8; repeatable', collect)
    .option('--max-bytes <n>', 'largest document to read, for example 100M (default: 64M, the limit of a link)', byteCount);
}
