import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { CoverageReason } from '../../domain/coverage.ts';
import { abortReason } from '../../lib/abort.ts';
import { monotonicMs } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import type { Batch, ItemResult, WorkerMessage, WorkerSetup, WorkItem } from './protocol.ts';
import { idle, slot, slotCount } from './protocol.ts';

export interface PoolOptions {
  readonly threads: number;
  readonly root: string;
  readonly engines: WorkerSetup['engines'];
  readonly fileBytes: number;
  /** Longest time one engine may spend on one item. */
  readonly itemTimeoutMs: number;
  /** JavaScript heap of one thread; more ends it. */
  readonly heapBytes: number;
  /** Called with each item's result, once per item and engine, in no particular order. */
  readonly onResult: (result: ItemResult) => void;
}

/**
 * Runs items on worker threads. A thread that hangs, runs out of memory or dies is replaced: the item and engine it was busy with are
 * reported as failed, everything else of its batch is done again, so every item ends in exactly one result for each of its engines.
 */
export interface Pool {
  /** Waits while enough work is queued. @throws AppError the signal's reason, `engine_failed` when no thread can start. */
  readonly submit: (items: readonly WorkItem[]) => Promise<void>;
  /** Resolves when everything submitted has its result. */
  readonly drain: () => Promise<void>;
  /** Ends all threads at once. Idempotent. */
  readonly close: () => Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly state: Int32Array;
  batch: Batch | undefined;
  ready: boolean;
  /** Why the pool ended it; decides how its culprit is reported. */
  endedFor: 'timeout' | undefined;
  lastError: Error | undefined;
}

const watchIntervalMs = 50;
/** How many batches may wait for each thread before `submit` blocks. */
const queuedPerThread = 3;
/** Of batches larger than this only one is worked on at a time: each is in memory as a whole. */
const largeBatchBytes = 32 * 1024 ** 2;
/** Threads that may die between two items, where nothing can be blamed, before the run is given up. */
const blamelessDeaths = 3;
/** A thread sees nothing of the environment but where compiled code is kept: without that it compiles everything anew. */
const workerEnvironment = (): Record<string, string> => {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
};
const workerUrl = (): URL => new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

const isLarge = (items: readonly WorkItem[]): boolean => items.reduce((sum, item) => sum + item.sizeBytes, 0) > largeBatchBytes;

const isOutOfMemory = (error: Error | undefined): boolean =>
  error !== undefined && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

