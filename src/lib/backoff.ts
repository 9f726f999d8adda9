import { abortReason } from './abort.ts';

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Wait before try `attempt` (from 1 for the first repetition): doubled each time, jittered over its upper half. `random` in [0, 1). */
export const backoffMs = ({ firstMs, longestMs }: Backoff, attempt: number, random: number): number => {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return Math.round(full / 2 + (random * full) / 2);
};

/** @throws AppError the signal's reason, as soon as it is aborted. */
export const sleep = (ms: number, { signal }: { readonly signal: AbortSignal }): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
