import { expire } from '../../domain/task-lifecycle.ts';
import { lockExpiredLeases } from '../../store/leases.ts';
import { retryConflicts } from '../../store/retry-conflicts.ts';
import { loseSilentWorkers } from '../../store/workers.ts';
import { endAttempts } from './end-attempts.ts';
import type { LeaseDependencies } from './lease-dependencies.ts';
import { workerChanged } from './worker-registry.ts';

export interface ReaperStatistics {
  /** Tasks that wait again after their lease ran out. */
  readonly requeued: number;
  /** Tasks that have used up their attempts that way. */
  readonly dead: number;
  readonly lostWorkers: number;
}

const batchSize = 200;
/** A worker is lost when it was not heard of for so many leases. */
const silentLeases = 4;

const reapBatch = (
  deps: LeaseDependencies,
  signal: AbortSignal,
): Promise<{ readonly found: number; readonly dead: number; readonly requeued: number }> =>
  deps.system.transaction(
    async (tx) => {
      const expired = await lockExpiredLeases(tx, batchSize);
      const ended = expired.flatMap(({ task, nowMs }) => {
        const { change } = expire(task, nowMs, deps.random());
        return change?.to === 'queued' || change?.to === 'failed' ? [{ task, change }] : [];
      });
      await endAttempts(tx, ended, deps);
      const dead = ended.filter(({ change }) => change.to === 'failed').length;
      return { found: expired.length, dead, requeued: ended.length - dead };
    },
    { signal },
  );

/**
 * Takes back leases that ran out and gives up silent workers, by the database's clock. Idempotent; several schedulers may do it at once, since
 * each passes over what another has locked.
 */
export const reapExpired = async (deps: LeaseDependencies, { signal }: { readonly signal: AbortSignal }): Promise<ReaperStatistics> => {
  let requeued = 0;
  let dead = 0;
  for (let found = batchSize; found === batchSize; ) {
    const batch = await retryConflicts(() => reapBatch(deps, signal), { signal });
    requeued += batch.requeued;
    dead += batch.dead;
    found = batch.found;
  }
  const lost = await deps.system.transaction(
    async (tx) => {
      const ids = await loseSilentWorkers(tx, deps.limits.leaseMs * silentLeases);
      for (const id of ids) await workerChanged(deps, tx, id, 'lost');
      return ids;
    },
    { signal },
  );
  if (requeued > 0) deps.dispatcher.announce('tasks');
  if (dead > 0) deps.dispatcher.announce('scans');
  if (requeued + dead + lost.length > 0) deps.dispatcher.announce('events');
  return { requeued, dead, lostWorkers: lost.length };
};
