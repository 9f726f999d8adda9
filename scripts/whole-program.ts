import type { Command } from 'commander';
import { buildProgram } from '../src/cli/program.ts';

/** The command line with every command and option, 100 columns wide; it does nothing. */
export const wholeProgram = (): Promise<Command> =>
  buildProgram({
    definition: { act: () => Promise.resolve(), wholeProgram },
    write: () => undefined,
    width: 100,
    wanted: () => true,
  });
