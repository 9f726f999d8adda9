import type { TaskRecord } from '../domain/task-record.ts';
import type { OrgTx } from './tx.ts';

export interface TaskUsage {
  readonly engineMs: number;
  readonly filesAnalysed: number;
  readonly bytesAnalysed: number;
}

/** Of the attempt that succeeded; the table's key refuses a second record of the same task. */
export const insertUsage = async (
  tx: OrgTx,
  task: Pick<TaskRecord, 'id' | 'scanId' | 'projectId' | 'engine' | 'epoch'>,
  usage: TaskUsage,
): Promise<void> => {
  await tx.change(
    tx.build.insertInto('usage_records').values({
      organization_id: tx.organizationId,
      task_id: task.id,
      scan_id: task.scanId,
      project_id: task.projectId,
      engine: task.engine,
      epoch: task.epoch,
      engine_ms: Math.round(usage.engineMs),
      files_analysed: usage.filesAnalysed,
      bytes_analysed: usage.bytesAnalysed,
    }),
  );
};
