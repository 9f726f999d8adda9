import type { Caller } from '../../domain/caller.ts';
import { isTerminalScan, type ScanRecord } from '../../domain/scan-record.ts';
import { redrive } from '../../domain/task-lifecycle.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { AppError } from '../../lib/errors.ts';
import { uuidV7Time } from '../../lib/uuid-v7.ts';
import { appendAudit } from '../../store/audit.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { uncountTaskDone } from '../../store/scan-state.ts';
import { findScan } from '../../store/scans.ts';
import { writeTaskChanges } from '../../store/task-changes.ts';
import { findTask, scanNameOfTask, settleDeadLetter, type TaskName } from '../../store/tasks.ts';
import type { OrgTx } from '../../store/tx.ts';
import type { AppDependencies } from '../dependencies.ts';
import { notFound } from '../not-found.ts';
import type { Scans } from '../scans/scans.ts';

export type RedriveDependencies = AppDependencies & { readonly scans: Pick<Scans, 'submit' | 'importSarif'> };

interface Redriven {
  readonly task: TaskRecord;
  readonly scanId: string;
}

const audit = (deps: RedriveDependencies, tx: OrgTx, caller: Caller, { task, scanId }: Redriven): Promise<void> =>
  appendAudit(tx, {
    actor: caller.actor,
    action: 'task.redriven',
    resourceType: 'task',
    resourceId: task.id,
    data: { scan_id: scanId, engine: task.engine, request_id: caller.requestId },
    at: new Date(deps.clock.now()),
  });

const mustFind = async (tx: OrgTx, name: TaskName): Promise<TaskRecord> => {
  const task = await findTask(tx, name);
  if (task === undefined) throw notFound('task', name.taskId);
  return task;
};

/** Queued again in its own scan; or, where that has ended, the dead letter and the scan to make again. */
const redriveInScan = async (
  deps: RedriveDependencies,
  tx: OrgTx,
  caller: Caller,
  name: TaskName,
): Promise<Redriven | { readonly ended: ScanRecord }> => {
  const task = await findTask(tx, name, 'update');
  const scan = task === undefined ? undefined : await findScan(tx, scanNameOfTask(task), 'update');
  if (task === undefined || scan === undefined) throw notFound('task', name.taskId);
  const { change } = redrive(task);
  if (change?.to !== 'queued') {
    throw new AppError('task_not_dead', `the task is ${task.state} and no dead letter`, {
      hint: 'Only a task that failed for good, and that nobody has driven again, can be.',
    });
  }
  if (isTerminalScan(scan.state)) return { ended: scan };
  await writeTaskChanges(tx, [{ ...name, change }]);
  if (!(await uncountTaskDone(tx, scanNameOfTask(task)))) throw new Error(`task ${task.id} had ended, its scan is ${scan.state}`);
  const redriven = { task: await mustFind(tx, name), scanId: task.scanId };
  await audit(deps, tx, caller, redriven);
  return redriven;
};

/** The same work once more, at the same commit. The key makes two redrives of one dead letter, and one repeated after a crash, the same scan. */
const submitAgain = async (
  deps: RedriveDependencies,
  caller: Caller,
  scan: ScanRecord,
  key: string,
  options: CallOptions,
): Promise<string> => {
  const { projectId, source, engines, priority, shardCount, commit, ref } = scan;
  if (scan.kind === 'import' && source.type === 'artifact') {
    const target = { projectId, artifactId: source.artifactId, ref, ...(commit === undefined ? {} : { commit }) };
    return (await deps.scans.importSarif(caller, target, options)).scan.id;
  }
  const pinned = source.type === 'git' && commit !== undefined ? { ...source, commit } : source;
  const input = { projectId, source: pinned, engines, priority, shardCount, options: scan.options, force: true, idempotencyKey: key };
  return (await deps.scans.submit(caller, input, options)).scan.id;
};

export const redriveTask = async (deps: RedriveDependencies, caller: Caller, taskId: string, options: CallOptions): Promise<Redriven> => {
  if (uuidV7Time(taskId) === undefined) throw notFound('task', taskId);
  const { signal } = options;
  const db = deps.asOrganization(caller.organizationId);
  const name = { organizationId: caller.organizationId, taskId };
  const redriven = await retryConflicts(() => db.transaction((tx) => redriveInScan(deps, tx, caller, name), { signal }), options);
  if (!('ended' in redriven)) {
    deps.dispatcher.announce('tasks');
    return redriven;
  }
  const scanId = await submitAgain(deps, caller, redriven.ended, `redrive ${taskId}`, options);
  return db.transaction(
    async (tx) => {
      const isFirst = await settleDeadLetter(tx, name);
      const task = await mustFind(tx, name);
      if (isFirst) await audit(deps, tx, caller, { task, scanId });
      return { task, scanId };
    },
    { signal },
  );
};
