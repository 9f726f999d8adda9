import { type Backoff, backoffMs, sleep } from '../../lib/backoff.ts';
import { errorSpec, isAppError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';

const backoff: Backoff = { firstMs: 250, longestMs: 5000 };
/** An error that is not of our table is a defect more often than trouble that passes. */
const unknownErrors = 5;
/** Trouble is logged at the first try and then each so many. */
const logEvery = 10;

export interface AskOptions {
  /** What is asked, for the log: `commit`. */
  readonly what: string;
  readonly log: Logger;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * Asks the server until it answers: while it is away, or an answer got lost, the same is asked again, which every method of `LeaseService`
 * allows.
 * @throws what a try threw that will not go well another time; the signal's reason
 */
export const untilAnswered = async <Answer>(
  ask: (options: { readonly signal: AbortSignal }) => Promise<Answer>,
  { what, log, random, signal }: AskOptions,
): Promise<Answer> => {
  let unknown = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask({ signal });
    } catch (error) {
      if (signal.aborted) throw error;
      const isPassing = isAppError(error) ? errorSpec(error).retryable : ++unknown < unknownErrors;
      if (!isPassing) throw error;
      if (attempt % logEvery === 1) log.warn(`the server does not answer to "${what}", asking again`, { error: messageOf(error), attempt });
    }
    await sleep(backoffMs(backoff, attempt, random()), { signal });
  }
};
