import { abortReason, throwIfAborted } from './abort.ts';

/**
 * The items of a source that may never answer again: ends with the signal's reason, also in the middle of waiting. The source is told
 * (`return`) but not waited for, since it may be what hangs.
 */
export async function* abortable<Item>(source: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item, void, undefined> {
  throwIfAborted(signal);
  const iterator = source[Symbol.asyncIterator]();
  let fail: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => fail(abortReason(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  let isOver = false;
  try {
    for (;;) {
      // A promise for each item: one that lives as long as the loop would gather a reaction for each.
      const next = await new Promise<IteratorResult<Item>>((resolve, reject) => {
        fail = reject;
        if (signal.aborted) onAbort();
        else iterator.next().then(resolve, reject);
      });
      if (next.done === true) {
        isOver = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
