import { type Selectable, sql } from 'kysely';
import type { Attempt, AttemptOutcome, TaskRecord } from '../domain/task-record.ts';
import type { Schema } from './schema.ts';
import type { Tx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

export const toAttempt = (row: Selectable<Schema['attempts']>): Attempt => ({
  epoch: row.epoch,
  workerId: row.worker_id,
  workerName: row.worker_name,
  startedAt: row.started_at,
  ...withoutNulls({
    finishedAt: row.finished_at,
    outcome: row.outcome as AttemptOutcome | null,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
  }),
});

/** The tasks of one organisation with all their attempts, first one first. */
export const withAttempts = async <Task extends Pick<TaskRecord, 'organizationId' | 'id'>>(
  tx: Tx,
  tasks: readonly Task[],
): Promise<readonly (Task & { readonly attempts: readonly Attempt[] })[]> => {
  const [first] = tasks;
  if (first === undefined) return [];
  const rows = await tx.run(
    tx.build
      .selectFrom('attempts')
      .selectAll()
      .where('organization_id', '=', first.organizationId)
      .where('task_id', '=', sql<string>`any(${tasks.map((task) => task.id)}::uuid[])`)
      .orderBy('epoch'),
  );
  const byTask = Map.groupBy(rows, (row) => row.task_id);
  return tasks.map((task) => ({ ...task, attempts: (byTask.get(task.id) ?? []).map(toAttempt) }));
};
