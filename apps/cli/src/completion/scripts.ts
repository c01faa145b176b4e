import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** One word that may follow, and what it is for. */
interface Word {
  readonly word: string;
  readonly text: string;
}

/** What may stand behind a command: `path` is its words without the program's own. */
interface Place {
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly (Word & { readonly values: readonly string[] })[];
  /** Values of its arguments, where they are a fixed list. */
  readonly values: readonly string[];
}

/** The script that a shell reads to complete `landbridge`: commands, options and their fixed values, as the program has them now. */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program, '');
  if (shell === 'fish') return fish(places);
  return shell === 'bash' ? bash(places) : `#compdef landbridge\nautoload -U +X bashcompinit && bashcompinit\n${bash(places)}`;
}

function placesOf(command: Command, path: string): Place[] {
  const inner = command.commands.map((one) => ({ one, path: `${path} ${one.name()}`.trim() }));
  const place: Place = {
    path,
    commands: command.commands.map((one) => ({ word: one.name(), text: one.summary() })),
    options: [
      ...command.options.map(({ long, short, description, argChoices }) => ({
        word: long ?? short ?? '',
        text: description,
        values: argChoices ?? [],
      })),
      { word: '--help', text: 'how it is called', values: [] },
    ],
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
  return [place, ...inner.flatMap(({ one, path: at }) => placesOf(one, at))];
}

const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

/** Walks over the words that name a command, so that what follows is looked up by its path; files where nothing fixed fits. */
function bash(places: readonly Place[]): string {
  const lines = (of: (place: Place) => readonly string[]): string => places.flatMap(of).join('\n');
  return `_landbridge_known() {
  case "$1" in
${lines(({ path }) => (path === '' ? [] : [`    ${quoted(path)}) return 0 ;;`]))}
  esac
  return 1
}
_landbridge_words() {
  case "$1" in
${lines(({ path, commands, options, values }) => [
  `    ${quoted(path)}) echo ${quoted(
    [...commands, ...options]
      .map(({ word }) => word)
      .concat(values)
      .join(' '),
  )} ;;`,
])}
  esac
}
_landbridge_values() {
  case "$1" in
${lines(({ path, options }) => options.flatMap(({ word, values }) => (values.length === 0 ? [] : [`    ${quoted(`${path} ${word}`.trim())}) echo ${quoted(values.join(' '))} ;;`])))}
  esac
}
_landbridge() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" next="" found="" at=1
  while [ "$at" -lt "$COMP_CWORD" ]; do
    next="\${path:+$path }\${COMP_WORDS[at]}"
    if _landbridge_known "$next"; then path="$next"; fi
    at=$((at + 1))
  done
  found="$(_landbridge_values "\${path:+$path }$before")"
  if [ -z "$found" ]; then found="$(_landbridge_words "$path")"; fi
  COMPREPLY=($(compgen -W "$found" -- "$current"))
}
complete -o default -F _landbridge landbridge
`;
}

function fish(places: readonly Place[]): string {
  const at = (path: string): string => `-n ${quoted(`__landbridge_at ${quoted(path)}`)}`;
  const known = places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join(' ');
  return `function __landbridge_path
    set -l known ${known}
    set -l path ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$path $word")
        contains -- "$next" $known; and set path "$next"
    end
    echo $path
end
function __landbridge_at
    test (__landbridge_path) = "$argv[1]"
end
${places
  .flatMap(({ path, commands, options, values }) => [
    ...commands.map(({ word, text }) => `complete -c landbridge -f ${at(path)} -a ${word} -d ${quoted(text)}`),
    ...options.map(
      ({ word, text, values: fixed }) =>
        `complete -c landbridge ${at(path)} -l ${word.replace(/^-+/, '')} -d ${quoted(text)}${fixed.length === 0 ? '' : ` -x -a ${quoted(fixed.join(' '))}`}`,
    ),
    ...(values.length === 0 ? [] : [`complete -c landbridge -f ${at(path)} -a ${quoted(values.join(' '))}`]),
  ])
  .join('\n')}
`;
}
