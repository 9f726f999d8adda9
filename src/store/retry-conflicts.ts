import { throwIfAborted } from '../lib/abort.ts';
import { isDatabaseError } from '../ports/database/database.ts';

const deadlock = '40P01';
const serializationFailure = '40001';
const mostTries = 4;

/**
 * Transactions take their locks in one order (project, task, scan, load, audit), so they do not wait for each other in a circle; should a new
 * one break that, the database ends one of them, and nothing of it was stored. `work` is a whole transaction.
 */
export const retryConflicts = async <Result>(
  work: () => Promise<Result>,
  { signal }: { readonly signal: AbortSignal },
): Promise<Result> => {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried === mostTries || !isDatabaseError(error, deadlock, serializationFailure)) throw error;
      throwIfAborted(signal);
    }
  }
};
