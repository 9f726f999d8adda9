import { AppError, type ErrorCode } from '../../lib/errors.ts';

declare const literal: unique symbol;
declare const checked: unique symbol;

/** An option written out in our source, see {@link flag}. */
export type GitFlag = string & { readonly [literal]: true };
/** Text that came from outside and can only ever be an operand, see {@link userValue}. */
export type UserValue = string & { readonly [checked]: true };

/** None of these looks at a work tree: there git would run the filters that a hostile repository configures. */
export type GitSubcommand =
  | 'cat-file'
  | 'diff-tree'
  | 'fetch'
  | 'for-each-ref'
  | 'init'
  | 'log'
  | 'ls-remote'
  | 'ls-tree'
  | 'merge-base'
  | 'rev-list'
  | 'rev-parse'
  | 'show'
  | 'update-ref'
  | 'version';

/**
 * One git invocation. The parts are kept apart so that text from outside never stands where git looks for options:
 * `git <name> <flags> --end-of-options <values> [-- <paths>]`.
 */
export interface GitCommand {
  readonly name: GitSubcommand;
  readonly flags: readonly GitFlag[];
  /** Revisions, URLs, refspecs. */
  readonly values?: readonly UserValue[];
  readonly paths?: readonly UserValue[];
}

const maxValueLength = 8192;

/**
 * An option. The type accepts literals only: a variable of type `string` does not compile. A value joined with `=` is a number or was
 * checked by {@link userValue}.
 */
export const flag = <Text extends string>(text: string extends Text ? never : Text, value?: number | UserValue): GitFlag =>
  (value === undefined ? text : `${text}=${value}`) as GitFlag;

/** @throws AppError `code` when git could take the text for an option, or a line of a protocol could end inside it. */
export const userValue = (text: string, code: ErrorCode = 'usage_invalid'): UserValue => {
  if (text === '' || text.length > maxValueLength || text.startsWith('-') || /[\u0000-\u001f\u007f]/.test(text)) {
    throw new AppError(code, 'a git argument is empty, too long, starts with "-" or holds control characters');
  }
  return text as UserValue;
};

/** Subcommands that show content: local configuration must not put a program between git and its output. */
const showsDiffs: readonly GitSubcommand[] = ['diff-tree', 'log', 'show'];

/** Arguments after `git`. */
export const argumentsOf = (command: GitCommand): readonly string[] => [
  command.name,
  ...(showsDiffs.includes(command.name) ? ['--no-ext-diff', '--no-textconv', '--no-color'] : []),
  ...command.flags,
  ...(command.values === undefined && command.paths === undefined ? [] : ['--end-of-options']),
  ...(command.values ?? []),
  ...(command.paths === undefined ? [] : ['--', ...command.paths]),
];
