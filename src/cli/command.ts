import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** What a command does; the number is the exit code. */
export type Action = (context: CliContext) => Promise<number>;

/** What `run.ts` hands to a command's definition. */
export interface Definition {
  /** Call it from commander's action with what the command is to do. */
  readonly act: (action: Action) => Promise<void>;
  /** Every command with all its options, for completion. */
  readonly wholeProgram: () => Promise<Command>;
}

/** One file of `commands/`: adds arguments, options and the action to an empty command. */
export type DefineCommand = (command: Command, definition: Definition) => void;

export interface CommandEntry {
  /** `['rules', 'list']` */
  readonly path: readonly [string, string?];
  readonly summary: string;
  readonly load: () => Promise<DefineCommand>;
}
