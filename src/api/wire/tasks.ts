import { z } from 'zod';
import { priorities } from '../../domain/scan-record.ts';
import type { Attempt, TaskRecord } from '../../domain/task-record.ts';
import { countAttempts, taskStates } from '../../domain/task-record.ts';
import type { Worker } from '../../domain/worker.ts';
import { pageOf } from './page.ts';
import { failure, instant, toInstant, toInstantOrNull, uuid } from './values.ts';

export const attemptShape = z
  .object({
    epoch: z.int(),
    worker_id: uuid,
    worker_name: z.string(),
    started_at: instant,
    finished_at: instant.nullable(),
    outcome: z.enum(['succeeded', 'failed', 'expired', 'released', 'cancelled']).nullable(),
    error: failure.nullable(),
  })
  .meta({ id: 'Attempt' });
export type AttemptWire = z.infer<typeof attemptShape>;

const taskFields = {
  id: uuid,
  scan_id: uuid,
  project_id: uuid,
  engine: z.string(),
  shard: z.int(),
  shard_count: z.int(),
  state: z.enum(taskStates),
  priority: z.enum(priorities),
  epoch: z.int().describe('One higher with each lease.'),
  attempt_count: z.int().describe('Attempts that count towards `max_attempts`: failed ones, and the one that runs or succeeded.'),
  failed_attempts: z.int(),
  max_attempts: z.int(),
  available_at: instant,
  timeout_ms: z.int(),
  worker_id: uuid.nullable(),
  created_at: instant,
  leased_at: instant.nullable(),
  lease_expires_at: instant.nullable(),
  finished_at: instant.nullable(),
  findings_count: z.int(),
  fenced_commits: z.int().describe('Late results that were refused.'),
  error: failure.nullable(),
  dead_at: instant.nullable().describe('Since when it is a dead letter.'),
};

export const taskShape = z.object(taskFields).meta({ id: 'Task' });
export type TaskWire = z.infer<typeof taskShape>;
export const taskPage = pageOf('TaskPage', taskShape);

export const taskDetailShape = z.object({ ...taskFields, attempts: z.array(attemptShape) }).meta({ id: 'TaskDetail' });
export type TaskDetailWire = z.infer<typeof taskDetailShape>;
export const taskDetailPage = pageOf('TaskDetailPage', taskDetailShape);

export const redriveAnswer = z
  .object({ task: taskShape, scan_id: uuid.describe('The scan it runs in now: a new one where the old one had ended.') })
  .meta({ id: 'Redrive' });
export type RedriveWire = z.infer<typeof redriveAnswer>;

export const workerShape = z
  .object({
    id: uuid,
    name: z.string(),
    host: z.string(),
    pid: z.int(),
    version: z.string(),
    slots: z.int(),
    leased_tasks: z.int(),
    capabilities: z.object({
      engines: z.array(z.string()),
      tools: z.array(z.string()),
      sandbox: z.enum(['none', 'container', 'strong']),
    }),
    state: z.enum(['active', 'draining', 'stopped', 'lost']),
    registered_at: instant,
    last_seen_at: instant,
    stopped_at: instant.nullable(),
  })
  .meta({ id: 'Worker' });
export type WorkerWire = z.infer<typeof workerShape>;
export const workerList = z.object({ items: z.array(workerShape) }).meta({ id: 'WorkerList' });

const toFailureOrNull = (error: { readonly code: string; readonly message: string } | undefined) =>
  error === undefined ? null : { code: error.code, message: error.message };

export const toAttemptWire = (attempt: Attempt): AttemptWire => ({
  epoch: attempt.epoch,
  worker_id: attempt.workerId,
  worker_name: attempt.workerName,
  started_at: toInstant(attempt.startedAt),
  finished_at: toInstantOrNull(attempt.finishedAt),
  outcome: attempt.outcome ?? null,
  error: toFailureOrNull(attempt.error),
});

export const toTaskWire = (task: TaskRecord): TaskWire => ({
  id: task.id,
  scan_id: task.scanId,
  project_id: task.projectId,
  engine: task.engine,
  shard: task.shard,
  shard_count: task.shardCount,
  state: task.state,
  priority: task.priority,
  epoch: task.epoch,
  attempt_count: countAttempts(task),
  failed_attempts: task.failedAttempts,
  max_attempts: task.maxAttempts,
  available_at: toInstant(task.availableAt),
  timeout_ms: task.timeoutMs,
  worker_id: task.workerId ?? null,
  created_at: toInstant(task.createdAt),
  leased_at: toInstantOrNull(task.leasedAt),
  lease_expires_at: toInstantOrNull(task.leaseExpiresAt),
  finished_at: toInstantOrNull(task.finishedAt),
  findings_count: task.findingsCount,
  fenced_commits: task.fencedCommits,
  error: toFailureOrNull(task.error),
  dead_at: toInstantOrNull(task.deadAt),
});

export const toTaskDetailWire = (task: TaskRecord & { readonly attempts: readonly Attempt[] }): TaskDetailWire => ({
  ...toTaskWire(task),
  attempts: task.attempts.map(toAttemptWire),
});

export const toWorkerWire = (worker: Worker): WorkerWire => ({
  id: worker.id,
  name: worker.name,
  host: worker.host,
  pid: worker.pid,
  version: worker.version,
  slots: worker.slots,
  leased_tasks: worker.leasedTasks,
  capabilities: {
    engines: [...worker.capabilities.engines],
    tools: [...worker.capabilities.tools],
    sandbox: worker.capabilities.sandbox,
  },
  state: worker.state,
  registered_at: toInstant(worker.registeredAt),
  last_seen_at: toInstant(worker.lastSeenAt),
  stopped_at: toInstantOrNull(worker.stoppedAt),
});
