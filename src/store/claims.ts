import { sql } from 'kysely';
import type { TaskRecord } from '../domain/task-record.ts';
import type { SystemTx } from './system-tx.ts';
import { type TaskName, type TaskRow, toTaskRecord } from './tasks.ts';

/** A task that could be leased, as it looked without a lock. */
export interface Candidate extends TaskName {
  readonly projectId: string;
  readonly scanId: string;
  readonly priority: TaskRecord['priority'];
  /** Interactive, or batch that has waited so long that it counts as that. */
  readonly isUrgent: boolean;
  readonly scanRuns: boolean;
}

export interface CandidateQuery {
  readonly engines: readonly string[];
  readonly limit: number;
  /** As many as could be leased: no project has to offer more. */
  readonly slots: number;
  /** Batch work that has waited so long is urgent. */
  readonly urgentAfterMs: number;
}

interface CandidateRow {
  readonly organization_id: string;
  readonly id: string;
  readonly project_id: string;
  readonly scan_id: string;
  readonly priority: TaskRecord['priority'];
  readonly is_urgent: boolean;
  readonly scan_runs: boolean;
}

/**
 * What a worker could do next, best first: urgent before batch; between organisations the one with fewest leased tasks, each task found
 * counting as one more; then the oldest. Tasks of scans that run, and the next ones of each project that may start another scan.
 *
 * The cost is that of the projects with waiting work, not of the queue: `waiting` steps over the index from project to project, and of each
 * only the next few tasks are read. `offset 0` keeps the planner, where it has no statistics yet, from walking the queue for the tasks of a
 * scan.
 */
export const findCandidates = async (tx: SystemTx, query: CandidateQuery): Promise<readonly Candidate[]> => {
  const { engines, limit, slots, urgentAfterMs } = query;
  const rows = await tx.run<CandidateRow>(sql`
    with recursive waiting as (
      (select organization_id, project_id from tasks where state = 'queued' order by organization_id, project_id limit 1)
      union all
      select next.organization_id, next.project_id from waiting w cross join lateral (
        select organization_id, project_id from tasks
        where state = 'queued' and (organization_id, project_id) > (w.organization_id, w.project_id)
        order by organization_id, project_id limit 1) next
    ), running as materialized (
      select organization_id, project_id, id as scan_id from scans where state = 'running'
    ), open_projects as (
      select w.organization_id, w.project_id from waiting w
      join projects p on p.organization_id = w.organization_id and p.id = w.project_id
      left join (select organization_id, project_id, count(*) as n from running group by organization_id, project_id) r
        on r.organization_id = w.organization_id and r.project_id = w.project_id
      where coalesce(r.n, 0) < p.max_running_scans
    ), found as (
      select t.organization_id, t.id, t.project_id, t.scan_id, t.priority, t.available_at, t.created_at from running r cross join lateral (
        select * from (select * from tasks where organization_id = r.organization_id and scan_id = r.scan_id offset 0) t
        where t.state = 'queued' and t.available_at <= (select clock_timestamp()) and t.engine = any(${engines}::text[])
        limit ${slots}) t
      union
      select t.organization_id, t.id, t.project_id, t.scan_id, t.priority, t.available_at, t.created_at
      from open_projects o cross join (values ('interactive'), ('batch')) as p(priority) cross join lateral (
        select * from tasks t
        where t.organization_id = o.organization_id and t.project_id = o.project_id and t.state = 'queued' and t.priority = p.priority
          and t.available_at <= (select clock_timestamp()) and t.engine = any(${engines}::text[])
        order by t.available_at, t.id limit ${slots}) t
    ), judged as (
      select f.*, f.priority = 'interactive'
          or f.created_at < clock_timestamp() - ${urgentAfterMs}::double precision * interval '1 millisecond' as is_urgent,
        exists (select from running r where r.organization_id = f.organization_id and r.scan_id = f.scan_id) as scan_runs
      from found f
    ), leased as (
      select organization_id, count(*) as n from tasks where state = 'leased' group by organization_id
    ), placed as (
      select j.*, coalesce(l.n, 0)
          + row_number() over (partition by j.organization_id order by j.is_urgent desc, j.available_at, j.id) as load
      from judged j left join leased l on l.organization_id = j.organization_id
    )
    select organization_id, id, project_id, scan_id, priority, is_urgent, scan_runs from placed
    order by is_urgent desc, load, available_at, id limit ${limit}`);
  return rows.map((row) => ({
    organizationId: row.organization_id,
    taskId: row.id,
    projectId: row.project_id,
    scanId: row.scan_id,
    priority: row.priority,
    isUrgent: row.is_urgent,
    scanRuns: row.scan_runs,
  }));
};

