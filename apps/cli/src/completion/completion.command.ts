import { Argument, type Command } from 'commander';
import { common, lazily } from '../command.ts';
import { SHELLS } from './scripts.ts';

/** Words that a shell proposes. */
export function registerCompletion(program: Command): void {
  const command = program
    .command('completion')
    .summary('complete commands and options in your shell')
    .description('Prints a script for your shell that completes commands, options and their fixed values. Print it anew after an update.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS));
  common(command, 'print {shell, script}', [
    ['source <(landbridge completion bash)', 'in ~/.bashrc'],
    ['landbridge completion zsh > "${fpath[1]}/_landbridge"', 'for zsh'],
    ['landbridge completion fish > ~/.config/fish/completions/landbridge.fish', 'for fish'],
  ]).action(lazily(async () => (await import('./print.ts')).printScript(program)));
}
