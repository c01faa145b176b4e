import { Option, type Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';

/** Commands that run a gateway or talk to one. */
export function registerGateway(program: Command): void {
  program.commandsGroup('Gateway:');
  registerStart(program);
  registerSend(program);
  registerStatus(program);
  registerMessages(program);
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
    .addOption(new Option('--via <transport>', 'transport, instead of the one of the agreement').choices(['mailbox', 'amqp']))
    .option('--type <type>', 'message type in the manifest; detected when not given')
    .option('--keys <folder>', 'key folder of the partner (default: keys under LANDBRIDGE_DATA)');
  gatewayOptions(command);
  common(command, 'print {messageId, link, sent, receipt}', [
    ['landbridge send manifest.xml --as LSW', 'over the mailbox of the gateway on this machine'],
    ['landbridge send note.edi --as KEG --via amqp --json', 'over RabbitMQ (AMQP_URL)'],
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
    .description('Lists messages, newest first.')
    .addOption(new Option('--direction <direction>', 'only one direction').choices(['in', 'out']))
    .option('--link <id>', 'only this link')
    .option('--state <state>', 'only this state, for example parked')
    .option('--type <type>', 'only this message type')
    .option('--business-key <key>', 'only messages about this bill, note, wagon or container')
    .option('--limit <n>', 'at most so many, up to 500 (default: 50)', positiveInteger)
    .option('--before-at <time>', 'continue a list: the time of its last line')
    .option('--before-id <id>', 'continue a list: the message id of its last line');
  gatewayOptions(list);
  common(list, 'print {messages:[…]}', [
    ['landbridge messages list --link keg --state parked', 'what waits for a person'],
    ['landbridge messages list --json | jq -r .messages[].messageId', 'ids for a script'],
  ]).action(lazily(async () => (await import('./messages.ts')).listMessages));
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
}

function gatewayOptions(command: Command): void {
  command
    .option('--url <url>', 'the gateway (default: the one HTTP_HOST and HTTP_PORT name)')
    .option('--token <token>', "token of the operators' API (default: OPERATOR_TOKEN)");
}
