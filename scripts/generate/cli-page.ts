import type { Command } from 'commander';

/** Help of a command as a person sees it on a terminal of 100 columns. */
const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (piece) => void (text += piece) });
  command.outputHelp();
  return text.trimEnd();
};

const sections = (command: Command, parents: readonly string[]): readonly string[] => {
  const name = [...parents, command.name()];
  const title = `${'#'.repeat(Math.min(parents.length + 1, 3))} ${name.join(' ')}`;
  return [
    `${title}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``,
    ...command.commands.filter((child) => child.name() !== 'help').flatMap((child) => sections(child, name)),
  ];
};

export const cliPage = async (): Promise<string> => {
  const { wholeProgram } = await import('../whole-program.ts');
  const [first = '', ...rest] = sections(await wholeProgram(), []);
  return `${[`# Command line\n\nWhat \`--help\` prints, for every command.`, first.replace('# sightline', '## sightline'), ...rest].join('\n\n')}\n`;
};
