import type { CommitOutcome, CommitRequest } from '../../domain/lease-service.ts';
import { commit } from '../../domain/task-lifecycle.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { isAppError } from '../../lib/errors.ts';
import { isDatabaseError } from '../../ports/database/database.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { findScan } from '../../store/scans.ts';
import { countFencedCommit, findTask, scanNameOfTask } from '../../store/tasks.ts';
import type { TaskPlan } from '../scans/plan-tasks.ts';
import { type CheckedResult, checkResult } from './checked-result.ts';
import { planWanted } from './extend-scan.ts';
import { failTask } from './fail.ts';
import type { LeaseDependencies } from './lease-dependencies.ts';
import { storeResult } from './store-result.ts';

type Answer = ReturnType<typeof commit>['answer'];
const foreignKeyViolation = '23503';

/** A repeated commit is as good as the first. */
const outcomeOf = (answer: Answer): CommitOutcome => ({ state: answer === 'repeated' ? 'committed' : answer });

const refuse = async (deps: LeaseDependencies, request: CommitRequest, answer: Answer, { signal }: CallOptions): Promise<CommitOutcome> => {
  if (answer === 'fenced') {
    await deps.asOrganization(request.organizationId).transaction((tx) => countFencedCommit(tx, request), { signal });
    deps.log.info('a late result was refused', { task_id: request.taskId, epoch: request.epoch, worker_id: request.workerId });
  }
  return outcomeOf(answer);
};

/** The task and its scan as they are now; without a lock, to save the work of reading a result nobody may store. */
const look = (deps: LeaseDependencies, request: CommitRequest, { signal }: CallOptions) =>
  deps.asOrganization(request.organizationId).transaction(
    async (tx) => {
      const task = await findTask(tx, request);
      const scan = task === undefined ? undefined : await findScan(tx, scanNameOfTask(task));
      return { task, scan };
    },
    { signal, readOnly: true },
  );

/** One transaction: all of the result, or nothing of it. */
const store = async (
  deps: LeaseDependencies,
  request: CommitRequest,
  task: TaskRecord,
  result: CheckedResult,
  wanted: TaskPlan | undefined,
  { signal }: CallOptions,
): Promise<Answer> => {
  let refused: Answer | undefined;
  try {
    return await deps.asOrganization(request.organizationId).transaction(
      async (tx) => {
        const answer = await storeResult(deps, tx, task, request, result, wanted);
        if (answer === 'committed') return answer;
        refused = answer;
        throw new Error('rolled back: the result was refused');
      },
      { signal },
    );
  } catch (error) {
    if (refused !== undefined) return refused;
    // The scan was deleted, with the task, while its findings were being stored.
    if (isDatabaseError(error, foreignKeyViolation)) return 'fenced';
    throw error;
  }
};

/** Findings, coverage, counters, usage and events of a task in one transaction that the epoch guards, after the result was read and checked. */
export const commitTask = async (deps: LeaseDependencies, request: CommitRequest, options: CallOptions): Promise<CommitOutcome> => {
  const { task, scan } = await look(deps, request, options);
  const { answer } = commit(task, request, request.resultSha256);
  if (task === undefined || scan === undefined || answer !== 'committed') {
    return refuse(deps, request, answer === 'committed' ? 'fenced' : answer, options);
  }
  let result: CheckedResult;
  let wanted: TaskPlan | undefined;
  try {
    result = await checkResult(deps.blobs, request, task, scan.kind === 'import', options);
    wanted = await planWanted(scan, result.head);
  } catch (error) {
    if (!isAppError(error, 'engine_output_invalid')) throw error;
    deps.log.warn('a result was refused as invalid', { task_id: task.id, epoch: request.epoch, error: error.message });
    const { state } = await failTask(deps, { ...request, code: error.code, message: error.message, retryable: true }, options);
    return state === 'fenced' ? { state: 'fenced' } : { state: 'invalid', message: error.message };
  }
  const stored = await retryConflicts(() => store(deps, request, task, result, wanted, options), options);
  if (stored !== 'committed') return refuse(deps, request, stored, options);
  if (wanted !== undefined) deps.dispatcher.announce('tasks');
  deps.dispatcher.announce('scans');
  deps.dispatcher.announce('events');
  return { state: 'committed' };
};
