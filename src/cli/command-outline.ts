import type { Command } from 'commander';

export interface OutlinedOption {
  /** `--format` */
  readonly long: string;
  /** `-f` */
  readonly short?: string;
  readonly description: string;
  readonly takesValue: boolean;
}

/** A command as data: what completion and the reference page need. */
export interface OutlinedCommand {
  /** `['rules', 'list']`; empty for the program itself. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly OutlinedOption[];
  /** Words that may follow as an argument. */
  readonly argumentChoices: readonly string[];
  readonly children: readonly OutlinedCommand[];
}

export const outlineOf = (command: Command, path: readonly string[] = []): OutlinedCommand => ({
  path,
  summary: command.summary() || command.description(),
  options: command.options
    .filter((option) => option.long !== undefined)
    .map((option) => ({
      long: option.long ?? '',
      ...(option.short === undefined ? {} : { short: option.short }),
      description: option.description,
      takesValue: option.required || option.optional,
    })),
  argumentChoices: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
  children: command.commands.map((child) => outlineOf(child, [...path, child.name()])),
});
