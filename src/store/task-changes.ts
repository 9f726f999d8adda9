import { sql } from 'kysely';
import type { ScanName } from '../domain/scan-record.ts';
import type { AttemptEnd, TaskChange, TaskError } from '../domain/task-lifecycle.ts';
import { cancel } from '../domain/task-lifecycle.ts';
import { storableText } from './storable-text.ts';
import { type TaskName, type TaskRow, toTaskRecord } from './tasks.ts';
import type { Tx } from './tx.ts';

/** A change decided for a task whose row this transaction has locked. */
export interface NamedChange extends TaskName {
  readonly change: Exclude<TaskChange, { readonly to: 'leased' }>;
  /** Of a task that succeeded. */
  readonly findingsCount?: number;
}

const errorFields = (error: TaskError | undefined): { readonly code: string | null; readonly message: string | null } => ({
  code: error === undefined ? null : storableText(error.code, 100),
  message: error === undefined ? null : storableText(error.message, 4000),
});

/** What the row holds afterwards; absent fields become null, as `applyChange` of the domain has it. */
const taskFields = ({ organizationId, taskId, change, findingsCount }: NamedChange) => {
  const error = errorFields('error' in change ? change.error : undefined);
  return {
    organization_id: organizationId,
    id: taskId,
    state: change.to,
    failed_attempts: 'failedAttempts' in change ? change.failedAttempts : null,
    delay_ms: change.to === 'queued' ? change.delayMs : null,
    result_epoch: change.to === 'succeeded' ? change.result.epoch : null,
    result_sha256: change.to === 'succeeded' ? change.result.sha256 : null,
    findings_count: findingsCount ?? null,
    error_code: error.code,
    error_message: error.message,
  };
};

const attemptFields = ({ organizationId, taskId }: NamedChange, attempt: AttemptEnd) => {
  const error = errorFields(attempt.error);
  return {
    organization_id: organizationId,
    task_id: taskId,
    outcome: attempt.outcome,
    error_code: error.code,
    error_message: error.message,
  };
};

/** Carries out decided changes and closes the open attempts they end, in two statements however many there are. */
export const writeTaskChanges = async (tx: Tx, changes: readonly NamedChange[]): Promise<void> => {
  if (changes.length === 0) return;
  await tx.change(sql`
    update tasks t set
      state = c.state,
      worker_id = null, leased_at = null, lease_expires_at = null,
      failed_attempts = coalesce(c.failed_attempts, t.failed_attempts),
      available_at = case when c.state = 'queued' then clock_timestamp() + c.delay_ms * interval '1 millisecond' else t.available_at end,
      finished_at = case when c.state = 'queued' then null else clock_timestamp() end,
      dead_at = case when c.state = 'failed' then clock_timestamp() end,
      result_epoch = c.result_epoch, result_sha256 = c.result_sha256,
      findings_count = coalesce(c.findings_count, t.findings_count),
      error_code = case when c.state = 'cancelled' then t.error_code else c.error_code end,
      error_message = case when c.state = 'cancelled' then t.error_message else c.error_message end
    from jsonb_to_recordset(${JSON.stringify(changes.map(taskFields))}::jsonb) as c(
      organization_id uuid, id uuid, state text, failed_attempts integer, delay_ms double precision,
      result_epoch integer, result_sha256 text, findings_count integer, error_code text, error_message text)
    where t.organization_id = c.organization_id and t.id = c.id`);
  const ends = changes.flatMap((item) =>
    'attempt' in item.change && item.change.attempt ? [attemptFields(item, item.change.attempt)] : [],
  );
  if (ends.length === 0) return;
  await tx.change(sql`
    update attempts a set finished_at = clock_timestamp(), outcome = e.outcome, error_code = e.error_code, error_message = e.error_message
    from jsonb_to_recordset(${JSON.stringify(ends)}::jsonb) as e(
      organization_id uuid, task_id uuid, outcome text, error_code text, error_message text)
    where a.organization_id = e.organization_id and a.task_id = e.task_id and a.outcome is null`);
};

/**
 * Ends everything of a scan that waits or runs; number of tasks that it ended. Locks the tasks in the order of their ids: call it before
 * locking the scan, as commits do, and count the tasks as done in the same transaction.
 */
export const cancelTasksOfScan = async (tx: Tx, scan: Pick<ScanName, 'organizationId' | 'scanId'>): Promise<number> => {
  const rows = await tx.run<TaskRow>(sql`
    select * from tasks
    where organization_id = ${scan.organizationId} and scan_id = ${scan.scanId} and state in ('queued', 'leased')
    order by id for no key update`);
  const changes = rows.map(toTaskRecord).flatMap((task) => {
    const { change } = cancel(task);
    return change?.to === 'cancelled' ? [{ organizationId: task.organizationId, taskId: task.id, change }] : [];
  });
  await writeTaskChanges(tx, changes);
  return changes.length;
};
