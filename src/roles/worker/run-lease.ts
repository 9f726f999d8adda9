import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartTaskProcess, TaskEnd, TaskLimits } from '../../analysis/task/start-task-process.ts';
import { failure, type TaskFailure } from '../../analysis/task/task-failure.ts';
import type { TaskSettings, TaskSource } from '../../analysis/task/task-request.ts';
import type { CommitOutcome, LeasedTask, LeaseService } from '../../domain/lease-service.ts';
import { throwIfAborted } from '../../lib/abort.ts';
import { isAppError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { BlobStore } from '../../ports/blob-store/blob-store.ts';
import type { HeldLease } from './heartbeat.ts';
import { fetchArtifact, type StoredResult, storeResult } from './task-files.ts';
import { untilAnswered } from './until-answered.ts';

export interface LeaseRunDependencies {
  readonly leases: LeaseService;
  readonly blobs: BlobStore;
  readonly startTask: StartTaskProcess;
  readonly limitsOf: (task: LeasedTask) => Promise<TaskLimits>;
  readonly settings: TaskSettings;
  /** Existing private directory of this worker. */
  readonly scratchDir: string;
  readonly log: Logger;
  readonly random: () => number;
}

export interface LeaseRunOptions {
  /** Ends the engine; the task is handed back. */
  readonly handBack: AbortSignal;
  /** Ends everything, also what is only waiting for an answer. */
  readonly signal: AbortSignal;
}

const sourceOf = async (task: LeasedTask, folder: string, blobs: BlobStore, signal: AbortSignal): Promise<TaskSource> => {
  if (task.source.type === 'git') return task.source;
  const path = await fetchArtifact(task.source, folder, blobs, { signal });
  return { type: task.kind === 'import' ? 'sarif' : 'archive', path };
};

/** Anything thrown on the way, as the server is told. */
const failureOf = (error: unknown): TaskFailure =>
  isAppError(error) ? failure(error.code, error.message, error.hint) : { ...failure('internal', messageOf(error)), retryable: true };

/**
 * One lease from its claim to its end: source, engine process, result, commit. Never throws: whatever happens, the server is told once, or
 * the lease is somebody else's business. Leaves nothing on disk and no process behind.
 */
export const runLease = async (
  task: LeasedTask,
  held: HeldLease,
  deps: LeaseRunDependencies,
  { handBack, signal }: LeaseRunOptions,
): Promise<void> => {
  const { leases, blobs } = deps;
  const { lease } = task;
  const log = deps.log.with({
    task_id: lease.taskId,
    epoch: lease.epoch,
    scan_id: task.scanId,
    engine: task.engine,
    trace_id: task.traceId,
  });
  const folder = join(deps.scratchDir, `${lease.taskId}-${lease.epoch}`);
  const resultPath = join(folder, 'result.jsonl.gz');
  /** While it goes on the lease holds and nobody wants it back. */
  const working = AbortSignal.any([held.signal, handBack, signal]);
  const ask = <Answer>(what: string, call: Parameters<typeof untilAnswered<Answer>>[0], until: AbortSignal): Promise<Answer> =>
    untilAnswered(call, { what, log, random: deps.random, signal: until });

  const runEngine = async (): Promise<TaskEnd> => {
    const secrets = await ask('open secrets', (options) => leases.openSecrets(lease, options), working);
    if (secrets === undefined) return { state: 'stopped' };
    const work = join(folder, 'work');
    await mkdir(work, { recursive: true, mode: 0o700 });
    const source = await sourceOf(task, folder, blobs, working);
    const limits = await deps.limitsOf(task);
    throwIfAborted(working);
    const { engine, shard, shardCount, options } = task;
    const engineProcess = deps.startTask(
      { engine, shard, shardCount, source, options, secrets, settings: deps.settings, scratchDir: work, resultPath },
      {
        limits,
        signal: working,
        onLog: held.log,
        onPin: async (found) => {
          const answer = await ask('pin', (each) => leases.pin({ ...lease, ...found }, each), working).catch((error: unknown) => {
            if (!working.aborted) held.log('error', `the commit could not be agreed on: ${messageOf(error)}`);
            return { state: 'lost' } as const;
          });
          return answer.state === 'pinned' ? answer.commit : undefined;
        },
      },
    );
    held.setProcess(engineProcess.pid);
    const end = await engineProcess.ended;
    held.setProcess(undefined);
    return end;
  };

  const commit = async (stored: StoredResult, engineMs: number): Promise<void> => {
    // A worker that was paused finds out here, before it commits what somebody else may be doing already.
    if (held.endedFor() !== undefined) return discard(stored);
    // From the first try on the answer is unknown, and only the server can give it: the lease may run out meanwhile.
    const outcome = await ask<CommitOutcome>('commit', (options) => leases.commit({ ...lease, ...stored, engineMs }, options), signal);
    if (outcome.state === 'committed') return log.info('task done', { engine_ms: engineMs, result_bytes: stored.resultBytes });
    log.warn(`the result was not taken: ${outcome.state}`, outcome.state === 'invalid' ? { error: outcome.message } : {});
    await discard(stored);
  };
  const discard = async ({ resultKey }: StoredResult): Promise<void> => {
    await blobs
      .delete(resultKey, { signal })
      .catch((error: unknown) => log.warn('a result nobody wants is left', { error: messageOf(error) }));
  };
  const fail = async (reason: TaskFailure): Promise<void> => {
    const { code, retryable } = reason;
    // Where a worker keeps its files is nobody's business.
    const message = reason.message.replaceAll(`${folder}/`, '');
    held.log('error', `${code}: ${message}`);
    await held.flush();
    if (held.endedFor() !== undefined) return;
    const outcome = await ask(
      'fail',
      (options) => leases.fail({ ...lease, code, message, retryable }, options),
      AbortSignal.any([held.signal, signal]),
    );
    log.warn('task failed', { error_code: code, error: message, outcome: outcome.state });
  };
  const release = async (): Promise<void> => {
    await ask('release', (options) => leases.release(lease, options), AbortSignal.any([held.signal, signal]));
    log.info('task handed back');
  };

  try {
    held.log('info', `attempt ${task.attempt}: engine ${task.engine}, shard ${task.shard + 1} of ${task.shardCount}`);
    const end = await runEngine();
    if (held.endedFor() !== undefined) log.info(`task stopped: ${held.endedFor() ?? ''}`);
    else if (end.state === 'failed') await fail(end);
    else if (end.state === 'done') {
      const stored = await storeResult(resultPath, lease, blobs, { signal: AbortSignal.any([held.signal, signal]) });
      await held.flush();
      await commit(stored, end.durationMs);
    } else if (handBack.aborted) await release();
  } catch (error) {
    await recover(error);
  } finally {
    held.drop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async function recover(error: unknown): Promise<void> {
    try {
      if (held.endedFor() !== undefined || signal.aborted) log.info('task stopped', { error: messageOf(error) });
      else if (handBack.aborted) await release();
      else await fail(failureOf(error));
    } catch (second) {
      // The lease runs out and the server gives the task to somebody else.
      log.warn('the server was not told of the end of a task', { error: messageOf(second) });
    }
  }
};
