import type { Command } from 'commander';
import { common, lazily } from '../command.ts';
import { gatewayOptions } from './gateway-options.ts';

const load = async () => import('./loaded.ts');

/** What the running gateway was set up with. */
export function registerLoaded(program: Command): void {
  const partners = program
    .command('partners')
    .summary('partners of the gateway: links, formats, routes')
    .description('Lists the partners the running gateway has agreements with, as far as the scope of the account reaches.');
  gatewayOptions(partners);
  common(partners, 'print {partners:[…]}', [['landbridge partners', 'who is connected, and how']]).action(
    lazily(async () => (await load()).partners),
  );
  const diagnostics = program
    .command('diagnostics')
    .summary('how this installation is, for a ticket')
    .description('Versions, state of process and database, and which settings are set. No key, password, address or payload.');
  gatewayOptions(diagnostics);
  common(diagnostics, 'print the report', [['landbridge diagnostics --json > report.json', 'to attach']]).action(
    lazily(async () => (await load()).diagnostics),
  );
  const retention = program
    .command('retention')
    .summary('what is kept for how long, and how much has had its time')
    .description('Shows the retention rules of the running gateway; landbridge purge removes what has had its time.');
  gatewayOptions(retention);
  common(retention, 'print {rules:[…]}', [['landbridge retention', 'before landbridge purge']]).action(
    lazily(async () => (await load()).retention),
  );
  const loaded = program
    .command('loaded')
    .summary('mappings and code lists as the running gateway has them')
    .description('What the running gateway translates with; landbridge mappings and codelists work on files.');
  for (const [name, summary, example, json, action] of [
    [
      'mappings',
      'every mapping with its version',
      'landbridge loaded mappings',
      '{mappings:[…]}',
      lazily(async () => (await load()).mappings),
    ],
    [
      'codelists',
      'every code list with its version',
      'landbridge loaded codelists',
      '{lists:[…]}',
      lazily(async () => (await load()).codeLists),
    ],
  ] as const) {
    const command = loaded.command(name).summary(summary).description(`Lists ${summary}.`);
    gatewayOptions(command);
    common(command, `print ${json}`, [[example, summary]]).action(action);
  }
  for (const [name, summary, example, json, action] of [
    [
      'mapping',
      'one mapping as a table of rules',
      'landbridge loaded mapping cn-manifest/MT1101',
      '{functions, rules:[…]}',
      lazily(async () => (await load()).mapping),
    ],
    ['codelist', 'the codes of one list', 'landbridge loaded codelist CN012', '{codes:[…]}', lazily(async () => (await load()).codeList)],
  ] as const) {
    const command = loaded.command(name).summary(summary).description(`Shows ${summary}.`).argument('<id>', 'its id');
    gatewayOptions(command);
    common(command, `print ${json}`, [[example, summary]]).action(action);
  }
}
