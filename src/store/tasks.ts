import { type Selectable, sql } from 'kysely';
import type { ScanName } from '../domain/scan-record.ts';
import type { TaskRecord, TaskState } from '../domain/task-record.ts';
import type { Schema } from './schema.ts';
import type { OrgTx, Tx } from './tx.ts';
import { withoutNulls } from './without-nulls.ts';

export type TaskRow = Selectable<Schema['tasks']>;

export const toTaskRecord = (row: TaskRow): TaskRecord => ({
  organizationId: row.organization_id,
  id: row.id,
  createdAt: row.created_at,
  scanId: row.scan_id,
  scanCreatedAt: row.scan_created_at,
  projectId: row.project_id,
  engine: row.engine,
  shard: row.shard,
  shardCount: row.shard_count,
  state: row.state as TaskState,
  priority: row.priority as TaskRecord['priority'],
  epoch: row.epoch,
  failedAttempts: row.failed_attempts,
  maxAttempts: row.max_attempts,
  availableAt: row.available_at,
  timeoutMs: row.timeout_ms,
  findingsCount: row.findings_count,
  fencedCommits: row.fenced_commits,
  ...withoutNulls({
    workerId: row.worker_id,
    leasedAt: row.leased_at,
    leaseExpiresAt: row.lease_expires_at,
    finishedAt: row.finished_at,
    deadAt: row.dead_at,
    result: row.result_epoch === null || row.result_sha256 === null ? null : { epoch: row.result_epoch, sha256: row.result_sha256 },
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
  }),
});

export interface TaskName {
  readonly organizationId: string;
  readonly taskId: string;
}

export const scanNameOfTask = (task: Pick<TaskRecord, 'organizationId' | 'scanId' | 'scanCreatedAt'>): ScanName => ({
  organizationId: task.organizationId,
  scanId: task.scanId,
  scanCreatedAt: task.scanCreatedAt,
});

export interface NewTask {
  readonly id: string;
  readonly engine: string;
  readonly shard: number;
  readonly shardCount: number;
}

/** What all tasks of one scan have in common. */
export interface NewTasks {
  readonly scan: ScanName;
  readonly projectId: string;
  readonly priority: TaskRecord['priority'];
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly tasks: readonly NewTask[];
}

/** Queued, claimable from the commit on. */
export const insertTasks = async (tx: Tx, { scan, projectId, priority, maxAttempts, timeoutMs, tasks }: NewTasks): Promise<void> => {
  if (tasks.length === 0) return;
  await tx.change(
    tx.build.insertInto('tasks').values(
      tasks.map((task) => ({
        organization_id: scan.organizationId,
        id: task.id,
        scan_id: scan.scanId,
        scan_created_at: scan.scanCreatedAt,
        project_id: projectId,
        engine: task.engine,
        shard: task.shard,
        shard_count: task.shardCount,
        state: 'queued',
        priority,
        max_attempts: maxAttempts,
        timeout_ms: timeoutMs,
      })),
    ),
  );
};

/** `update`: nobody else changes it until the transaction ends. */
export const findTask = async (tx: Tx, { organizationId, taskId }: TaskName, lock?: 'update'): Promise<TaskRecord | undefined> => {
  const row = await tx.one(
    tx.build
      .selectFrom('tasks')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', taskId)
      .$if(lock === 'update', (query) => query.forNoKeyUpdate()),
  );
  return row === undefined ? undefined : toTaskRecord(row);
};

/** In the order of engine and shard. */
export const tasksOfScan = async (tx: Tx, scan: Pick<ScanName, 'organizationId' | 'scanId'>): Promise<readonly TaskRecord[]> => {
  const rows = await tx.run(
    tx.build
      .selectFrom('tasks')
      .selectAll()
      .where('organization_id', '=', scan.organizationId)
      .where('scan_id', '=', scan.scanId)
      .orderBy('engine')
      .orderBy('shard'),
  );
  return rows.map(toTaskRecord);
};

/**
 * Nobody else changes a task of the scan, whatever its state, until the transaction ends. In the order of their ids, and before the scan
 * itself: the order all writers keep.
 */
export const holdTasksOfScan = async (tx: Tx, scan: Pick<ScanName, 'organizationId' | 'scanId'>): Promise<void> => {
  await tx.run(
    tx.build
      .selectFrom('tasks')
      .select('id')
      .where('organization_id', '=', scan.organizationId)
      .where('scan_id', '=', scan.scanId)
      .orderBy('id')
      .forNoKeyUpdate(),
  );
};

/** A late result that was refused. */
export const countFencedCommit = async (tx: Tx, { organizationId, taskId }: TaskName): Promise<void> => {
  await tx.change(
    tx.build
      .updateTable('tasks')
      .set({ fenced_commits: sql<number>`fenced_commits + 1` })
      .where('organization_id', '=', organizationId)
      .where('id', '=', taskId),
  );
};

/** Somebody has looked at the dead letter and done something else about it. False when it was none. */
export const settleDeadLetter = async (tx: Tx, { organizationId, taskId }: TaskName): Promise<boolean> =>
  (await tx.change(
    tx.build
      .updateTable('tasks')
      .set({ dead_at: null })
      .where('organization_id', '=', organizationId)
      .where('id', '=', taskId)
      .where('dead_at', 'is not', null),
  )) === 1;

export interface TaskFilter {
  readonly scanId?: string | undefined;
  readonly states?: readonly TaskState[] | undefined;
  readonly dead?: boolean | undefined;
}

/** Rows of the list, in no order; to be counted, or sorted and cut. */
export const listedTasks = (tx: OrgTx, { scanId, states, dead }: TaskFilter) =>
  tx.build
    .selectFrom('tasks')
    .selectAll()
    .where('organization_id', '=', tx.organizationId)
    .$if(scanId !== undefined, (query) => query.where('scan_id', '=', scanId ?? ''))
    .$if(states !== undefined, (query) => query.where('state', '=', sql<string>`any(${states ?? []}::text[])`))
    .$if(dead === true, (query) => query.where('dead_at', 'is not', null));

/** Newest first: by id, whose time is that of the task. */
export const tasksBefore = async (
  tx: OrgTx,
  filter: TaskFilter,
  { beforeId, limit }: { readonly beforeId?: string | undefined; readonly limit: number },
): Promise<readonly TaskRecord[]> => {
  const rows = await tx.run(
    listedTasks(tx, filter)
      .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? ''))
      .orderBy('id', 'desc')
      .limit(limit),
  );
  return rows.map(toTaskRecord);
};

/** As much of an instant as a cursor carries. */
const deathOf = sql<Date>`date_trunc('milliseconds', dead_at)`;

/** The newest death first. */
export const deadLettersBefore = async (
  tx: OrgTx,
  { before, limit }: { readonly before?: { readonly deadAt: Date; readonly id: string } | undefined; readonly limit: number },
): Promise<readonly TaskRecord[]> => {
  const rows = await tx.run(
    listedTasks(tx, { dead: true })
      .$if(before !== undefined, (query) =>
        query.where(sql<boolean>`(${deathOf}, id) < (${before?.deadAt}::timestamptz, ${before?.id}::uuid)`),
      )
      .orderBy(deathOf, 'desc')
      .orderBy('id', 'desc')
      .limit(limit),
  );
  return rows.map(toTaskRecord);
};
