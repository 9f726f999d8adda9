import { sql } from 'kysely';
import type { Artifact } from '../domain/artifact.ts';
import type { LeaseName } from '../domain/lease-service.ts';
import type { ScanRecord } from '../domain/scan-record.ts';
import { overstayMs } from '../domain/task-lifecycle.ts';
import type { TaskRecord } from '../domain/task-record.ts';
import { type ArtifactRow, toArtifact } from './artifacts.ts';
import { type ScanRow, toScanRecord } from './scans.ts';
import type { SystemTx } from './system-tx.ts';
import { type TaskRow, toTaskRecord } from './tasks.ts';
import type { Tx } from './tx.ts';

/** A task, and the database's time at which it was read. */
export interface TaskAt {
  readonly task: TaskRecord;
  readonly nowMs: number;
}

type TaskAtRow = TaskRow & { readonly now: Date };

const toTaskAt = (row: TaskAtRow): TaskAt => ({ task: toTaskRecord(row), nowMs: row.now.getTime() });

/**
 * Renews all of a worker's leases in one statement, by the rule `heartbeat` of `domain/task-lifecycle.ts`, and gives the tasks as they were,
 * those that are gone not among them. A task that somebody has locked at this moment is not waited for: it is being committed, cancelled or
 * taken back, and the next heartbeat will know. Its lease cannot be taken back meanwhile, since the reaper passes over locked tasks too.
 */
export const renewLeases = async (
  tx: SystemTx,
  workerId: string,
  leases: readonly LeaseName[],
  leaseMs: number,
): Promise<readonly TaskAt[]> => {
  const rows = await tx.run<TaskAtRow>(sql`
    with named as (
      select * from unnest(
        ${leases.map((lease) => lease.organizationId)}::uuid[], ${leases.map((lease) => lease.taskId)}::uuid[],
        ${leases.map((lease) => lease.epoch)}::integer[]) as n(organization_id, id, epoch)
    ), held as (
      select t.organization_id, t.id from tasks t join named n on n.organization_id = t.organization_id and n.id = t.id and n.epoch = t.epoch
      where t.state = 'leased' and t.worker_id = ${workerId}::uuid
        and clock_timestamp() <= t.leased_at + (t.timeout_ms + ${overstayMs}::double precision) * interval '1 millisecond'
      for no key update of t skip locked
    ), renewed as (
      update tasks t set lease_expires_at = clock_timestamp() + ${leaseMs}::double precision * interval '1 millisecond'
      from held h where t.organization_id = h.organization_id and t.id = h.id
    )
    select t.*, clock_timestamp() as now from tasks t
    where (t.organization_id, t.id) in (select organization_id, id from named)`);
  return rows.map(toTaskAt);
};

/** Leases that ran out, longest ago first, locked; those that somebody else has locked are left to him. */
export const lockExpiredLeases = async (tx: SystemTx, limit: number): Promise<readonly TaskAt[]> => {
  const rows = await tx.run<TaskAtRow>(sql`
    select t.*, clock_timestamp() as now from tasks t
    where t.state = 'leased' and t.lease_expires_at <= (select clock_timestamp())
    order by t.lease_expires_at limit ${limit} for no key update skip locked`);
  return rows.map(toTaskAt);
};

/** All that a worker has, locked in the order of their ids. */
export const lockLeasesOfWorker = async (tx: SystemTx, workerId: string): Promise<readonly TaskRecord[]> => {
  const rows = await tx.run<TaskRow>(sql`
    select * from tasks where worker_id = ${workerId}::uuid and state = 'leased' order by organization_id, id for no key update`);
  return rows.map(toTaskRecord);
};

/**
 * How many of `wanted` lines an attempt may still add to its scan's log, and counts them as added. Whoever floods the log loses the rest, not
 * the others' lines.
 */
export const takeLogLines = async (tx: Tx, lease: LeaseName, wanted: number, most: number): Promise<number> => {
  const row = await tx.one<{ readonly before: number }>(sql`
    with attempt as (
      select organization_id, task_id, epoch, log_lines from attempts
      where organization_id = ${lease.organizationId}::uuid and task_id = ${lease.taskId}::uuid and epoch = ${lease.epoch}::integer
      for no key update)
    update attempts a set log_lines = least(${most}::integer, a.log_lines + ${wanted}::integer)
    from attempt b where a.organization_id = b.organization_id and a.task_id = b.task_id and a.epoch = b.epoch
    returning b.log_lines as before`);
  return row === undefined ? 0 : Math.max(0, Math.min(wanted, most - row.before));
};

/** The tasks' scans by id, and the stored objects they look at by theirs, for work in the name of several organisations. */
export const whatTasksLookAt = async (
  tx: SystemTx,
  tasks: readonly TaskRecord[],
): Promise<{ readonly scans: ReadonlyMap<string, ScanRecord>; readonly artifacts: ReadonlyMap<string, Artifact> }> => {
  const scanRows = await tx.run<ScanRow>(sql`
    select * from scans where (organization_id, id, created_at) in (
      select * from unnest(${tasks.map((task) => task.organizationId)}::uuid[], ${tasks.map((task) => task.scanId)}::uuid[],
        ${tasks.map((task) => task.scanCreatedAt)}::timestamptz[]))`);
  const scans = scanRows.map(toScanRecord);
  const named = scans.flatMap(({ organizationId, source }) =>
    source.type === 'artifact' ? [{ organizationId, artifactId: source.artifactId }] : [],
  );
  const artifactRows =
    named.length === 0
      ? []
      : await tx.run<ArtifactRow>(sql`
          select * from artifacts where state = 'available' and (organization_id, id) in (
            select * from unnest(${named.map((name) => name.organizationId)}::uuid[], ${named.map((name) => name.artifactId)}::uuid[]))`);
  return {
    scans: new Map(scans.map((scan) => [scan.id, scan])),
    artifacts: new Map(artifactRows.map((row) => [row.id, toArtifact(row)])),
  };
};
