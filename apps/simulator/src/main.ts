import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KeyFolder, loadMasterKey, PartnerKeys } from '#adapters';
import { loadEnvironment, readAgreements, readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { ExchangeError, Link, type Agreements } from '#model';
import { Arrivals } from './arrivals.ts';
import { obey } from './commands.ts';
import { connect } from './endpoint.ts';
import { Journal, type JournalLine } from './journal.ts';
import { KeptFiles } from './kept-files.ts';
import { CONDUCTS } from './parties/index.ts';
import { PartySimulator } from './party-simulator.ts';

const USAGE = `A simulated partner of the gateway: verifies, keeps, answers with signed receipts and business messages.

  node bin/simulator.mjs --party NSW --transport mailbox --gateway-url http://127.0.0.1:8080 --data FOLDER
  node bin/simulator.mjs --party KEG --transport amqp --amqp-url amqp://user:password@host --data FOLDER

  --party KEY          which party of the agreements to play
  --data FOLDER        keys (keys/, master.key), journal.jsonl, sent/ and received/; made where missing
  --agreements FILE    parties and links (default: config/agreements/corridor.yaml)
  --transport KIND     mailbox, amqp or folder (default: what the agreements say)
  --gateway-url URL    for mailbox
  --amqp-url URL       for amqp (default: the environment's AMQP_URL, which keeps the password off the process list);
                       AMQP_CA_FILE names the authority behind an amqps broker
  --folder FOLDER      for folder: where OutBox, SentBox, InBox and FailBox of the link are

Every journal line is printed on standard output. Standard input takes commands (apps/simulator/src/commands.ts); its end,
SIGTERM and SIGINT stop the process in order.
`;

interface Settings {
  readonly agreements: Agreements;
  readonly link: Link;
  readonly data: string;
  readonly gatewayUrl?: string | undefined;
  readonly amqpUrl?: string | undefined;
  readonly linkFolder?: string | undefined;
  readonly amqpCa?: string | undefined;
}

function settings(): Settings {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      party: option,
      transport: option,
      'gateway-url': option,
      'amqp-url': option,
      folder: option,
      data: option,
      agreements: option,
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const agreements = readAgreements(values.agreements);
  const link = agreements.links.find(({ partner }) => partner === values.party);
  const transport = Link.shape.transport.safeParse(values.transport ?? link?.transport);
  if (!link || values.data === undefined || !transport.success) throw new ExchangeError('USAGE', { detail: USAGE });
  const environment = loadEnvironment();
  return {
    agreements,
    link: { ...link, transport: transport.data },
    data: values.data,
    gatewayUrl: values['gateway-url'],
    amqpUrl: values['amqp-url'] ?? environment.AMQP_URL,
    amqpCa: environment.AMQP_CA,
    linkFolder: values.folder,
  };
}

const print = (line: JournalLine | { event: 'ready'; party: string; pid: number }): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

async function run({ agreements, link, data, ...address }: Settings): Promise<void> {
  const { partner: party } = link;
  await mkdir(data, { recursive: true });
  const folder = await KeyFolder.open(join(data, 'keys'), await loadMasterKey(undefined, join(data, 'master.key')));
  const now = () => new Date();
  if (!(await folder.directory()).signingKey(party, now())) await folder.generate(party, 'ES256', now());
  const keys = await PartnerKeys.open({ party, gateway: agreements.gateway, folder, now });
  const { directory, signer } = keys;
  const { journal, lines } = await Journal.open(join(data, 'journal.jsonl'), party, print);
  const files = await KeptFiles.open(data, lines.filter((line) => 'file' in line).length);
  const arrivals = await Arrivals.open(join(data, 'arrivals.jsonl'));
  const translator = createTranslator(readTranslationFiles(), { lazily: true });
  const endpoint = await connect({ link, gateway: agreements.gateway, signer, directory, ...address, now });
  const conduct = CONDUCTS[party] ?? (() => Promise.resolve());
  const parts = {
    party,
    gateway: agreements.gateway,
    link,
    signer,
    directory,
    keys,
    translator,
    endpoint,
    conduct,
    journal,
    files,
    arrivals,
    now,
  };
  const simulator = new PartySimulator(parts, lines);

  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= simulator.stop().then(() => process.exit(0)));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  await simulator.start();
  print({ event: 'ready', party, pid: process.pid });
  const report = (reason: string) => process.stderr.write(`${party}: ${reason}\n`);
  await obey(process.stdin, { simulator, arrivals, signer, translator, charsets: link.charsets, report });
  await stop();
}

try {
  await run(settings());
} catch (error) {
  if (!(error instanceof ExchangeError)) throw error;
  process.stderr.write(`${error.code} ${error.message}\n`);
  process.exit(error.code === 'USAGE' ? 64 : 78);
}
