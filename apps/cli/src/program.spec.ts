import type { Command } from 'commander';
import { EXIT_MEANINGS } from './exit-codes.ts';
import { createProgram } from './program.ts';

const leaves = (command: Command): Command[] => (command.commands.length === 0 ? [command] : command.commands.flatMap(leaves));
const nameOf = (command: Command): string => (command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name());
const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part) });
  command.outputHelp();
  return text;
};

describe('createProgram', () => {
  const commands = leaves(createProgram()).map((command) => [nameOf(command), command] as const);

  it('has every command the issue names', () => {
    const names = new Set(commands.map(([name]) => name.split(' ')[1]));
    for (const name of [
      'anonymise',
      'codelists',
      'demo',
      'detect',
      'diff',
      'keys',
      'messages',
      'migrate',
      'probe',
      'send',
      'start',
      'status',
      'topology',
      'translate',
      'validate',
    ])
      expect(names).toContain(name);
  });

  it.each(commands)('%s offers --json and says how it is called', (name, command) => {
    expect(command.options.map(({ long }) => long)).toContain('--json');
    expect(helpOf(command)).toMatch(new RegExp(`Examples:\\n  .*${name}`));
  });

  it('lists every exit code', () => {
    const help = helpOf(createProgram());
    for (const [code, meaning] of Object.entries(EXIT_MEANINGS)) expect(help).toContain(`${code.padStart(2)}  ${meaning}`);
  });
});
