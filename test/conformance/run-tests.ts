import { readFile } from 'node:fs/promises';
import { type RuleOutcome, runTestFile } from '../../src/engines/code/annotated/run-test-file.ts';
import type { CollectionTest } from './collection.ts';
import type { TestRun } from './tally.ts';
import { runOnThreads } from './worker-pool.ts';

/** What a thread answers: outcomes, or why there are none. */
export type ThreadAnswer = { readonly outcomes: readonly RuleOutcome[] } | { readonly failure: string };

const memoryMebibytes = 2048;

/** A file that could not be run finds nothing: what it expects is missed. */
const outcomesOfNothing = async ({ path, rules }: CollectionTest): Promise<readonly RuleOutcome[]> =>
  (await runTestFile({ path, text: await readFile(path, 'utf8') }, rules, () => Promise.resolve([]))).rules;

export const runTests = async (
  tests: readonly CollectionTest[],
  { workers, timeoutMs, module }: { readonly workers: number; readonly timeoutMs: number; readonly module: URL },
): Promise<readonly TestRun[]> => {
  const results = await runOnThreads<ThreadAnswer>(tests, { module, size: workers, timeoutMs, memoryMebibytes });
  return Promise.all(
    tests.map(async (test, at): Promise<TestRun> => {
      const result = results[at] ?? { failure: 'never run' };
      const answer = 'answer' in result ? result.answer : result;
      return 'outcomes' in answer ? { test, ...answer } : { test, outcomes: await outcomesOfNothing(test), failure: answer.failure };
    }),
  );
};
