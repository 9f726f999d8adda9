import { isAppError, messageOf } from '../lib/errors.ts';
import { forTerminal } from '../lib/text-safety.ts';
import { type Paint, paintFor } from './terminal.ts';

const defectHint = 'This is a defect in Sightline. Run it again with --verbose and report what it prints.';

const causes = (error: unknown): string[] => {
  const lines: string[] = [];
  for (let cause = error instanceof Error ? error.cause : undefined; cause instanceof Error && lines.length < 5; cause = cause.cause) {
    lines.push(`cause: ${forTerminal(cause.message)}`);
  }
  return lines;
};

/** An error as a person reads it: what happened, what to do next; with `verbose` also why. Ends with a line break. */
export const errorText = (error: unknown, paint: Paint, verbose: boolean): string => {
  const known = isAppError(error);
  const hint = known ? error.hint : defectHint;
  const stack = verbose && !known && error instanceof Error ? (error.stack ?? '').split('\n').slice(1).map(forTerminal) : [];
  return [
    `${paint.bold(paint.red(`error[${known ? error.code : 'internal'}]:`))} ${forTerminal(messageOf(error))}`,
    ...(verbose ? causes(error) : []),
    ...stack,
    ...(hint === undefined ? [] : [`${paint.bold('hint:')} ${forTerminal(hint)}`]),
    '',
  ].join('\n');
};

export const warningText = (message: string, paint: Paint): string => `${paint.bold(paint.yellow('warning:'))} ${forTerminal(message)}\n`;

/** For what nobody caught: straight to standard error, with its stack. */
export const printDefect = (error: unknown): void => void process.stderr.write(errorText(error, paintFor(false), true));
