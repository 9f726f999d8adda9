import { Worker } from 'node:worker_threads';
import { messageOf } from '../../src/lib/errors.ts';

export interface PoolOptions {
  /** A module that answers each message with one message. */
  readonly module: URL;
  /** The thread's `workerData`. */
  readonly setup?: unknown;
  readonly size: number;
  /** For one task; the thread that exceeds it is ended, and another one takes its place. */
  readonly timeoutMs: number;
  readonly memoryMebibytes: number;
}

/** What became of a task: what the worker said, or why there is nothing. */
export type TaskResult<Answer> = { readonly answer: Answer } | { readonly failure: string };

/** So many failures before the first answer mean that the module itself does not work. */
const hopeless = 10;

interface Seat {
  worker: Worker | undefined;
}

const open = ({ module, setup, memoryMebibytes }: PoolOptions): Worker =>
  new Worker(module, { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: memoryMebibytes } });

const ask = <Answer>(worker: Worker, task: unknown, timeoutMs: number): Promise<TaskResult<Answer>> =>
  new Promise((settle) => {
    const listeners = {
      message: (answer: Answer) => finish({ answer }),
      error: (error: unknown) => finish({ failure: messageOf(error) }),
      exit: () => finish({ failure: 'the thread ended' }),
    };
    const timer = setTimeout(() => finish({ failure: `not done after ${timeoutMs / 1000} s` }), timeoutMs);
    const finish = (result: TaskResult<Answer>): void => {
      clearTimeout(timer);
      for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
      settle(result);
    };
    for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
    worker.postMessage(task);
  });

/** Runs every task on one of a few threads. Results are in the order of the tasks. @throws Error when nothing works at all */
export const runOnThreads = async <Answer>(tasks: readonly unknown[], options: PoolOptions): Promise<readonly TaskResult<Answer>[]> => {
  const results: TaskResult<Answer>[] = [];
  const queue = tasks.entries();
  let answers = 0;
  let failures = 0;
  const sit = async (seat: Seat): Promise<void> => {
    for (const [at, task] of queue) {
      seat.worker ??= open(options);
      const result = await ask<Answer>(seat.worker, task, options.timeoutMs);
      results[at] = result;
      if ('answer' in result) answers += 1;
      else {
        failures += 1;
        if (answers === 0 && failures >= hopeless) throw new Error(`the first ${hopeless} tasks all failed: ${result.failure}`);
        seat.worker.on('error', () => undefined);
        await seat.worker.terminate();
        seat.worker = undefined;
      }
    }
    await seat.worker?.terminate();
  };
  await Promise.all(Array.from({ length: options.size }, () => sit({ worker: undefined })));
  return results;
};
