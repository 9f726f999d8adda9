import { defaultOrganizationId } from '../../domain/caller.ts';
import type { RegisterRequest, Registration } from '../../domain/lease-service.ts';
import { release } from '../../domain/task-lifecycle.ts';
import type { WorkerState } from '../../domain/worker.ts';
import type { CallOptions } from '../../lib/call-options.ts';
import type { NewId } from '../../lib/clock.ts';
import { appendEvent } from '../../store/events.ts';
import { inOrganization } from '../../store/in-organization.ts';
import { lockLeasesOfWorker } from '../../store/leases.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import type { SystemTx } from '../../store/system-tx.ts';
import { stopWorker, upsertWorker } from '../../store/workers.ts';
import { endAttempts } from './end-attempts.ts';
import type { LeaseDependencies } from './lease-dependencies.ts';

/** Workers belong to the instance; who runs it hears of them in the organisation that everything belongs to until there are accounts. */
export const workerChanged = (deps: { readonly newId: NewId }, tx: SystemTx, workerId: string, state: WorkerState): Promise<void> =>
  appendEvent(inOrganization(tx, defaultOrganizationId), {
    id: deps.newId(),
    type: 'worker.status_changed',
    schemaVersion: 1,
    subjectId: workerId,
    payload: { worker_id: workerId, state },
  });

export const registerWorker = async (deps: LeaseDependencies, request: RegisterRequest, { signal }: CallOptions): Promise<Registration> => {
  await deps.system.transaction(
    async (tx) => {
      await upsertWorker(tx, request);
      await workerChanged(deps, tx, request.workerId, 'active');
    },
    { signal },
  );
  deps.dispatcher.announce('events');
  const { leaseMs } = deps.limits;
  return { leaseMs, heartbeatMs: Math.floor(leaseMs / 3) };
};

/** A worker that goes hands back what it still has; nothing of it counts as a failed attempt. */
export const deregisterWorker = async (
  deps: LeaseDependencies,
  { workerId }: { readonly workerId: string },
  { signal }: CallOptions,
): Promise<void> => {
  const handedBack = await retryConflicts(
    () =>
      deps.system.transaction(
        async (tx) => {
          if (await stopWorker(tx, workerId)) await workerChanged(deps, tx, workerId, 'stopped');
          const ended = (await lockLeasesOfWorker(tx, workerId)).flatMap((task) => {
            const { change } = release(task, { workerId, epoch: task.epoch });
            return change?.to === 'queued' ? [{ task, change }] : [];
          });
          await endAttempts(tx, ended, deps);
          return ended.length;
        },
        { signal },
      ),
    { signal },
  );
  if (handedBack > 0) deps.dispatcher.announce('tasks');
  deps.dispatcher.announce('events');
};
