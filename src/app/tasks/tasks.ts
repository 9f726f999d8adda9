import type { Caller } from '../../domain/caller.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Attempt, TaskRecord, TaskState } from '../../domain/task-record.ts';
import type { Worker } from '../../domain/worker.ts';
import type { CallOptions } from '../../lib/call-options.ts';

/** What people see and do about tasks; workers use the LeaseService. */
export interface Tasks {
  readonly list: (
    caller: Caller,
    filter: { readonly scanId?: string; readonly states?: readonly TaskState[] },
    page: PageRequest,
    options: CallOptions,
  ) => Promise<Page<TaskRecord>>;
  readonly get: (caller: Caller, taskId: string, options: CallOptions) => Promise<TaskRecord & { readonly attempts: readonly Attempt[] }>;
  /** Newest first, with all their errors. */
  readonly deadLetters: (
    caller: Caller,
    page: PageRequest,
    options: CallOptions,
  ) => Promise<Page<TaskRecord & { readonly attempts: readonly Attempt[] }>>;
  /**
   * Runs a dead letter again, with its attempts set back. A scan that has ended is not opened again: the redrive makes a new scan of the same
   * source and options for it, and says which. @throws AppError `not_found`, `task_not_dead`
   */
  readonly redrive: (
    caller: Caller,
    taskId: string,
    options: CallOptions,
  ) => Promise<{ readonly task: TaskRecord; readonly scanId: string }>;
  readonly workers: (caller: Caller, options: CallOptions) => Promise<readonly Worker[]>;
}
