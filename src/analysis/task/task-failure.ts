import { type ErrorCode, errorTable } from '../../lib/errors.ts';
import { clip, plainOutput } from '../../lib/text-safety.ts';

/** Why a task did not go well, as the server is told. */
export interface TaskFailure {
  readonly state: 'failed';
  readonly code: ErrorCode;
  readonly message: string;
  /** Whether the same task may go well another time. */
  readonly retryable: boolean;
}

const messageCharacters = 2000;

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code);

/** `code` may come from a process that cannot be trusted: one that is not ours counts as `engine_failed`. */
export const failure = (code: string, message: string, hint?: string): TaskFailure => {
  const known = isErrorCode(code) ? code : 'engine_failed';
  const text = plainOutput(hint === undefined ? message : `${message} (${hint})`);
  return { state: 'failed', code: known, message: clip(text, messageCharacters), retryable: errorTable[known].retryable };
};

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly killedBy: string | null;
  /** What it printed: Node says there when its memory is used up. */
  readonly printed: string;
}

/**
 * What it means that an engine process ended without a word. A crash may be the fault of the machine as well as of what was looked at, so
 * it is tried again; how often is bounded by the server.
 */
export const explainEnd = ({ exitCode, killedBy, printed }: ProcessEnd): TaskFailure => {
  if (/heap out of memory|Allocation failed|out of memory/i.test(printed)) {
    return failure('memory_limit', 'the engine process used up its memory');
  }
  if (killedBy === 'SIGKILL')
    return failure('memory_limit', 'the engine process was killed by the system, which does so when memory runs out');
  const how = killedBy === null ? `ended with exit code ${exitCode ?? 'unknown'}` : `was ended by ${killedBy}`;
  return { ...failure('engine_failed', `the engine process ${how} before it was done`), retryable: true };
};
