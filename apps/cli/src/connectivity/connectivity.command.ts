import { Option, type Command } from 'commander';
import { byteCount, collect, common, lazily, positiveInteger } from '../command.ts';
import { registerPartnerRows } from '../conformance/partner-tests.command.ts';

/** The connectivity test. */
export function registerConnectivity(program: Command): void {
  const connectivity = program
    .command('connectivity')
    .summary('find out where a connection breaks')
    .description('Tries a link row by row, from the name to Kazakh text, and says what failed and what to do.');
  const command = connectivity
    .command('test')
    .summary('try a link row by row')
    .description(
      'As the partner of a link: name, port, TLS, client certificate, permissions, confirm, signed round trip, clocks, a large message, and Chinese, ' +
        'Kazakh and Russian text. The last three send test messages. Exit 0: all rows are well; 2: one failed.',
    )
    .requiredOption('--url <url>', 'address of the gateway (http://…) or of the broker (amqps://user:password@host)')
    .requiredOption('--link <id>', 'id of the link')
    .requiredOption('--self <party>', 'the party we are; its private key must lie in the key folder')
    .requiredOption('--peer <party>', 'the other side; its key document must lie in the key folder')
    .option('--row <name>', 'only this row and those it needs; repeatable', collect)
    .option('--large <bytes>', 'size of the large message', byteCount, 8 * 1024 * 1024)
    .option('--ca <file>', 'authority of the certificate of the other side')
    .option('--client-cert <file>', 'certificate to present')
    .option('--client-key <file>', 'its private key')
    .option('--production', 'the link carries production messages: only with the consent of its owner')
    .option('--timeout <seconds>', 'longest wait for one answer', positiveInteger, 15)
    .option('--keys <folder>', 'key folder (default: that of the gateway)')
    .addOption(new Option('--language <language>', 'language of titles and advice').choices(['en', 'zh', 'ru', 'kk']).default('en'));
  common(command, 'print {ok, rows:[{row, state, detail, code, ms, advice}]}', [
    ['landbridge connectivity test --url http://127.0.0.1:8080 --link tst --self TST --peer LBG', 'every row'],
    ['landbridge connectivity test --url URL --link tst --self TST --peer LBG --row tls', 'as far as TLS'],
  ]).action(lazily(async () => (await import('./test.ts')).testLink));
  registerPartnerRows(connectivity);
}
