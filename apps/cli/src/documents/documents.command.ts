import type { Command } from 'commander';
import { byteCount, collect, common, lazily, pairs, wholeNumber } from '../command.ts';

/** Commands on single documents; they need no gateway. */
export function registerDocuments(program: Command): void {
  program.commandsGroup('Documents:');
  registerTranslate(program);
  registerValidate(program);
  registerDetect(program);
  registerDiff(program);
  registerAnonymise(program);
  registerAnswer(program);
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
    .option(
      '--explain',
      'print each field instead of the document: source, canonical and target path, rule, value before and after; reads up to 16M unless --max-bytes says more',
    )
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
  common(command, 'print {format, type, version, encoding, encodingHint, functionCode, issues}', [
    ['landbridge detect unknown.xml', 'one line a property'],
    ['curl -s https://partner.example/last | landbridge detect - --json', 'from a pipe'],
  ]).action(lazily(async () => (await import('./detect.ts')).detect));
}

function registerDiff(program: Command): void {
  const command = program
    .command('diff')
    .summary('say what two documents say differently')
    .description(
      'Compares two documents of any formats, which may be two, by what they mean: entries are paired by their business key (number of ' +
        'the bill, container, item, document), so that one more bill is one difference. Envelopes are not compared. Exit 0 when they ' +
        'say the same, 2 when they differ or one of them has an error, because what could not be read cannot be compared.',
    )
    .argument('<a>', 'the first document; - for stdin')
    .argument('<b>', 'the second document')
    .option('--from <format>', 'mapping to read both by, instead of the detected ones')
    .option('--strict', 'also say where one number or one instant is written in two ways');
  reading(command);
  common(command, 'print {same, differences:[{kind, path, before, after}], issues}, before and after being {pointer, canonical, value}', [
    ['landbridge diff sent.xml received.xml', 'a line a difference'],
    ['landbridge diff manifest.xml manifest.json --json', 'two formats'],
  ]).action(lazily(async () => (await import('./diff.ts')).diff));
}

function registerAnonymise(program: Command): void {
  const command = program
    .command('anonymise')
    .summary('turn a real document into a sample that may be shown')
    .description(
      'Replaces every free text, person, address and number (of documents, containers, wagons, seals, vessels, journeys) and every code ' +
        'that tells who somebody is; keeps what kind, how much and when. The same value becomes the same everywhere, in its own alphabet and ' +
        'length, with a check digit as right as it was; a container gets the owner code of nobody (category letter W, X or Y). The ' +
        'envelope and what no field is known for are left out. Exit 2 when the document has an error, or would not be valid any more.',
    )
    .argument('<file>', 'the document; - for stdin')
    .option('--to <format>', 'mapping to write by, for example json, instead of the format of the document')
    .option('--from <format>', 'mapping to read by, instead of the detected one')
    .option('--out <file>', 'write the sample there; further messages of an interchange go beside it, with a number')
    .option(
      '--seed <secret>',
      'the same values become the same in several documents; whoever knows it can test guesses, so take a long one and keep it (default: random, known to nobody)',
    )
    .option('--shift-days <n>', 'move every date by so many days', wholeNumber);
  reading(command);
  common(command, 'print {documents:[{format, encoding, disguised, leftOut, issues, document, base64}], envelope}', [
    ['landbridge anonymise manifest.xml --out sample.xml', 'in the format it has'],
    ['landbridge anonymise note.edi --to json --shift-days -40', 'as canonical JSON, forty days earlier'],
  ]).action(lazily(async () => (await import('./anonymise.ts')).anonymise));
}

function registerAnswer(program: Command): void {
  const command = program
    .command('answer')
    .summary('write the CONTRL or APERAK that an interchange gets')
    .description(
      'Reads a UN/EDIFACT interchange, broken or not, and writes what its sender is to be answered: a CONTRL that acknowledges it (7), ' +
        'rejects it (4), or rejects single messages with every segment and element that is wrong; with --content an APERAK for each ' +
        'message that could be read, with every error of its content. Exit 0 when the answer accepts, 2 when it rejects or none can be given.',
    )
    .argument('<file>', 'the interchange; - for stdin')
    .option('--content', 'answer what the messages say (APERAK) instead of how they are written (CONTRL)')
    .option('--received', 'say in the CONTRL only that the interchange came (8)')
    .option('--to <format>', 'mapping to write by (default: CONTRL of the syntax version of the interchange; un-d96b/APERAK)')
    .option('--param <name=value>', 'a constant of the link, for the head of the answer; repeatable', pairs)
    .option('--out <file>', 'write the answer there; answers to further messages of the interchange go beside it, with a number');
  reading(command);
  common(command, 'print {answers:[{format, encoding, document, base64}], issues}', [
    ['landbridge answer note.edi', 'its CONTRL'],
    ['landbridge answer note.edi --content --out answer.edi', 'its APERAK'],
    ['landbridge answer broken.edi --json', 'for a program'],
  ]).action(lazily(async () => (await import('./answer.ts')).answer));
}

function reading(command: Command): void {
  command
    .option('--accept <charset>', 'encoding to try when the document declares none and is not UTF-8; repeatable', collect)
    .option('--max-bytes <n>', 'largest document to read, for example 100M (default: 64M, the limit of a link)', byteCount);
}
