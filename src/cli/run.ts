import { closest } from '../config/closest.ts';
import { AppError, errorSpec, isAppError } from '../lib/errors.ts';
import type { Action, CommandEntry, Definition } from './command.ts';
import { commandGroups, commandTable } from './command-table.ts';
import type { CliContext } from './context.ts';
import { writeOut } from './output.ts';
import { errorText } from './print-error.ts';
import { paintFor, useColour, widthOf } from './terminal.ts';

/** The words that name the command: what stands before the first option. */
const commandWords = (args: readonly string[]): readonly string[] => {
  const end = args.findIndex((arg) => arg.startsWith('-'));
  return end < 0 ? args : args.slice(0, end);
};

/** `help rules test` means `rules test --help`; `--version` is a command too. */
const normaliseArgs = (args: readonly string[]): readonly string[] => {
  if (args[0] === 'help') return [...args.slice(1).filter((arg) => arg !== '--help' && arg !== '-h'), '--help'];
  if (args[0] === '--version' || args[0] === '-V') return ['version', ...args.slice(1)];
  return args.length === 0 ? ['--help'] : args;
};

/** @throws AppError `usage_invalid` for a command nobody knows, with the likely one. */
const entryFor = (words: readonly string[]): CommandEntry | undefined => {
  const [first, second] = words;
  if (first === undefined) return undefined;
  const isGroup = Object.hasOwn(commandGroups, first);
  const found = commandTable.find(({ path }) => path[0] === first && (isGroup ? path[1] === second : true));
  if (found !== undefined || (isGroup && second === undefined)) return found;
  const unknown = isGroup ? (second ?? '') : first;
  const known = isGroup
    ? commandTable.filter(({ path }) => path[0] === first).map(({ path }) => path[1] ?? '')
    : [...new Set(commandTable.map(({ path }) => path[0])), 'help'];
  const near = closest(unknown, known);
  const prefix = isGroup ? `${first} ` : '';
  throw new AppError('usage_invalid', `there is no command "${prefix}${unknown}"`, {
    hint: near === undefined ? `Known: ${known.map((name) => prefix + name).join(', ')}.` : `Did you mean "${prefix}${near}"?`,
  });
};

const runCommand = async (context: CliContext): Promise<number> => {
  const args = normaliseArgs(context.args);
  const words = commandWords(args);
  const entry = entryFor(words);
  const { asUsageError, buildProgram, isHelpShown } = await import('./program.ts');
  let exitCode = 0;
  const helpTexts: string[] = [];
  const write = (text: string): void => void helpTexts.push(text);
  const width = widthOf(context.stdout);
  const definition: Definition = {
    act: async (action: Action) => {
      exitCode = await action(context);
    },
    wholeProgram: () => buildProgram({ definition, write, width, wanted: () => true }),
  };
  const program = await buildProgram({ definition, write, width, wanted: (candidate) => candidate === entry });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!isHelpShown(error)) throw asUsageError(error, (entry?.path ?? words.slice(0, 1)).join(' '));
  }
  if (helpTexts.length > 0) await writeOut(context.stdout, helpTexts, context);
  return exitCode;
};

/** Runs one command line to its exit code. Errors are printed here, nowhere else. */
export const runCli = async (context: CliContext): Promise<number> => {
  try {
    return await runCommand(context);
  } catch (thrown) {
    // Whatever breaks after an interruption broke because of it.
    const error =
      context.signal.aborted && !isAppError(thrown, 'cancelled') && isAppError(context.signal.reason) ? context.signal.reason : thrown;
    const typed = (...names: readonly string[]): boolean => names.some((name) => context.args.includes(name));
    const verbose = typed('--verbose', '-v');
    const color = typed('--no-color') ? false : typed('--color') ? true : undefined;
    const paint = paintFor(useColour(context.stderr, context.environment, { color }));
    // The exit code still tells where standard error cannot be written.
    await writeOut(context.stderr, [errorText(error, paint, verbose)], { signal: new AbortController().signal }).catch(() => undefined);
    return errorSpec(error).exit;
  }
};
