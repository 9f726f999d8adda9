import type { TaskChange } from '../../domain/task-lifecycle.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { NewId } from '../../lib/clock.ts';
import { appendEvents } from '../../store/events.ts';
import { inOrganization } from '../../store/in-organization.ts';
import { countTaskDone } from '../../store/scan-state.ts';
import { writeTaskChanges } from '../../store/task-changes.ts';
import { scanNameOfTask } from '../../store/tasks.ts';
import type { Tx } from '../../store/tx.ts';
import { taskEvent } from './task-event.ts';

/** A locked task, and how its attempt ended without a result. */
export interface EndedAttempt {
  readonly task: TaskRecord;
  readonly change: Extract<TaskChange, { readonly to: 'queued' | 'failed' }>;
}

const noFindings = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

const failureEvent = (newId: NewId, { task, change }: EndedAttempt) =>
  taskEvent(newId, 'task.failed', task, {
    state: change.to,
    failed_attempts: change.failedAttempts,
    max_attempts: task.maxAttempts,
    outcome: change.attempt?.outcome,
    code: change.error?.code,
    message: change.error?.message,
    ...(change.to === 'queued' ? { retry_in_ms: change.delayMs } : {}),
  });

/**
 * Writes how attempts ended without a result: the tasks are back in the queue, or dead letters that count as done, so that their scans go on
 * without them. A hand-back is no failure and tells nobody.
 */
export const endAttempts = async (tx: Tx, ended: readonly EndedAttempt[], { newId }: { readonly newId: NewId }): Promise<void> => {
  await writeTaskChanges(
    tx,
    ended.map(({ task, change }) => ({ organizationId: task.organizationId, taskId: task.id, change })),
  );
  // Scans in one order, so that two reapers do not wait for each other crosswise.
  const dead = ended.filter(({ change }) => change.to === 'failed').toSorted((a, b) => (a.task.scanId < b.task.scanId ? -1 : 1));
  for (const { task } of dead) {
    if (!(await countTaskDone(tx, scanNameOfTask(task), noFindings))) throw new Error(`task ${task.id} was leased, its scan does not run`);
  }
  const failures = ended.filter(({ change }) => change.attempt?.outcome !== 'released');
  for (const [organizationId, events] of Map.groupBy(failures, ({ task }) => task.organizationId)) {
    await appendEvents(
      inOrganization(tx, organizationId),
      events.map((event) => failureEvent(newId, event)),
    );
  }
};
