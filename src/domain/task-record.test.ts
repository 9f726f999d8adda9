import { expect, test } from 'vitest';
import { countAttempts, type TaskState } from './task-record.ts';

test.each<[TaskState, number, number]>([
  ['queued', 0, 0],
  ['queued', 1, 1],
  ['leased', 1, 2],
  ['succeeded', 0, 1],
  ['succeeded', 2, 3],
  ['failed', 3, 3],
  ['cancelled', 1, 1],
])('a task that is %s after %i failures was tried %i times', (state, failedAttempts, attempts) => {
  expect(countAttempts({ state, failedAttempts })).toBe(attempts);
});
