import type { ErrorCode } from '../lib/errors.ts';
import { errorTable } from '../lib/errors.ts';

/** How often a task is tried and how long it waits between, by the kind of failure. */
export interface RetryPolicy {
  readonly firstDelayMs: number;
  readonly factor: number;
  readonly longestDelayMs: number;
}

/** A server that cannot be reached, or is busy, needs time; a worker that died does not. */
const waitForOthers: RetryPolicy = { firstDelayMs: 5_000, factor: 3, longestDelayMs: 300_000 };
const soon: RetryPolicy = { firstDelayMs: 1_000, factor: 2, longestDelayMs: 60_000 };

const unreachable: ReadonlySet<string> = new Set<ErrorCode>(['git_failed', 'host_unresolved', 'checkout_timeout']);

/**
 * Wait before the next attempt: exponential, with full jitter over the upper half so that many tasks that failed together do not come back
 * together. `random` in [0, 1).
 */
export const retryDelayMs = (code: string, failedAttempts: number, random: number): number => {
  const policy = unreachable.has(code) ? waitForOthers : soon;
  const full = Math.min(policy.longestDelayMs, policy.firstDelayMs * policy.factor ** Math.max(0, failedAttempts - 1));
  return Math.round(full / 2 + (random * full) / 2);
};

/** True when the table says that the same work may go well another time; codes that are not ours may. */
export const isRetryable = (code: string): boolean => (Object.hasOwn(errorTable, code) ? errorTable[code as ErrorCode].retryable : true);
