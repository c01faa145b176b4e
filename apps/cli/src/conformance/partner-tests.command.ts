import { Option, type Command } from 'commander';
import { collect, common, lazily, positiveInteger } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

const load = () => import('./partner-tests.ts');
const language = () => new Option('--language <language>', 'language of texts').choices(['en', 'zh', 'ru', 'kk']).default('en');
const why = (command: Command): Command => command.requiredOption('--reason <text>', 'why; it is audited');

/** What a running gateway does about the tests of its partners. */
export function registerPartnerTests(conformance: Command): void {
  const start = conformance
    .command('start')
    .summary('let a running gateway run the suite against a partner')
    .description(
      'The gateway stands on an address of its own (CONFORMANCE_LISTEN) where the partner’s system connects as it would to the link, and runs every group but the ' +
        'rotation of its own keys. Only for test links. One run at a time; landbridge conformance status shows it.',
    )
    .argument('<link>', 'link id')
    .requiredOption('--software <name>', 'name and version of the software under test, for the certificate')
    .option('--group <name>', 'only this group; repeatable', collect)
    .option('--short', 'one case of every kind, no certificate');
  gatewayOptions(why(start));
  common(start, 'print {run}', [
    ['landbridge conformance start keg --software "khorgos 2.1" --reason "before going live"', 'then let the system connect'],
  ]).action(lazily(async () => (await load()).startRun));
  const status = conformance
    .command('status')
    .summary('the last run of a link at a gateway')
    .description(
      'Shows the last run that was started at the gateway, and whether its endpoint is still what was certified. Exit 2 when it failed.',
    )
    .argument('<link>', 'link id');
  gatewayOptions(status);
  common(status, 'print {run, drift}', [['landbridge conformance status keg', 'for a person']]).action(
    lazily(async () => (await load()).status),
  );
  const stop = conformance
    .command('stop')
    .summary('end a run at a gateway')
    .description('Ends the run of a link that was started at the gateway. Nothing is judged.')
    .argument('<link>', 'link id');
  gatewayOptions(why(stop));
  common(stop, 'print {run, drift}', [
    ['landbridge conformance stop keg --reason "their system is down"', 'and start it again later'],
  ]).action(lazily(async () => (await load()).stopRun));
  registerFiles(conformance);
}

function registerFiles(conformance: Command): void {
  const report = conformance
    .command('report')
    .summary('the report or certificate of the last run at a gateway')
    .description('Writes the report of the last finished run of a link, or its certificate.')
    .argument('<link>', 'link id')
    .addOption(new Option('--format <format>', 'what to write').choices(['json', 'html', 'junit', 'certificate']).default('html'))
    .addOption(language())
    .requiredOption('-o, --output <file>', 'where to; - for stdout');
  gatewayOptions(report);
  common(report, 'print {file, bytes}', [
    ['landbridge conformance report keg --language kk -o report.html', 'in Kazakh'],
    ['landbridge conformance report keg --format certificate -o keg.jws', 'for landbridge conformance verify'],
  ]).action(lazily(async () => (await load()).report));
  const drift = conformance
    .command('drift')
    .summary('whether certified endpoints are still what was certified')
    .description(
      'The gateway asks every certified endpoint a signed question once a day (CONFORMANCE_DRIFT_HOURS) and compares key, software and profile of the answer with the ' +
        'certificate. This shows the last looks, or takes one. Exit 2 when an endpoint differs or is silent.',
    )
    .option('--link <id>', 'ask the endpoint of this link now')
    .option('--wait <seconds>', 'how long its answer may take', positiveInteger, 15)
    .option('--reason <text>', 'why it is asked now; it is audited');
  gatewayOptions(drift);
  common(drift, 'print {drift:[…]}', [
    ['landbridge conformance drift', 'the last looks'],
    ['landbridge conformance drift --link keg --reason "they upgraded today"', 'ask now'],
  ]).action(lazily(async () => (await load()).drift));
}

/** The connectivity test from the gateway's end. */
export function registerPartnerRows(connectivity: Command): void {
  const rows = connectivity
    .command('partner')
    .summary('let a running gateway try a link from its end')
    .description(
      'Row by row: the partner’s address where the gateway calls it, the broker, whether our end is open, a signed question and its answer, clocks. No business message ' +
        'is sent, so production links may be tried. Exit 2 when a row failed.',
    )
    .argument('<link>', 'link id')
    .option('--row <name>', 'only this row and those it needs; repeatable', collect)
    .option('--wait <seconds>', 'how long a signed answer may take', positiveInteger, 15)
    .addOption(language());
  gatewayOptions(why(rows));
  common(rows, 'print {ok, rows:[{row, state, detail, code, ms}]}', [
    ['landbridge connectivity partner keg --reason "they changed their firewall"', 'every row'],
  ]).action(lazily(async () => (await load()).partnerRows));
}
