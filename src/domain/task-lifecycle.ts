import { retryDelayMs } from './retry-policy.ts';
import type { AttemptOutcome, TaskRecord } from './task-record.ts';

/**
 * What may become of a task, decided without a clock, a database or chance. Whoever decides holds the task's row (or, in the simulation, the
 * only copy), asks here, and carries out the change: what is simulated is what runs.
 *
 * The epoch is what fences: each lease gets one more, and a message that names another one changes nothing. A lease that ran out but was
 * not taken back yet still holds: nobody else can have the task, so its work is not thrown away.
 */
export type TaskStatus = Pick<
  TaskRecord,
  | 'state'
  | 'epoch'
  | 'workerId'
  | 'failedAttempts'
  | 'maxAttempts'
  | 'availableAt'
  | 'timeoutMs'
  | 'leasedAt'
  | 'leaseExpiresAt'
  | 'finishedAt'
  | 'result'
  | 'findingsCount'
  | 'error'
  | 'deadAt'
>;

/** Who says it has the task. */
export interface Holder {
  readonly workerId: string;
  readonly epoch: number;
}

export interface TaskError {
  readonly code: string;
  readonly message: string;
}

/** How the open attempt ends, where the change ends one. */
export interface AttemptEnd {
  readonly outcome: AttemptOutcome;
  readonly error?: TaskError;
}

/** Instants are given as spans from the moment of the change, which the database's clock says. */
export type TaskChange =
  | { readonly to: 'leased'; readonly epoch: number; readonly workerId: string; readonly leaseMs: number }
  | {
      readonly to: 'queued';
      readonly delayMs: number;
      readonly failedAttempts: number;
      readonly error?: TaskError;
      /** Absent when a dead letter is driven again: its attempts are closed. */
      readonly attempt?: AttemptEnd;
    }
  | { readonly to: 'succeeded'; readonly result: { readonly epoch: number; readonly sha256: string }; readonly attempt: AttemptEnd }
  | { readonly to: 'failed'; readonly failedAttempts: number; readonly error: TaskError; readonly attempt: AttemptEnd }
  | { readonly to: 'cancelled'; readonly attempt: AttemptEnd };

/** No change: the task stays as it is. */
export interface Decision<Answer> {
  readonly answer: Answer;
  readonly change?: TaskChange;
}

/** A worker ends an attempt that takes too long; the server takes it back so much later, should the worker not. */
export const overstayMs = 60_000;

export const holds = (task: TaskStatus | undefined, holder: Holder): task is TaskStatus =>
  task?.state === 'leased' && task.epoch === holder.epoch && task.workerId === holder.workerId;

/** The lease ended by the same holder's earlier message, whose answer may have got lost, or ran out and is back in the queue. */
const isBackFrom = (task: TaskStatus | undefined, holder: Holder): boolean => task?.state === 'queued' && task.epoch === holder.epoch;

export const lease = (task: TaskStatus, workerId: string, leaseMs: number, nowMs: number): Decision<'leased' | 'refused'> =>
  task.state === 'queued' && task.availableAt.getTime() <= nowMs
    ? { answer: 'leased', change: { to: 'leased', epoch: task.epoch + 1, workerId, leaseMs } }
    : { answer: 'refused' };

/** `held` renews the lease. */
export const heartbeat = (task: TaskStatus | undefined, holder: Holder, nowMs: number): 'held' | 'cancel' | 'lost' => {
  if (task?.state === 'cancelled') return 'cancel';
  if (!holds(task, holder)) return 'lost';
  return nowMs > (task.leasedAt?.getTime() ?? nowMs) + task.timeoutMs + overstayMs ? 'lost' : 'held';
};

/** Cancel wins over a result that comes later; the first result of a task is its only one. */
export const commit = (
  task: TaskStatus | undefined,
  holder: Holder,
  sha256: string,
): Decision<'committed' | 'repeated' | 'fenced' | 'cancelled'> => {
  if (task?.state === 'cancelled') return { answer: 'cancelled' };
  if (task?.state === 'succeeded' && task.result?.epoch === holder.epoch && task.result.sha256 === sha256) return { answer: 'repeated' };
  if (!holds(task, holder)) return { answer: 'fenced' };
  return {
    answer: 'committed',
    change: { to: 'succeeded', result: { epoch: holder.epoch, sha256 }, attempt: { outcome: 'succeeded' } },
  };
};

