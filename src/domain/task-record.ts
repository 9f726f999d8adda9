import type { Priority } from './scan-record.ts';

/** One engine on one shard of a scan: the unit of lease, retry and billing. */
export const taskStates = ['queued', 'leased', 'succeeded', 'failed', 'cancelled'] as const;
export type TaskState = (typeof taskStates)[number];

/** `failed → queued` is the redrive of a dead letter, and nothing else. */
export const taskTransitions: Readonly<Record<TaskState, readonly TaskState[]>> = {
  queued: ['leased', 'failed', 'cancelled'],
  leased: ['queued', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: ['queued'],
  cancelled: [],
};

export interface TaskRecord {
  readonly organizationId: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly scanId: string;
  readonly scanCreatedAt: Date;
  readonly projectId: string;
  readonly engine: string;
  readonly shard: number;
  readonly shardCount: number;
  readonly state: TaskState;
  readonly priority: Priority;
  /** Fencing token: one higher with each lease. */
  readonly epoch: number;
  readonly failedAttempts: number;
  readonly maxAttempts: number;
  readonly availableAt: Date;
  readonly timeoutMs: number;
  readonly workerId?: string;
  readonly leasedAt?: Date;
  readonly leaseExpiresAt?: Date;
  readonly finishedAt?: Date;
  readonly result?: { readonly epoch: number; readonly sha256: string };
  readonly findingsCount: number;
  readonly fencedCommits: number;
  readonly error?: { readonly code: string; readonly message: string };
  /** Present while it is a dead letter. */
  readonly deadAt?: Date;
}

/** Attempts that count: those that failed, and the one that runs or succeeded. Being handed back or cancelled costs none. */
export const countAttempts = ({ state, failedAttempts }: Pick<TaskRecord, 'state' | 'failedAttempts'>): number =>
  failedAttempts + (state === 'leased' || state === 'succeeded' ? 1 : 0);

export type AttemptOutcome = 'succeeded' | 'failed' | 'expired' | 'released' | 'cancelled';

/** A numbered run of a task. */
export interface Attempt {
  readonly epoch: number;
  readonly workerId: string;
  readonly workerName: string;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  readonly outcome?: AttemptOutcome;
  readonly error?: { readonly code: string; readonly message: string };
}
