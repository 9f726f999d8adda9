import type { HeartbeatAnswer, HeartbeatRequest, LeaseName, WorkerLogLine } from '../../domain/lease-service.ts';
import { heartbeat } from '../../domain/task-lifecycle.ts';
import type { TaskRecord } from '../../domain/task-record.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import { inOrganization } from '../../store/in-organization.ts';
import { renewLeases, takeLogLines } from '../../store/leases.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { appendScanLog } from '../../store/scan-logs.ts';
import type { SystemTx } from '../../store/system-tx.ts';
import { touchWorker } from '../../store/workers.ts';
import type { ServerLimits } from '../dependencies.ts';
import type { LeaseDependencies } from './lease-dependencies.ts';
import { workerChanged } from './worker-registry.ts';

/** Of one attempt; further ones are dropped, with a line that says so. */
const mostLogLines = 1_000;

/** Little, since heartbeats are answered from a thread of their own, which has nothing but a way to the database. */
export type HeartbeatDependencies = Pick<LeaseDependencies, 'system' | 'newId'> & { readonly limits: Pick<ServerLimits, 'leaseMs'> };

const keepLog = async (tx: SystemTx, task: TaskRecord, lease: LeaseName, log: readonly WorkerLogLine[]): Promise<void> => {
  if (log.length === 0) return;
  const room = await takeLogLines(tx, lease, log.length, mostLogLines);
  if (room === 0) return;
  const lines = log.slice(0, room).map(({ level, message }) => ({ level, message, taskId: task.id, epoch: lease.epoch }));
  const dropped = {
    level: 'warn',
    message: `the log ends here: ${mostLogLines} lines of one attempt are kept`,
    taskId: task.id,
    epoch: lease.epoch,
  } as const;
  await appendScanLog(
    inOrganization(tx, task.organizationId),
    { id: task.scanId, createdAt: task.scanCreatedAt },
    room < log.length ? [...lines, dropped] : lines,
  );
};

const answerLeases = async (
  deps: HeartbeatDependencies,
  tx: SystemTx,
  { workerId, leases }: HeartbeatRequest,
): Promise<HeartbeatAnswer['leases']> => {
  if (leases.length === 0) return [];
  const found = await renewLeases(
    tx,
    workerId,
    leases.map(({ lease }) => lease),
    deps.limits.leaseMs,
  );
  const byId = new Map(found.map((at) => [`${at.task.organizationId} ${at.task.id}`, at]));
  const answers: HeartbeatAnswer['leases'][number][] = [];
  for (const { lease, log } of leases) {
    const at = byId.get(`${lease.organizationId} ${lease.taskId}`);
    const state = heartbeat(at?.task, { workerId, epoch: lease.epoch }, at?.nowMs ?? 0);
    if (state === 'held' && at !== undefined) await keepLog(tx, at.task, lease, log);
    answers.push({ taskId: lease.taskId, epoch: lease.epoch, state });
  }
  return answers;
};

/** One transaction for all leases of a worker. A worker that was given up, or that nobody knows, has none. */
export const answerHeartbeat = (
  deps: HeartbeatDependencies,
  request: HeartbeatRequest,
  { signal }: CallOptions,
): Promise<HeartbeatAnswer> =>
  retryConflicts(
    () =>
      deps.system.transaction(
        async (tx) => {
          const touched = await touchWorker(tx, request.workerId, request.state);
          if (touched === undefined) {
            return {
              known: false,
              leases: request.leases.map(({ lease }) => ({ taskId: lease.taskId, epoch: lease.epoch, state: 'lost' as const })),
            };
          }
          if (touched.changed) await workerChanged(deps, tx, request.workerId, request.state);
          return { known: true, leases: await answerLeases(deps, tx, request) };
        },
        { signal },
      ),
    { signal },
  );