export const createPool = (options: PoolOptions, { signal }: { readonly signal: AbortSignal }): Pool => {
  const epochMs = monotonicMs();
  const threads = new Set<Thread>();
  const queue: (readonly WorkItem[])[] = [];
  let waiters: (() => void)[] = [];
  let nextBatchId = 0;
  let failure: AppError | undefined;
  let closed = false;
  let deaths = 0;

  const wake = (): void => {
    const woken = waiters;
    waiters = [];
    for (const resume of woken) resume();
  };
  const fail = (error: AppError): void => {
    failure ??= error;
    wake();
  };
  const onAbort = (): void => fail(abortReason(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  const isBusy = (): boolean => queue.length > 0 || [...threads].some((thread) => thread.batch !== undefined);

  /** The next batch that may start now, taken off the queue. */
  const takeBatch = (): readonly WorkItem[] | undefined => {
    const largeRuns = [...threads].some((thread) => thread.batch !== undefined && isLarge(thread.batch.items));
    const index = largeRuns ? queue.findIndex((items) => !isLarge(items)) : 0;
    return index < 0 ? undefined : queue.splice(index, 1)[0];
  };

  const dispatch = (): void => {
    for (const thread of threads) {
      if (!thread.ready || thread.batch !== undefined || thread.endedFor !== undefined) continue;
      const items = takeBatch();
      if (items === undefined) break;
      thread.batch = { id: nextBatchId++, epochMs, items };
      Atomics.store(thread.state, slot.item, idle);
      thread.worker.postMessage(thread.batch);
    }
    const wanted = Math.min(options.threads, threads.size + queue.length);
    while (threads.size < wanted && !closed && failure === undefined) startThread();
  };

  /** Reports the culprit of a dead thread and queues the rest of its batch again, first in line. */
  const recover = (thread: Thread): void => {
    const { batch } = thread;
    if (batch === undefined) return;
    const itemIndex = Atomics.load(thread.state, slot.item);
    const engineIndex = Atomics.load(thread.state, slot.engine);
    const culprit = itemIndex === idle ? undefined : batch.items[itemIndex];
    const rest = batch.items.filter((item) => item !== culprit);
    if (culprit === undefined && ++deaths > blamelessDeaths) {
      fail(new AppError('engine_failed', `worker threads keep dying: ${thread.lastError?.message ?? 'no reason given'}`));
    }
    if (culprit !== undefined) {
      const reason: CoverageReason = thread.endedFor ?? (isOutOfMemory(thread.lastError) ? 'memory' : 'crash');
      const detail =
        reason === 'timeout' ? `took longer than ${options.itemTimeoutMs} ms` : (thread.lastError?.message ?? 'the worker thread ended');
      const failed = { state: 'failed', reason, detail } as const;
      const { sequence, path } = culprit;
      if (engineIndex === idle) {
        options.onResult({ sequence, path, bytes: 0, common: failed, results: [] });
      } else {
        options.onResult({ sequence, path, bytes: 0, results: [{ engine: engineIndex, ...failed, findings: [] }] });
        const others = culprit.engines.filter((engine) => engine !== engineIndex);
        if (others.length > 0) queue.unshift([{ ...culprit, engines: others }]);
      }
    }
    if (rest.length > 0) queue.unshift(rest);
  };

  function startThread(): void {
    const state = new Int32Array(new SharedArrayBuffer(slotCount * Int32Array.BYTES_PER_ELEMENT)).fill(idle);
    const setup: WorkerSetup = { root: options.root, engines: options.engines, fileBytes: options.fileBytes, state };
    const worker = new Worker(workerUrl(), {
      workerData: setup,
      env: workerEnvironment(),
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(options.heapBytes / 1024 ** 2), maxYoungGenerationSizeMb: 16 },
    });
    const thread: Thread = { worker, state, batch: undefined, ready: false, endedFor: undefined, lastError: undefined };
    threads.add(thread);
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'broken') {
        fail(new AppError('engine_failed', `a worker thread cannot work: ${message.message}`));
      } else if (message.type === 'ready') {
        thread.ready = true;
      } else {
        thread.batch = undefined;
        for (const result of message.results) options.onResult(result);
      }
      dispatch();
      wake();
    });
    worker.on('error', (error: unknown) => {
      thread.lastError = error instanceof Error ? error : new Error(messageOf(error));
    });
    worker.on('exit', () => {
      threads.delete(thread);
      if (closed) return;
      if (!thread.ready) fail(new AppError('engine_failed', `a worker thread could not start: ${thread.lastError?.message ?? 'it ended'}`));
      recover(thread);
      dispatch();
      wake();
    });
  }

  const watch = (): void => {
    const nowMs = monotonicMs() - epochMs;
    for (const thread of threads) {
      if (thread.batch === undefined || thread.endedFor !== undefined || Atomics.load(thread.state, slot.item) === idle) continue;
      if (nowMs - Atomics.load(thread.state, slot.startedAtMs) <= options.itemTimeoutMs) continue;
      thread.endedFor = 'timeout';
      void thread.worker.terminate();
    }
  };
  const watcher = setInterval(watch, watchIntervalMs);
  watcher.unref();

  const until = async (condition: () => boolean): Promise<void> => {
    while (failure === undefined && !condition()) await new Promise<void>((resolve) => waiters.push(resolve));
    if (failure !== undefined) throw failure;
  };

  return {
    submit: async (items) => {
      await until(() => queue.length < options.threads * queuedPerThread);
      queue.push(items);
      dispatch();
    },
    drain: () => until(() => !isBusy()),
    close: async () => {
      closed = true;
      clearInterval(watcher);
      signal.removeEventListener('abort', onAbort);
      await Promise.all([...threads].map((thread) => thread.worker.terminate()));
      threads.clear();
    },
  };
};
