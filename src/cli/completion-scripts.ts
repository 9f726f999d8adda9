import type { OutlinedCommand, OutlinedOption } from './command-outline.ts';

/** Values that can be completed, by long option. */
export type CompletionValues = Readonly<Record<string, readonly string[]>>;

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const help: OutlinedOption = { long: '--help', short: '-h', description: 'show help', takesValue: false };

const optionsOf = (command: OutlinedCommand): readonly OutlinedOption[] => [...command.options, help];
const leavesAndGroups = (program: OutlinedCommand): readonly OutlinedCommand[] =>
  program.children.flatMap((child) => [child, ...child.children]);
const nameOf = (command: OutlinedCommand): string => command.path.at(-1) ?? '';
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const firstWords = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 59)}…`);

const valueCases = (values: CompletionValues, branch: (words: readonly string[]) => string): readonly string[] =>
  Object.entries(values).map(([flags, words]) => `    ${flags}) ${branch(words)} ;;`);

const bash = (program: OutlinedCommand, values: CompletionValues): string => {
  const wordsOf = (command: OutlinedCommand): string =>
    (command.children.length > 0
      ? command.children.map(nameOf)
      : [...command.argumentChoices, ...optionsOf(command).map(({ long }) => long)]
    ).join(' ');
  return `# Completion of sightline for bash. Use: source <(sightline completion bash)
_sightline() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" place="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) break ;; *) place="$place $word" ;; esac
  done
  case $previous in
${valueCases(values, (words) => `COMPREPLY=($(compgen -W ${quote(words.join(' '))} -- "$current")); return`).join('\n')}
  esac
  case "$place " in
    ' ') words=${quote(wordsOf(program))} ;;
${leavesAndGroups(program)
  .toSorted((a, b) => b.path.length - a.path.length)
  .map((command) => `    ${quote(` ${command.path.join(' ')} `)}*) words=${quote(wordsOf(command))} ;;`)
  .join('\n')}
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "\${words%%--*}" -- "$current") $(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _sightline sightline
`;
};

const zsh = (program: OutlinedCommand, values: CompletionValues): string => {
  const entry = (name: string, description: string): string => quote(`${name}:${firstWords(description).replaceAll(':', '\\:')}`);
  const entriesOf = (command: OutlinedCommand): string =>
    (command.children.length > 0
      ? command.children.map((child) => entry(nameOf(child), child.summary))
      : [
          ...command.argumentChoices.map((choice) => entry(choice, '')),
          ...optionsOf(command).map(({ long, description }) => entry(long, description)),
        ]
    ).join(' ');
  return `#compdef sightline
# Completion of sightline for zsh. Use: source <(sightline completion zsh)
_sightline() {
  local place="" word
  local -a entries
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] && break
    place="$place $word"
  done
  case \${words[CURRENT-1]} in
${valueCases(values, (words) => `compadd -- ${words.join(' ')}; return`).join('\n')}
  esac
  case "$place " in
    ' ') entries=(${entriesOf(program)}); _describe command entries; return ;;
${leavesAndGroups(program)
  .toSorted((a, b) => b.path.length - a.path.length)
  .map((command) => {
    const then = command.children.length + command.argumentChoices.length > 0 ? '; _describe command entries; return' : '';
    return `    ${quote(` ${command.path.join(' ')} `)}*) entries=(${entriesOf(command)})${then} ;;`;
  })
  .join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then _describe option entries; else _files; fi
}
compdef _sightline sightline
`;
};

const fish = (program: OutlinedCommand, values: CompletionValues): string => {
  const valuesFor = (long: string): string => {
    const found = Object.entries(values).find(([flags]) => flags.split('|').includes(long));
    return found === undefined ? '' : ` -x -a ${quote(found[1].join(' '))}`;
  };
  const optionLine = (condition: string, { long, short, description, takesValue }: OutlinedOption): string => {
    const fixed = valuesFor(long);
    const shortPart = short === undefined ? '' : ` -s ${short.slice(1)}`;
    return `complete -c sightline -n ${quote(condition)} -l ${long.slice(2)}${shortPart}${fixed || (takesValue ? ' -r' : '')} -d ${quote(firstWords(description))}`;
  };
  const lines = ['# Completion of sightline for fish. Use: sightline completion fish | source'];
  for (const child of program.children) {
    const name = nameOf(child);
    lines.push(`complete -c sightline -f -n __fish_use_subcommand -a ${name} -d ${quote(firstWords(child.summary))}`);
    const inChild = `__fish_seen_subcommand_from ${name}`;
    if (child.argumentChoices.length > 0)
      lines.push(`complete -c sightline -f -n ${quote(inChild)} -a ${quote(child.argumentChoices.join(' '))}`);
    if (child.children.length === 0) lines.push(...optionsOf(child).map((option) => optionLine(inChild, option)));
    const siblings = child.children.map(nameOf).join(' ');
    for (const leaf of child.children) {
      lines.push(
        `complete -c sightline -f -n ${quote(`${inChild}; and not __fish_seen_subcommand_from ${siblings}`)} -a ${nameOf(leaf)} -d ${quote(firstWords(leaf.summary))}`,
        ...optionsOf(leaf).map((option) => optionLine(`${inChild}; and __fish_seen_subcommand_from ${nameOf(leaf)}`, option)),
      );
    }
  }
  return `${lines.join('\n')}\n`;
};

/** A script for a shell to read, made from the commands themselves. */
export const completionScript = (shell: Shell, program: OutlinedCommand, values: CompletionValues): string =>
  ({ bash, zsh, fish })[shell](program, values);
