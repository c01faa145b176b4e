import { Option, type Command } from 'commander';
import { collect, common, lazily, positiveInteger } from '../command.ts';
import { registerPartnerTests } from './partner-tests.command.ts';

/** The conformance suite and its certificates. */
export function registerConformance(program: Command): void {
  program.commandsGroup('To connect partners:');
  const conformance = program
    .command('conformance')
    .summary('prove that an endpoint keeps the protocol')
    .description('Runs the conformance suite against an endpoint, and judges the certificates it gives.');
  registerRun(conformance);
  registerCases(conformance);
  registerVerify(conformance);
  registerPartnerTests(conformance);
}

function registerRun(conformance: Command): void {
  const command = conformance
    .command('run')
    .summary('run the suite against an endpoint')
    .description(
      'Plays the partner of a link towards the endpoint at the address: signatures, receipts, questions, formats, flow, volume, resilience and rotation. ' +
        'Writes report.json, and report.<language>.html and report.<language>.xml (JUnit) in four languages; a full run that passes also writes certificate.jws.',
    )
    .option('--against <url>', 'base address of the endpoint, for example http://127.0.0.1:8080, or the broker’s (amqp://…)')
    .option(
      '--listen <port>',
      'stand where the gateway would and wait for the system under test; loopback unless an address is given (0.0.0.0:8099)',
    )
    .requiredOption('--link <id>', 'id of the test link')
    .requiredOption('--self <party>', 'the party we play; its private key must lie in the key folder')
    .requiredOption('--peer <party>', 'the party under test; its key document must lie in the key folder')
    .requiredOption('--report <dir>', 'where the reports go')
    .option('--software <name>', 'name and version of the software under test, for the certificate')
    .addOption(new Option('--role <role>', 'what the endpoint is').choices(['gateway', 'partner']).default('gateway'))
    .option('--group <name>', 'only this group, and no certificate for the others; repeatable', collect)
    .option('--rotate-wait <seconds>', 'ask for a rotation of the endpoint’s own key and wait so long for it', positiveInteger)
    .option('--short', 'one case of every kind, no certificate')
    .option('--production', 'the link carries production messages: only with the consent of its owner')
    .option('--seed <number>', 'the same number makes the same documents', positiveInteger, 1)
    .option('--timeout <seconds>', 'longest wait for one answer', positiveInteger, 15)
    .option('--ca <file>', 'authority of the broker’s certificate')
    .option('--client-cert <file>', 'certificate to present to the broker')
    .option('--client-key <file>', 'its private key')
    .option('--keys <folder>', 'key folder (default: that of the gateway)');
  common(command, 'print {passed, counts, assertions, failed:[…], report, certificate}', [
    [
      'landbridge conformance run --against http://127.0.0.1:8080 --link tst --self TST --peer LBG --report out --software "landbridge 0.1"',
      'everything, and a certificate',
    ],
    ['landbridge conformance run --against URL --link tst --self TST --peer LBG --report out --short', 'within a minute'],
    [
      'landbridge conformance run --listen 8099 --role partner --link keg --self LBG --peer KEG --report out --rotate-wait 120',
      'a partner’s own system, which connects to us',
    ],
  ]).action(lazily(async () => (await import('./run.ts')).runConformance));
}

function registerCases(conformance: Command): void {
  const command = conformance
    .command('cases')
    .summary('every case of the suite')
    .description('Lists the cases with purpose, given, when, then and what to do.')
    .addOption(new Option('--language <language>', 'language of the texts').choices(['en', 'zh', 'ru', 'kk']).default('en'));
  common(command, 'print {suite, cases:[…]}', [['landbridge conformance cases --language kk', 'in Kazakh']]).action(
    lazily(async () => (await import('./cases.ts')).listCases),
  );
}

function registerVerify(conformance: Command): void {
  const command = conformance
    .command('verify')
    .summary('judge a certificate')
    .description(
      'Judges a conformance certificate with the key document of its issuer in the key folder, without network: signature, expiry, and whatever else is given. ' +
        'Exit 0: valid; 2: expired or about something else; 20: the signature is not trusted.',
    )
    .argument('<file>', 'the certificate; - for stdin')
    .option('--kid <thumbprint>', 'the key the endpoint signs with now')
    .option('--software <name>', 'the software that runs there now')
    .option('--report <file>', 'the report.json it must be about')
    .option('--keys <folder>', 'key folder (default: that of the gateway)');
  common(command, 'print {verdict, certificate}', [
    ['landbridge conformance verify out/certificate.jws --report out/report.json', 'with its report'],
  ]).action(lazily(async () => (await import('./verify.ts')).verifyCertificate));
}
