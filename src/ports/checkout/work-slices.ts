import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../lib/abort.ts';

const sliceMs = 15;

/**
 * For loops of synchronous file calls, which are several times faster than promises: call the result after every step, and the event
 * loop gets a turn, and an abort is noticed, whenever 15 ms of work have gone by.
 */
export const createSlices = ({ signal }: { readonly signal: AbortSignal }): (() => Promise<void>) => {
  let startedMs = performance.now();
  return async () => {
    if (performance.now() - startedMs < sliceMs) return;
    await nextTurn();
    throwIfAborted(signal);
    startedMs = performance.now();
  };
};
