import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { interleave } from './interleave.ts';

async function* numbers(from: number, to: number, waitMs: number, ended: number[] = []): AsyncGenerator<number> {
  try {
    for (let value = from; value < to; value += 1) {
      await sleep(waitMs);
      yield value;
    }
  } finally {
    ended.push(from);
  }
}

it('gives everything, each source in its own order', async () => {
  const all: number[] = [];
  for await (const value of interleave([numbers(0, 5, 3), numbers(100, 110, 1)])) all.push(value);
  expect(all.filter((value) => value < 100)).toEqual([0, 1, 2, 3, 4]);
  expect(all.filter((value) => value >= 100)).toHaveLength(10);
  expect(all.filter((value) => value >= 100)).toEqual(all.filter((value) => value >= 100).sort((a, b) => a - b));
});

it('ends every source when the reader stops or one fails', async () => {
  const ended: number[] = [];
  for await (const value of interleave([numbers(0, 99, 1, ended), numbers(100, 199, 1, ended)])) if (value % 100 === 2) break;
  expect(ended.sort((a, b) => a - b)).toEqual([0, 100]);

  const failing = async function* (): AsyncGenerator<number> {
    yield 1;
    throw new Error('broken');
  };
  const drained = async (): Promise<void> => {
    for await (const _ of interleave([failing(), numbers(200, 299, 1, ended)]));
  };
  await expect(drained()).rejects.toThrow('broken');
  expect(ended).toContain(200);
});
