import { Command, CommanderError } from 'commander';
import { AppError } from '../lib/errors.ts';
import type { CommandEntry, Definition } from './command.ts';
import { commandGroups, commandHeadings, commandTable } from './command-table.ts';
import { rootHelp } from './root-help.ts';

export interface ProgramOptions {
  readonly definition: Definition;
  /** Where help goes. */
  readonly write: (text: string) => void;
  readonly width: number;
  /** The commands whose options are wanted; the others appear by name only. */
  readonly wanted: (entry: CommandEntry) => boolean;
}

const headingOf = (name: string): string => commandHeadings.find(([, names]) => names.includes(name))?.[0] ?? 'Other:';

const settle = (command: Command, options: ProgramOptions): Command =>
  command
    .exitOverride()
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .allowExcessArguments(false)
    .configureHelp({ helpWidth: Math.min(options.width, 100), showGlobalOptions: false })
    .configureOutput({ writeOut: options.write, writeErr: () => undefined, getOutHasColors: () => false, getErrHasColors: () => false });

/** The tree of commands. Parsing throws commander's errors; see {@link asUsageError}. */
export const buildProgram = async (options: ProgramOptions): Promise<Command> => {
  const program = settle(new Command('sightline'), options)
    .description('Scans source code for vulnerabilities and secrets.')
    .usage('<command> [options]')
    .addHelpText('after', rootHelp);
  const parents = new Map<string, Command>();
  for (const entry of commandTable) {
    const [first, second] = entry.path;
    let parent = second === undefined ? program : parents.get(first);
    if (parent === undefined) {
      const summary = commandGroups[first] ?? '';
      const description = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
      parent = settle(program.command(first), options).summary(summary).description(description).usage('<command> [options]');
      parent.helpGroup(headingOf(first));
      parents.set(first, parent);
    }
    const command = settle(parent.command(second ?? first), options).summary(entry.summary);
    if (second === undefined) command.helpGroup(headingOf(first));
    if (options.wanted(entry)) (await entry.load())(command, options.definition);
  }
  program
    .command('help')
    .argument('[command...]')
    .summary('explain a command')
    .helpGroup(headingOf('help'))
    .action(() => program.outputHelp());
  return program;
};

/** True when commander only reports that it has shown help. */
export const isHelpShown = (error: unknown): boolean =>
  error instanceof CommanderError && (error.code === 'commander.helpDisplayed' || error.exitCode === 0);

/** What is wrong, in our words where commander's are for programmers. */
const complaintOf = (code: string, text: string): string => {
  switch (code) {
    case 'commander.help':
      return 'a command is missing';
    case 'commander.missingArgument':
      return text.replace(/^missing required argument '(.*)'$/, 'argument <$1> is missing');
    case 'commander.excessArguments':
      return text.replace(/^too many arguments.* but got \d+: (.*)\.$/, 'too many arguments: $1');
    case 'commander.invalidArgument':
      return text
        .replace(
          /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/,
          '"$1" is no $2: it is one of $3',
        )
        .replace(
          /^option '(.*)' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/,
          'option $1 does not take "$2": it is one of $3',
        );
    default:
      return text;
  }
};

/** Commander's complaint in the style of every other error; anything else unchanged. */
export const asUsageError = (error: unknown, commandPath: string): unknown => {
  if (!(error instanceof CommanderError)) return error;
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const near = /^\(Did you mean (.*)\?\)$/.exec(rest.join(' '));
  const seeHelp = `Run "sightline ${commandPath === '' ? '' : `${commandPath} `}--help" for what it takes.`;
  const message = complaintOf(error.code, first);
  return new AppError('usage_invalid', message, {
    hint: near?.[1] === undefined ? seeHelp : `Did you mean ${near[1]}? ${seeHelp}`,
  });
};
