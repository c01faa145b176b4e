import { Command } from 'commander';
import { registerAlerts } from './alerts/alerts.command.ts';
import { registerCodeLists } from './codelists/codelists.command.ts';
import { registerCompletion } from './completion/completion.command.ts';
import { registerDemo } from './demo/demo.command.ts';
import { registerDocuments } from './documents/documents.command.ts';
import { registerEvidence } from './evidence/evidence.command.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import { registerGateway } from './gateway/gateway.command.ts';
import { registerAccess } from './access/access.command.ts';
import { registerKeys } from './keys/keys.command.ts';
import { registerMappings } from './mappings/mappings.command.ts';
import { registerOperations } from './operations/operations.command.ts';
import { registerProof } from './proof/proof.command.ts';
import { registerIncidents } from './incidents/incidents.command.ts';
import { registerConformance } from './conformance/conformance.command.ts';
import { registerConnectivity } from './connectivity/connectivity.command.ts';
import { registerKit } from './kit/kit.command.ts';
import { registerReplays } from './replays/replays.command.ts';
import { registerContracts } from './contracts/contracts.command.ts';
import { registerAgreements } from './agreements/agreements.command.ts';
import { registerTransplant } from './transplant/transplant.command.ts';
import { registerProbe } from './probe/probe.command.ts';
import { registerMappingVersions } from './mapping-versions/mapping-versions.command.ts';
import { registerWorkshop } from './workshop/workshop.command.ts';

/** Width of help where no terminal tells one. */
const WIDTH = 100;

/** The whole command line, described but not run; modules that do the work are loaded when a command is called. */
export function createProgram(): Command {
  const program = new Command('landbridge')
    .description('Exchanges signed messages between ports across a border, each party in its own format.')
    .exitOverride()
    .configureOutput({
      getOutHelpWidth: () => process.stdout.columns ?? WIDTH,
      getErrHelpWidth: () => process.stderr.columns ?? WIDTH,
      outputError: () => undefined,
    })
    .helpCommand(false)
    .addHelpText('after', `\nExit codes:\n${exitCodeLines()}`)
    .addHelpText('after', '\nSettings come from the environment; config/default.env explains each one.');
  program.commandsGroup('To see it:');
  registerDemo(program);
  registerGateway(program);
  registerReplays(program);
  registerIncidents(program);
  registerAlerts(program);
  registerEvidence(program);
  registerDocuments(program);
  registerMappings(program);
  registerWorkshop(program);
  registerMappingVersions(program);
  registerCodeLists(program);
  registerOperations(program);
  registerCompletion(program);
  registerAccess(program);
  registerProof(program);
  registerKeys(program);
  registerConformance(program);
  registerConnectivity(program);
  registerKit(program);
  registerContracts(program);
  registerAgreements(program);
  registerTransplant(program);
  registerProbe(program);
  return program;
}

const exitCodeLines = (): string =>
  Object.entries(EXIT_MEANINGS)
    .map(([code, meaning]) => `  ${code.padStart(2)}  ${meaning}`)
    .join('\n');
