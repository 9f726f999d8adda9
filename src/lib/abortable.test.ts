import { describe, expect, it } from 'vitest';
import { abortable } from './abortable.ts';
import { isAppError } from './errors.ts';

const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

async function* numbers(count: number): AsyncGenerator<number> {
  for (let at = 0; at < count; at += 1) yield at;
}

describe('abortable', () => {
  it('gives what the source gives', async () => {
    expect(await collect(abortable(numbers(3), new AbortController().signal))).toEqual([0, 1, 2]);
  });

  it('ends while the source hangs, and tells the source', async () => {
    const abort = new AbortController();
    let isTold = false;
    const hanging: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: async () => {
          isTold = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const reading = collect(abortable(hanging, abort.signal));
    setTimeout(() => abort.abort(), 5);
    await expect(reading).rejects.toSatisfy((error) => isAppError(error, 'cancelled'));
    expect(isTold).toBe(true);
  });

  it('ends the source when the reader stops', async () => {
    let isClosed = false;
    const source = (async function* () {
      try {
        yield* numbers(10);
      } finally {
        isClosed = true;
      }
    })();
    for await (const item of abortable(source, new AbortController().signal)) if (item === 1) break;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(isClosed).toBe(true);
  });

  it('asks nothing of the source when it is too late already', async () => {
    await expect(collect(abortable(numbers(1), AbortSignal.abort()))).rejects.toSatisfy((error) => isAppError(error, 'cancelled'));
  });
});
