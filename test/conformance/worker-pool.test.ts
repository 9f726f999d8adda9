import { expect, test } from 'vitest';
import { runOnThreads } from './worker-pool.ts';

/** Answers ten times a number; other words make it hang, throw or end. */
const source = `
import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', (task) => {
  if (task === 'hang') for (;;);
  if (task === 'throw') throw new Error('made to fail');
  if (task === 'end') process.exit();
  parentPort.postMessage(task === 'who' ? threadId : task * 10);
});`;
const options = {
  module: new URL(`data:text/javascript,${encodeURIComponent(source)}`),
  size: 2,
  timeoutMs: 60_000,
  memoryMebibytes: 64,
};

test('answers come in the order of the tasks', async () => {
  expect(await runOnThreads([1, 2, 3, 4, 5], options)).toEqual([10, 20, 30, 40, 50].map((answer) => ({ answer })));
});

test('a thread that hangs is ended, and what comes after is done', async () => {
  expect(await runOnThreads([1, 'hang', 3, 4], { ...options, timeoutMs: 1_000 })).toEqual([
    { answer: 10 },
    { failure: 'not done after 1 s' },
    { answer: 30 },
    { answer: 40 },
  ]);
});

test('so is one that throws or ends by itself', async () => {
  expect(await runOnThreads(['throw', 'end', 3], { ...options, size: 1 })).toEqual([
    { failure: 'made to fail' },
    { failure: 'the thread ended' },
    { answer: 30 },
  ]);
});

test('no more threads than asked for', async () => {
  const results = await runOnThreads<number>(
    Array.from({ length: 20 }, () => 'who'),
    { ...options, size: 1 },
  );
  expect(new Set(results.map((result) => ('answer' in result ? result.answer : result.failure))).size).toBe(1);
});

test('a module that never works ends the run', async () => {
  const broken = { ...options, module: new URL('data:text/javascript,throw new Error("not installed")') };
  await expect(
    runOnThreads(
      Array.from({ length: 50 }, () => 1),
      broken,
    ),
  ).rejects.toThrow('not installed');
});
