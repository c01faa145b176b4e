import { Option, type Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';
import { registerDeadLetters, registerLinks } from '../links/links.command.ts';
import { gatewayOptions } from './gateway-options.ts';
import { registerLoaded } from './loaded.command.ts';

/** Commands that run a gateway or talk to one. */
export function registerGateway(program: Command): void {
  program.commandsGroup('Gateway:');
  registerStart(program);
  registerSend(program);
  registerStatus(program);
  registerMessages(program);
  registerShipment(program);
  registerSearch(program);
  registerLinks(program);
  registerDeadLetters(program);
  registerDebts(program);
  registerDeclaration(program);
  registerLoaded(program);
}

function registerStart(program: Command): void {
  const command = program
    .command('start')
    .summary('run the gateway in the foreground')
    .description(
      'Runs the gateway of this installation and says where it listens. Without DATABASE_URL it starts its own PostgreSQL under LANDBRIDGE_DATA.',
    );
  common(command, 'print {url, data, pid} when it is ready', [
    ['landbridge start', 'until Ctrl-C'],
    ['HTTP_PORT=9000 LANDBRIDGE_DATA=/var/lib/landbridge landbridge start', 'elsewhere'],
  ]).action(lazily(async () => (await import('./start.ts')).start));
}

function registerSend(program: Command): void {
  const command = program
    .command('send')
    .summary('seal a file as a partner and send it')
    .description(
      'Signs the file as a message of a partner, with the private key in the key folder, sends it over the link of the partner and prints the receipt. ' +
        'Exit 0 when the gateway accepted it, 2 when it was refused, 69 when it could not be delivered.',
    )
    .argument('<file>', 'the document; - for stdin')
    .requiredOption('--as <party>', 'key of the sending partner, for example LSW')
    .addOption(new Option('--via <transport>', 'transport, instead of the one of the agreement').choices(['mailbox', 'amqp', 'folder']))
    .option('--type <type>', 'message type in the manifest; detected when not given')
    .option('--keys <folder>', 'key folder of the partner (default: keys under LANDBRIDGE_DATA)');
  gatewayOptions(command);
  common(command, 'print {messageId, link, sent, receipt}', [
    ['landbridge send manifest.xml --as LSW', 'over the mailbox of the gateway on this machine'],
    ['landbridge send note.edi --as KEG --via amqp --json', 'over RabbitMQ (AMQP_URL)'],
    ['landbridge send note.edi --as KEG --via folder', "into the OutBox of the link's folder (LANDBRIDGE_FOLDERS)"],
  ]).action(lazily(async () => (await import('./send.ts')).send));
}

function registerStatus(program: Command): void {
  const command = program
    .command('status')
    .summary('readiness, and what went over each link')
    .description('Asks a running gateway how it is. Exit 69 when it is not ready.');
  gatewayOptions(command);
  common(command, 'print {url, status, store, links}', [
    ['landbridge status', 'the gateway on this machine'],
    ['landbridge status --url https://gateway.example --token "$TOKEN" --json', 'another one'],
  ]).action(lazily(async () => (await import('./status.ts')).status));
}

function registerMessages(program: Command): void {
  const messages = program
    .command('messages')
    .summary('look at messages')
    .description('What went over the links, with times in Beijing and Astana.');
  const list = messages
    .command('list')
    .summary('messages, newest first')
    .description(
      'Lists messages, newest first. The query: field:value[,value] with the fields state, partner, link, direction, type, key, id, conversation, code, ' +
        'mapping, since, until, attempts, deadline and test; - before a term excludes; a word is looked up as key of every scheme and as message id.',
    )
    .argument('[query...]', 'for example state:refused partner:KEG key:bill:LYG1 since:2h')
    .addOption(new Option('--direction <direction>', 'only one direction').choices(['in', 'out']))
    .option('--link <id>', 'only this link')
    .option('--state <state>', 'only this state, for example parked')
    .option('--type <type>', 'only this message type')
    .option('--business-key <key>', 'only messages about this bill, note, wagon or container')
    .option('--limit <n>', 'at most so many, up to 500 (default: 50)', positiveInteger)
    .option('--cursor <cursor>', 'continue a list: the cursor it ended with');
  gatewayOptions(list);
  common(list, 'print {messages:[…], next}', [
    ['landbridge messages list --link keg --state parked', 'what waits for a person'],
    ['landbridge messages list state:refused,parked partner:KEG since:2h', 'the query language of the console'],
    ['landbridge messages list -- -type:MT1101 key:LYG2026*', 'without a type; a key by its beginning'],
    ['landbridge messages list --json | jq -r .messages[].messageId', 'ids for a script'],
  ]).action(lazily(async () => (await import('./messages.ts')).listMessages));
  const tail = messages
    .command('tail')
    .summary('follow what changes')
    .description(
      'Prints every change of the messages a query describes, as it happens, until Ctrl-C. Goes on by itself after a lost connection.',
    )
    .argument('[query...]', 'as of messages list')
    .option('--count <n>', 'end after so many changes', positiveInteger);
  gatewayOptions(tail);
  common(tail, 'print one JSON document a change', [
    ['landbridge messages tail state:refused,parked,unknown', 'trouble as it comes'],
  ]).action(lazily(async () => (await import('./tail.ts')).tailMessages));
  const show = messages
    .command('show')
    .summary('everything about one message')
    .description('Shows one message: state, findings, receipts, events and the messages made from it.')
    .argument('<id>', 'message id')
    .option('--frame <file>', 'save the signed frame, exactly as received or sent')
    .option('--payload', 'print the document itself, octet for octet, and nothing else');
  gatewayOptions(show);
  common(show, 'print {messages:[…]}', [
    ['landbridge messages show 01890a5d-ac96-774b-bcce-b302099a8057', 'for a person'],
    ['landbridge messages show 01890a5d-ac96-774b-bcce-b302099a8057 --payload | landbridge validate -', 'judge it again'],
  ]).action(lazily(async () => (await import('./messages.ts')).showMessage));
  registerContent(messages);
  registerKeptLists(messages);
  registerCounts(messages);
}

function registerCounts(messages: Command): void {
  const count = messages
    .command('count')
    .summary('how many messages a query describes')
    .description('Counts to 1,000, or until enough was looked at; + says that there are more.')
    .argument('[query...]', 'as of messages list');
  gatewayOptions(count);
  common(count, 'print {count, more}', [['landbridge messages count state:parked', 'how many wait for a person']]).action(
    lazily(async () => (await import('./messages.ts')).countMessages),
  );
  const quarantine = messages
    .command('quarantine')
    .summary('what could not be authenticated')
    .description('Lists what came over the links and could not be authenticated, newest first, without its octets. Each look is on record.')
    .option('--octets <sha256>', 'save the first octets of one instead, as they came: nobody proved what they are')
    .option('-o, --output <file>', 'where to');
  gatewayOptions(quarantine);
  common(quarantine, 'print {quarantine:[…]}, or {file, bytes, cut}', [
    ['landbridge messages quarantine', 'forgeries, and keys nobody knows'],
    ['landbridge messages quarantine --octets 9f86d0…0a08 -o forged.bin', 'for whoever looks into it'],
  ]).action(lazily(async () => (await import('./messages.ts')).listQuarantine));
}

function registerDeclaration(program: Command): void {
  const command = program
    .command('declaration')
    .summary('where a declaration stands with customs')
    .description(
      'Shows the state of a declaration by all that was told about it, and the latest notice of each code. Exit 66 when nothing was.',
    )
    .argument('<number>', 'number of the declaration, or that of the platform');
  gatewayOptions(command);
  common(command, 'print {states:[…], notices:[…]}', [['landbridge declaration 020120260000000001', 'for a person']]).action(
    lazily(async () => (await import('./declaration.ts')).declaration),
  );
}

function registerKeptLists(messages: Command): void {
  const file = messages
    .command('export')
    .summary('a list as a file')
    .description(
      'Writes what a list shows into a file, newest first; no payload. Who took it and with which query stays in the audit trail.',
    )
    .argument('[query...]', 'as of messages list')
    .addOption(new Option('--format <format>', 'csv for spreadsheets, or one JSON object a line').choices(['csv', 'ndjson']).default('csv'))
    .option('--limit <n>', 'at most so many lines, up to 50000 (default: 10000)', positiveInteger)
    .requiredOption('-o, --output <file>', 'where to');
  gatewayOptions(file);
  common(file, 'print {file, lines}', [
    ['landbridge messages export state:refused since:7d -o refused.csv', 'last week for a spreadsheet'],
    ['landbridge messages export partner:KEG --format ndjson -o keg.ndjson', 'for a script'],
  ]).action(lazily(async () => (await import('./kept-lists.ts')).exportMessages));
  const views = messages
    .command('views')
    .summary('saved views of the list')
    .description("Lists the queries that are kept by a name: one's own, and the team's.");
  gatewayOptions(views);
  common(views, 'print {views:[…]}', [['landbridge messages views', 'names and queries']]).action(
    lazily(async () => (await import('./kept-lists.ts')).listViews),
  );
  const save = messages
    .command('save-view')
    .summary('keep a query by a name')
    .description("Keeps a query by a name, in place of one's own view of that name. Sharing it with the team stays in the audit trail.")
    .argument('<name>', 'what it is called')
    .argument('[query...]', 'as of messages list')
    .option('--team', 'for everybody who sees the same partners')
    .option('--reason <text>', 'why the team gets it');
  gatewayOptions(save);
  common(save, 'print the view', [
    ['landbridge messages save-view "refused today" state:refused since:24h', 'for oneself'],
    ['landbridge messages save-view 霍尔果斯 --team --reason "the night shift" partner:HRG state:refused,parked', 'for the team'],
  ]).action(lazily(async () => (await import('./kept-lists.ts')).saveView));
  const remove = messages
    .command('remove-view')
    .summary('forget a saved view')
    .description("Removes one's own view; a team view of somebody else with the right to change settings.")
    .argument('<id>', 'id of the view');
  gatewayOptions(remove);
  common(remove, 'print {removed}', [
    ['landbridge messages remove-view 2b0b5cf5-6d2b-4f6e-9c59-2f1f1d4bb0aa', 'its id is in messages views'],
  ]).action(lazily(async () => (await import('./kept-lists.ts')).removeView));
}

const form = (flags: string, text: string) => new Option(flags, text).choices(['signed', 'document', 'canonical', 'answers']);
const way = (flags: string, text: string) => new Option(flags, text).choices(['in', 'out']);

function registerContent(messages: Command): void {
  const content = messages
    .command('content')
    .summary('what a message says, field by field')
    .description(
      'Shows each field of the document: its place, its value, what it means in canonical terms and the rule it is read by. ' +
        'Payload fields are masked without the right to payloads.',
    )
    .argument('<id>', 'message id')
    .addOption(way('--direction <way>', 'as received or as sent, where one id went both ways'))
    .option('--reveal <reason>', 'show the values, too; the reason stays in the audit trail');
  gatewayOptions(content);
  common(content, 'print {fields:[…], state, mapping, …}', [
    ['landbridge messages content 01890a5d-ac96-774b-bcce-b302099a8057', 'structure, codes and numbers'],
    ['landbridge messages content 01890a5d-ac96-774b-bcce-b302099a8057 --reveal "KEG asks about the weight"', 'the values, on record'],
  ]).action(lazily(async () => (await import('./content.ts')).showContent));
  const diff = messages
    .command('diff')
    .summary('what two messages, or two forms of one, say differently')
    .description(
      'Compares what two messages say: received and sent, two versions of one document, or a document and what it means. Without ' +
        '--form in canonical terms. Exit 2 when they differ. Payload is masked without the right to payloads.',
    )
    .argument('<id>', 'message id')
    .argument('[other]', 'message id of the other; without it two forms of the same message')
    .addOption(way('--direction <way>', 'which way of the first'))
    .addOption(form('--form <form>', 'of the first: the manifest under the signature, the document, what it means, or its receipts'))
    .addOption(way('--with-direction <way>', 'which way of the other'))
    .addOption(form('--with-form <form>', 'form of the other'))
    .option('--reveal <reason>', 'show the values, too; the reason stays in the audit trail');
  gatewayOptions(diff);
  common(diff, 'print {differences:[…], masked, …}', [
    ['landbridge messages diff 01890a5d-ac96-774b-bcce-b302099a8057 01890a5d-ac96-774b-bcce-b302099a8058', 'what came against what went'],
    ['landbridge messages diff 01890a5d-ac96-774b-bcce-b302099a8057 --form document', 'what the rules converted'],
  ]).action(lazily(async () => (await import('./content.ts')).diffContent));
}

function registerDebts(program: Command): void {
  const command = program
    .command('debts')
    .summary('who owes whom which receipt since when')
    .description(
      'Receipts (R1, R2) and business answers (R3) that stand open, in both directions, oldest message first. ' +
        'A receipt that is not due yet is no debt. Exit 0 with or without debts.',
    )
    .option('--link <id>', 'only this link')
    .addOption(new Option('--side <side>', 'only what we owe, or what partners owe').choices(['ours', 'theirs']))
    .option('--counts', 'one line a link instead of the list')
    .option('--limit <n>', 'at most so many, up to 500 (default: 50)', positiveInteger)
    .option('--after <position>', 'continue a list: the position of its last line');
  gatewayOptions(command);
  common(command, 'print {debts:[…]} or {counts:[…]}', [
    ['landbridge debts --counts', 'how much stands open with each partner'],
    ['landbridge debts --side ours --json', 'receipts that we still owe'],
  ]).action(lazily(async () => (await import('./debts.ts')).debts));
}

function registerShipment(program: Command): void {
  const command = program
    .command('shipment')
    .summary('everything about a shipment, in the order of time')
    .description(
      'Finds a shipment by bill, container, wagon, train, note, declaration number or message id and shows every message of all parties, every hop, ' +
        'receipt, answer, error and replay, with times in Beijing and Astana.',
    )
    .argument('<key>', 'a number, a key (bill:X) or a message id')
    .option('--from <time>', 'not before this time (ISO 8601 with offset)')
    .option('--until <time>', 'before this time');
  gatewayOptions(command);
  common(command, 'print {asked, keys, messages, entries, window, zones}', [
    ['landbridge shipment CSQU3054383', 'by container'],
    ['landbridge shipment note:31046586', 'by the number of the note'],
    ['landbridge shipment 01890a5d-ac96-774b-bcce-b302099a8057 --json', 'by a message id, for a script'],
  ]).action(lazily(async () => (await import('./shipment.ts')).showShipment));
}

function registerSearch(program: Command): void {
  const command = program
    .command('search')
    .summary('what a number may be, and whether there are messages of it')
    .description('Says what was typed may mean, by form and check digit, and counts the messages of each key. Exit 66 when there is none.')
    .argument('<text>', 'anything');
  gatewayOptions(command);
  common(command, 'print {guesses, keys}', [['landbridge search 95236196', 'a wagon, or a note?']]).action(
    lazily(async () => (await import('./shipment.ts')).search),
  );
}
