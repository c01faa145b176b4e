import type { Command } from 'commander';

const WIDTH = 100;

const HEAD = `# The command line

Generated from \`landbridge --help\` by \`node scripts/cli-docs.mjs\`; a test keeps it current. Results go to stdout, everything said
about them to stderr. On a terminal there are tables and colour (\`NO_COLOR\` is honoured), in a pipe tab-separated lines; \`--json\`
prints one JSON document instead. A finding names its code, what is wrong, where, and what to do; \`landbridge\` never prints a
private key, and passwords only where \`topology apply\` made them. From a checkout, \`npm run landbridge -- …\` builds first.
`;

/** docs/cli.md: the help of every command, one section each. */
export function cliMarkdown(program: Command): string {
  return [HEAD, ...sections(program, '')].join('\n');
}

function sections(command: Command, before: string): string[] {
  const name = `${before}${command.name()}`;
  const own = `## ${name}\n\n\`\`\`text\n${helpOf(command).trimEnd()}\n\`\`\`\n`;
  return [own, ...command.commands.flatMap((child) => sections(child, `${name} `))];
}

/** The help as a pipe gets it, examples included; the same wherever it is generated. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part), getOutHelpWidth: () => WIDTH, getOutHasColors: () => false });
  command.outputHelp();
  return text;
}
