import { type Command, Option } from 'commander';
import type { CliContext } from './context.ts';
import { type Paint, paintFor, useColour, widthOf } from './terminal.ts';

export interface ListOptions {
  readonly format: 'table' | 'json';
  readonly color?: boolean;
}

/** Options of every command that prints a list. */
export const addListOptions = (command: Command): Command =>
  command
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(['table', 'json']).default('table'))
    .option('--color', 'colours even where the output is no terminal')
    .option('--no-color', 'no colours');

export const viewOf = (context: CliContext, options: { readonly color?: boolean }): { readonly paint: Paint; readonly width: number } => ({
  paint: paintFor(useColour(context.stdout, context.environment, options)),
  width: widthOf(context.stdout),
});
