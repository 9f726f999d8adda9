import type { EventType } from '../../domain/event.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { NewId } from '../../lib/clock.ts';
import type { NewEvent } from '../../store/events.ts';

/** An event about a task; every one says which task of which scan, and at which attempt. */
export const taskEvent = (
  newId: NewId,
  type: EventType,
  task: Pick<TaskRecord, 'id' | 'scanId' | 'projectId' | 'engine' | 'shard' | 'epoch'>,
  payload: Readonly<Record<string, unknown>>,
): NewEvent => ({
  id: newId(),
  type,
  schemaVersion: 1,
  subjectId: task.id,
  scanId: task.scanId,
  payload: {
    task_id: task.id,
    scan_id: task.scanId,
    project_id: task.projectId,
    engine: task.engine,
    shard: task.shard,
    epoch: task.epoch,
    ...payload,
  },
});
