/** Runs test files, one at a time, on a thread of its own: what hangs or eats memory is ended with it. */
import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { runTestFile } from '../../src/engines/code/annotated/run-test-file.ts';
import { createSourceAnalyser } from '../../src/engines/code/annotated/source-analyser.ts';
import { messageOf } from '../../src/lib/errors.ts';
import type { CollectionTest } from './collection.ts';
import type { ThreadAnswer } from './run-tests.ts';

const { analyse } = createSourceAnalyser({ now: Date.now }, { signal: new AbortController().signal });

const answerTo = async ({ path, rules }: CollectionTest): Promise<ThreadAnswer> => {
  try {
    return { outcomes: (await runTestFile({ path, text: await readFile(path, 'utf8') }, rules, analyse)).rules };
  } catch (error) {
    return { failure: messageOf(error) };
  }
};

parentPort?.on('message', (test: CollectionTest) => {
  void answerTo(test).then((answer) => parentPort?.postMessage(answer));
});