export interface ProjectRoom {
  readonly organizationId: string;
  readonly projectId: string;
  readonly maxRunningScans: number;
  readonly runningScanIds: readonly string[];
}

/**
 * Nobody else starts a scan of these projects until the transaction ends, so what is counted here stays true. Locked in one order, so that
 * two claims wait for each other at most once.
 */
export const lockProjects = async (
  tx: SystemTx,
  projects: readonly { readonly organizationId: string; readonly projectId: string }[],
): Promise<readonly ProjectRoom[]> => {
  const organizationIds = projects.map((project) => project.organizationId);
  const projectIds = projects.map((project) => project.projectId);
  const locked = await tx.run<{ readonly organization_id: string; readonly id: string; readonly max_running_scans: number }>(sql`
    select p.organization_id, p.id, p.max_running_scans from projects p
    where (p.organization_id, p.id) in (select * from unnest(${organizationIds}::uuid[], ${projectIds}::uuid[]))
    order by p.organization_id, p.id for no key update`);
  // A statement of its own: it sees what others committed while this one waited for the locks.
  const running = await tx.run<{ readonly project_id: string; readonly id: string }>(sql`
    select project_id, id from scans
    where state = 'running' and (organization_id, project_id) in (select * from unnest(${organizationIds}::uuid[], ${projectIds}::uuid[]))`);
  const byProject = Map.groupBy(running, (scan) => scan.project_id);
  return locked.map((row) => ({
    organizationId: row.organization_id,
    projectId: row.id,
    maxRunningScans: row.max_running_scans,
    runningScanIds: (byProject.get(row.id) ?? []).map((scan) => scan.id),
  }));
};

export interface TakeTasks {
  readonly tasks: readonly TaskName[];
  readonly worker: { readonly id: string; readonly name: string };
  readonly leaseMs: number;
}

/**
 * Leases those that are still waiting and that nobody else holds at this moment, each with its attempt. The rule is `lease` of
 * `domain/task-lifecycle.ts`, in one statement.
 */
export const takeTasks = async (tx: SystemTx, { tasks, worker, leaseMs }: TakeTasks): Promise<readonly TaskRecord[]> => {
  const rows = await tx.run<TaskRow>(sql`
    with free as (
      select organization_id, id from tasks
      where (organization_id, id) in (
          select * from unnest(${tasks.map((task) => task.organizationId)}::uuid[], ${tasks.map((task) => task.taskId)}::uuid[]))
        and state = 'queued' and available_at <= clock_timestamp()
      for no key update skip locked
    ), taken as (
      update tasks t set state = 'leased', epoch = t.epoch + 1, worker_id = ${worker.id}::uuid, leased_at = clock_timestamp(),
        lease_expires_at = clock_timestamp() + ${leaseMs}::double precision * interval '1 millisecond'
      from free f where t.organization_id = f.organization_id and t.id = f.id
      returning t.*
    ), begun as (
      insert into attempts (organization_id, task_id, epoch, worker_id, worker_name, started_at)
      select organization_id, id, epoch, worker_id, ${worker.name}::text, leased_at from taken
    )
    select * from taken`);
  return rows.map(toTaskRecord);
};