const endWithoutResult = (
  task: TaskStatus,
  attempt: AttemptEnd & { readonly error: TaskError },
  retryable: boolean,
  random: number,
): Decision<'requeued' | 'dead'> => {
  const failedAttempts = task.failedAttempts + 1;
  const { error } = attempt;
  if (!retryable || failedAttempts >= task.maxAttempts) return { answer: 'dead', change: { to: 'failed', failedAttempts, error, attempt } };
  const delayMs = retryDelayMs(error.code, failedAttempts, random);
  return { answer: 'requeued', change: { to: 'queued', delayMs, failedAttempts, error, attempt } };
};

export const fail = (
  task: TaskStatus | undefined,
  holder: Holder,
  failure: TaskError & { readonly retryable: boolean },
  random: number,
): Decision<'requeued' | 'dead' | 'fenced'> => {
  if (isBackFrom(task, holder)) return { answer: 'requeued' };
  if (task?.state === 'failed' && task.epoch === holder.epoch) return { answer: 'dead' };
  if (!holds(task, holder)) return { answer: 'fenced' };
  const error = { code: failure.code, message: failure.message };
  return endWithoutResult(task, { outcome: 'failed', error }, failure.retryable, random);
};

/** A hand-back costs no attempt and no wait. */
export const release = (task: TaskStatus | undefined, holder: Holder): Decision<'released' | 'lost'> => {
  if (isBackFrom(task, holder)) return { answer: 'released' };
  if (!holds(task, holder)) return { answer: 'lost' };
  const { failedAttempts, error } = task;
  return {
    answer: 'released',
    change: { to: 'queued', delayMs: 0, failedAttempts, ...(error === undefined ? {} : { error }), attempt: { outcome: 'released' } },
  };
};

/**
 * Of a lease that ran out: its worker has been silent for all of it. That costs an attempt, also when it was the server that was away: nothing
 * tells a worker that was cut off from one that the task itself brought down, and a task that does that must come to an end.
 */
export const expire = (task: TaskStatus, nowMs: number, random: number): Decision<'requeued' | 'dead' | 'held'> => {
  if (task.state !== 'leased' || (task.leaseExpiresAt?.getTime() ?? nowMs) > nowMs) return { answer: 'held' };
  const error = { code: 'worker_lost', message: 'the worker that ran the task stopped answering' };
  return endWithoutResult(task, { outcome: 'expired', error }, true, random);
};

export const cancel = (task: TaskStatus): Decision<'cancelled' | 'ended'> =>
  task.state === 'queued' || task.state === 'leased'
    ? { answer: 'cancelled', change: { to: 'cancelled', attempt: { outcome: 'cancelled' } } }
    : { answer: 'ended' };

/** The only way out of an end: a dead letter begins anew, with all its attempts, and keeps its epoch so that old leases stay fenced. */
export const redrive = (task: TaskStatus): Decision<'queued' | 'not_dead'> =>
  task.state === 'failed' && task.deadAt !== undefined
    ? { answer: 'queued', change: { to: 'queued', delayMs: 0, failedAttempts: 0 } }
    : { answer: 'not_dead' };

const nothing = { workerId: undefined, leasedAt: undefined, leaseExpiresAt: undefined, finishedAt: undefined, deadAt: undefined };

type Changed<Status> = { readonly [Name in keyof Status]: Status[Name] | undefined };

/** The task after the change. The statement of `store/task-changes.ts` does the same to its row; a test compares them. */
export const applyChange = <Status extends TaskStatus>(task: Status, change: TaskChange, nowMs: number): Status => {
  const now = new Date(nowMs);
  const fields = (): Partial<Changed<TaskStatus>> => {
    switch (change.to) {
      case 'leased':
        return {
          epoch: change.epoch,
          workerId: change.workerId,
          leasedAt: now,
          leaseExpiresAt: new Date(nowMs + change.leaseMs),
        };
      case 'queued':
        return { failedAttempts: change.failedAttempts, availableAt: new Date(nowMs + change.delayMs), error: change.error };
      case 'succeeded':
        return { result: change.result, finishedAt: now, error: undefined };
      case 'failed':
        return { failedAttempts: change.failedAttempts, error: change.error, finishedAt: now, deadAt: now };
      case 'cancelled':
        return { finishedAt: now };
    }
  };
  const changed = { ...task, ...nothing, ...fields(), state: change.to };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) as Status;
};
