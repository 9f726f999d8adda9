import type { Artifact } from '../../domain/artifact.ts';
import type { ClaimRequest, LeasedSource, LeasedTask } from '../../domain/lease-service.ts';
import type { ScanRecord } from '../../domain/scan-record.ts';
import { fail } from '../../domain/task-lifecycle.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { type Candidate, findCandidates, lockProjects, type ProjectRoom, takeTasks } from '../../store/claims.ts';
import { appendEvents } from '../../store/events.ts';
import { inOrganization } from '../../store/in-organization.ts';
import { whatTasksLookAt } from '../../store/leases.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { startScan } from '../../store/scan-state.ts';
import type { SystemTx } from '../../store/system-tx.ts';
import { scanNameOfTask } from '../../store/tasks.ts';
import { type ClaimingWorker, lockWorkerForClaim } from '../../store/workers.ts';
import { chooseTasks } from './choose-tasks.ts';
import { type EndedAttempt, endAttempts } from './end-attempts.ts';
import type { LeaseDependencies } from './lease-dependencies.ts';
import { taskEvent } from './task-event.ts';

const mostTasks = 64;
const urgentAfterMs = 10 * 60_000;
/** More candidates than slots, since some projects have no room when it is looked at under a lock. */
const spareCandidates = 16;

const roomsOf = async (tx: SystemTx, candidates: readonly Candidate[]): Promise<readonly ProjectRoom[]> => {
  const projects = new Map(candidates.filter((candidate) => !candidate.scanRuns).map((candidate) => [candidate.projectId, candidate]));
  return projects.size === 0 ? [] : lockProjects(tx, [...projects.values()]);
};

/** Of each scan that does not run yet one task, in the order of the ids. */
const firstOfScans = (tasks: readonly TaskRecord[], runs: (task: TaskRecord) => boolean): readonly TaskRecord[] =>
  [...new Map(tasks.filter((task) => !runs(task)).map((task) => [task.scanId, task])).values()].toSorted((a, b) =>
    a.scanId < b.scanId ? -1 : 1,
  );

const startScans = async (deps: LeaseDependencies, tx: SystemTx, tasks: readonly TaskRecord[]): Promise<void> => {
  for (const task of tasks) {
    const move = await startScan(tx, scanNameOfTask(task), deps);
    if (!move.moved && move.state !== 'running') throw new Error(`task ${task.id} was waiting, its scan is ${move.state}`);
  }
};

/** Undefined when the stored object is gone. */
const sourceOf = (scan: ScanRecord, artifacts: ReadonlyMap<string, Artifact>): LeasedSource | undefined => {
  const { source } = scan;
  if (source.type === 'git') {
    const commit = scan.commit ?? source.commit;
    return {
      type: 'git',
      url: source.url,
      ...(source.ref === undefined ? {} : { ref: source.ref }),
      ...(commit === undefined ? {} : { commit }),
    };
  }
  const artifact = artifacts.get(source.artifactId);
  if (artifact === undefined) return undefined;
  const { id, storageKey, filename, sizeBytes, sha256 } = artifact;
  return { type: 'artifact', artifactId: id, storageKey, filename, sizeBytes, sha256 };
};

const toLeasedTask = (task: TaskRecord, worker: ClaimingWorker, scan: ScanRecord, source: LeasedSource, leaseMs: number): LeasedTask => ({
  lease: { organizationId: task.organizationId, taskId: task.id, workerId: worker.id, epoch: task.epoch },
  leaseMs,
  scanId: scan.id,
  projectId: task.projectId,
  kind: scan.kind,
  engine: task.engine,
  shard: task.shard,
  shardCount: task.shardCount,
  source,
  options: scan.options,
  timeoutMs: task.timeoutMs,
  attempt: task.failedAttempts + 1,
  ...(scan.traceId === undefined ? {} : { traceId: scan.traceId }),
});

/** A task whose stored object was removed in the meantime cannot go well; it ends here instead of at the worker. */
const artifactGone = (task: TaskRecord, workerId: string): readonly EndedAttempt[] => {
  const failure = { code: 'artifact_expired', message: 'the uploaded artifact is not kept any more', retryable: false };
  const { change } = fail(task, { workerId, epoch: task.epoch }, failure, 0);
  return change?.to === 'failed' ? [{ task, change }] : [];
};

const lease = async (deps: LeaseDependencies, tx: SystemTx, worker: ClaimingWorker, wanted: Parameters<typeof chooseTasks>[1]) => {
  const { leaseMs } = deps.limits;
  const { slots } = wanted;
  const candidates = await findCandidates(tx, { engines: worker.engines, limit: slots + spareCandidates, slots, urgentAfterMs });
  if (candidates.length === 0) return [];
  const rooms = await roomsOf(tx, candidates);
  const chosen = chooseTasks(candidates, wanted, rooms);
  if (chosen.length === 0) return [];
  const taken = await takeTasks(tx, { tasks: chosen, worker, leaseMs });
  if (taken.length === 0) return [];

  const running = new Set([
    ...rooms.flatMap((room) => room.runningScanIds),
    ...chosen.flatMap((task) => (task.scanRuns ? [task.scanId] : [])),
  ]);
  await startScans(
    deps,
    tx,
    firstOfScans(taken, (task) => running.has(task.scanId)),
  );
  for (const [organizationId, tasks] of Map.groupBy(taken, (task) => task.organizationId)) {
    await appendEvents(
      inOrganization(tx, organizationId),
      tasks.map((task) => taskEvent(deps.newId, 'task.assigned', task, { worker_id: worker.id, worker: worker.name })),
    );
  }

  const { scans, artifacts } = await whatTasksLookAt(tx, taken);
  const gone: EndedAttempt[] = [];
  const leased: LeasedTask[] = [];
  for (const task of taken) {
    const scan = scans.get(task.scanId);
    if (scan === undefined) throw new Error(`task ${task.id} has no scan`);
    const source = sourceOf(scan, artifacts);
    if (source === undefined) gone.push(...artifactGone(task, worker.id));
    else leased.push(toLeasedTask(task, worker, scan, source, leaseMs));
  }
  await endAttempts(tx, gone, deps);
  const place = new Map(chosen.map((task, index) => [task.taskId, index]));
  return leased.toSorted((a, b) => (place.get(a.lease.taskId) ?? 0) - (place.get(b.lease.taskId) ?? 0));
};

/** Leases what the worker can do next, best first, and starts the scans they belong to; all in one transaction. */
export const claimTasks = async (
  deps: LeaseDependencies,
  request: ClaimRequest,
  { signal }: CallOptions,
): Promise<readonly LeasedTask[]> => {
  const leased = await retryConflicts(
    () =>
      deps.system.transaction(
        async (tx) => {
          const worker = await lockWorkerForClaim(tx, request.workerId);
          if (worker === undefined || worker.engines.length === 0) return [];
          const slots = Math.min(request.slots, worker.freeSlots, mostTasks);
          return slots <= 0 ? [] : lease(deps, tx, worker, { slots, interactiveOnly: request.interactiveOnly });
        },
        { signal },
      ),
    { signal },
  );
  if (leased.length > 0) deps.dispatcher.announce('events');
  return leased;
};
