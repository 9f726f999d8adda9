import type { TaskResultHead } from '../../analysis/task/task-result.ts';
import { isTerminalScan, type ScanRecord, scanNameOf } from '../../domain/scan-record.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { NewId } from '../../lib/clock.ts';
import { AppError, isAppError } from '../../lib/errors.ts';
import { appendEvents } from '../../store/events.ts';
import { growScan } from '../../store/scan-state.ts';
import { findScan } from '../../store/scans.ts';
import { insertTasks, scanNameOfTask } from '../../store/tasks.ts';
import type { OrgTx } from '../../store/tx.ts';
import { planTasks, type TaskPlan } from '../scans/plan-tasks.ts';

/**
 * What the target's own settings make of a scan for which nobody named engines, as a task read them there; undefined where the plan stands.
 * @throws AppError `engine_output_invalid`: the names come from a process that has looked at hostile bytes
 */
export const planWanted = async (
  scan: Pick<ScanRecord, 'options' | 'shardCount'>,
  { enginesWanted }: Pick<TaskResultHead, 'enginesWanted'>,
): Promise<TaskPlan | undefined> => {
  if (scan.options.enginesFromTarget !== true || enginesWanted === undefined) return undefined;
  try {
    return await planTasks(enginesWanted, scan.shardCount, scan.options);
  } catch (error) {
    if (!isAppError(error, 'engine_unknown') && !isAppError(error, 'request_invalid')) throw error;
    throw new AppError('engine_output_invalid', `the result asks for engines that are not there: ${error.message}`, { cause: error });
  }
};

/**
 * Gives a scan the tasks it lacks, in the transaction that stores the result of the one that found out. All tasks look at the same commit and
 * say the same, so the first settles it: whoever comes later finds the scan's engines to be those that are wanted. Nobody ends the scan
 * meanwhile, for whoever does holds its tasks first, and one of them is ours.
 */
export const extendScan = async (tx: OrgTx, task: TaskRecord, plan: TaskPlan, { newId }: { readonly newId: NewId }): Promise<void> => {
  const scan = await findScan(tx, scanNameOfTask(task), 'update');
  if (scan === undefined || isTerminalScan(scan.state) || scan.engines.join() === plan.engines.join()) return;
  const missing = plan.tasks.filter(({ engine }) => !scan.engines.includes(engine));
  const name = scanNameOf(scan);
  await insertTasks(tx, {
    scan: name,
    projectId: task.projectId,
    priority: task.priority,
    maxAttempts: task.maxAttempts,
    timeoutMs: task.timeoutMs,
    tasks: missing.map((one) => ({ ...one, id: newId() })),
  });
  await growScan(tx, name, { engines: plan.engines, moreTasks: missing.length });
  await appendEvents(tx, [
    {
      id: newId(),
      type: 'scan.scheduled',
      schemaVersion: 1,
      subjectId: scan.id,
      scanId: scan.id,
      ...(scan.traceId === undefined ? {} : { traceId: scan.traceId }),
      payload: {
        scan_id: scan.id,
        project_id: scan.projectId,
        priority: scan.priority,
        tasks: scan.tasksTotal + missing.length,
        engines: plan.engines,
      },
    },
  ]);
};
